// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TRANSPORTS_RECORDED_HPP
#define HWC_TRANSPORTS_RECORDED_HPP

#include <hwc/detail/redact.hpp>
#include <hwc/json/write.hpp>
#include <hwc/recording.hpp>
#include <hwc/transport.hpp>
#include <hwc/transports/observed.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1 {
namespace detail {

template <class Sink>
class record_line {
 public:
  explicit record_line(Sink sink) : sink_{std::move(sink)} {}

  void operator()(const observed_exchange& e) {
    recording record{.request = std::string{to_string(e.request.method)} + ' ' + e.request.target,
                     .origin = e.request.origin.tls ? "https://" : "http://",
                     .request_headers = record_headers(e.request.headers),
                     .request_body = e.request.body};
    append_authority(record.origin, e.request.origin);
    if (e.outcome) {
      record.status = e.response.status;
      record.response_headers = record_headers(e.response.headers);
      record.response_body = e.response.body;
      record.truncated = e.response.truncated;
    } else {
      auto why = e.outcome.error();
      record.failure = recorded_failure{why.kind, why.sent, why.retryable, std::move(why.message)};
    }
    const auto took = e.ended.steady - e.began.steady;
    record.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    mask_members(record.request_body, true);
    mask_members(record.response_body, false);
    // The answer to it is a token as plain text: a metadata service's.
    if (e.request.headers.contains("X-Metadata-Token-Ttl-Seconds")) record.response_body = "***";
    redact(record, e.request.headers);
    std::string line;
    if (!json::write(record, line)) {
      // Bodies that are no text cannot be replayed; that they were there can be said.
      record.request_body = record.response_body = "(not UTF-8)";
      if (!json::write(record, line)) return;
    }
    if constexpr (line_sink<Sink>) sink_(std::string_view{line});
  }

 private:
  static void redact(recording& record, const http_headers& sent) {
    const auto secrets = credentials_in(sent);
    for (auto* text : {&record.request, &record.request_body, &record.response_body}) secrets.apply(*text);
    for (auto* headers : {&record.request_headers, &record.response_headers}) {
      for (auto& [name, value] : *headers) secrets.apply(value);
    }
    if (record.failure) secrets.apply(record.failure->message);
  }

  Sink sink_;
};

}  // namespace detail

// A transport that writes a `recording` of each exchange, one JSON object per line without the line's end, for replay
// with `hwc::fake::replay`:
//
//   std::ofstream file{"exchanges.jsonl"};
//   hwc::recorded recording{hwc::curl::transport{}, [&](std::string_view line) { file << line << '\n'; }};
//
// Secrets are removed: headers are masked unless they are known to hold none, and so are the members of JSON bodies
// that hold passwords, keys and tokens, and any credential of the request's headers wherever it is repeated, as it is
// or percent-encoded: in the request's target, a header, a body or the message of a failure; and the body that answers
// the request for a metadata service's token. Text becomes "***", a number that is a secret 0. What else there is, such
// as names and addresses of users, stays: keep recordings as you keep such data. The sink is called as `observed` says.
//
// A request with a credential in its target is recorded with "***" there, so a replay does not recognise it.
template <class Inner, class Sink>
class recorded : public observed<Inner, detail::record_line<Sink>> {
  static_assert(detail::line_sink<Sink>, "hwc: recorded needs a sink that takes `(std::string_view line)`");

 public:
  recorded(Inner inner, Sink sink)
      : observed<Inner, detail::record_line<Sink>>{std::move(inner), detail::record_line<Sink>{std::move(sink)}} {}
};

}  // namespace hwc

#endif  // HWC_TRANSPORTS_RECORDED_HPP
