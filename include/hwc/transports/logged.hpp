// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TRANSPORTS_LOGGED_HPP
#define HWC_TRANSPORTS_LOGGED_HPP

#include <hwc/http.hpp>
#include <hwc/printable.hpp>
#include <hwc/transport.hpp>
#include <hwc/transports/observed.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc {
namespace detail {

template <class Sink>
class log_line {
 public:
  log_line(Sink sink, std::vector<std::string> headers) : sink_{std::move(sink)}, headers_{std::move(headers)} {}

  void operator()(const observed_exchange& e) {
    std::string line{to_string(e.request.method)};
    line += e.request.origin.tls ? " https://" : " http://";
    append_authority(line, e.request.origin);
    const std::string_view target = e.request.target;
    line += printable(target.substr(0, target.find('?')));
    if (target.find('?') != std::string_view::npos) line += "?...";
    if (e.outcome) {
      line += " " + std::to_string(e.response.status);
    } else {
      const auto why = e.outcome.error();
      line += " failed: ";
      line += to_string(why.kind);
      line += ", ";
      line += to_string(why.sent);
      line += ", " + printable(why.message);
    }
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(e.ended.steady - e.began.steady);
    line += " in " + std::to_string(took.count()) + " ms";
    for (const auto& name : headers_) {
      if (const auto value = e.request.headers.find(name)) line += " > " + name + ": " + printable(*value);
      if (!e.outcome) continue;
      if (const auto value = e.response.headers.find(name)) line += " < " + name + ": " + printable(*value);
    }
    sink_(std::string_view{line});
  }

 private:
  Sink sink_;
  std::vector<std::string> headers_;
};

}  // namespace detail

// A transport that writes one line about each exchange:
//
//   POST https://workspace.example/v2/p/users/u/resend-email 200 in 41 ms < X-Request-Id: 7f1b…
//
//   hwc::client c{where, hwc::logged{hwc::curl::transport{}, [](std::string_view line) { … }}, signer};
//
// A line holds method, URL without its query, status or failure, time, and the headers that the list allows. Never:
// other headers, hence no credentials, and no body. The sink is called as `observed` says.
template <class Inner, class Sink>
class logged : public observed<Inner, detail::log_line<Sink>> {
 public:
  // `headers` are the names that may be shown, of request and response.
  logged(Inner inner, Sink sink, std::vector<std::string> headers = {"X-Request-Id", "Retry-After"})
      : observed<Inner, detail::log_line<Sink>>{std::move(inner), {std::move(sink), std::move(headers)}} {}
};

}  // namespace hwc

#endif  // HWC_TRANSPORTS_LOGGED_HPP
