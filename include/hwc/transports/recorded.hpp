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

namespace hwc {
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
    // Whatever the request's other headers hold may be a credential, which the service may repeat.
    const redactor secrets{e.request.headers, open_headers(e.request.headers)};
    for (auto* text : {&record.request_body, &record.response_body}) {
      mask_members(*text);
      secrets.apply(*text);
    }
    std::string line;
    if (!json::write(record, line)) {
      // Bodies that are no text cannot be replayed; that they were there can be said.
      record.request_body = record.response_body = "(not UTF-8)";
      if (!json::write(record, line)) return;
    }
    sink_(std::string_view{line});
  }

 private:
  static http_headers open_headers(const http_headers& all) {
    http_headers open;
    for (const auto& [name, value] : record_headers(all)) {
      if (value != "***") open.add(name, value);
    }
    return open;
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
// that hold passwords, keys and tokens, and any credential of the request that an answer repeats. What else bodies
// hold, such as names and addresses of users, stays: keep recordings as you keep such data. The sink is called as
// `observed` says.
template <class Inner, class Sink>
class recorded : public observed<Inner, detail::record_line<Sink>> {
 public:
  recorded(Inner inner, Sink sink)
      : observed<Inner, detail::record_line<Sink>>{std::move(inner), detail::record_line<Sink>{std::move(sink)}} {}
};

}  // namespace hwc

#endif  // HWC_TRANSPORTS_RECORDED_HPP
