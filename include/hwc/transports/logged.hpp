// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TRANSPORTS_LOGGED_HPP
#define HWC_TRANSPORTS_LOGGED_HPP

#include <hwc/http.hpp>
#include <hwc/printable.hpp>
#include <hwc/recording.hpp>
#include <hwc/transport.hpp>
#include <hwc/transports/observed.hpp>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1 {
namespace detail {

// Headers whose values are shown to nobody.
inline constexpr std::string_view credential_headers[] = {"Authorization",  "Cookie",       "Proxy-Authorization",
                                                          "Set-Cookie",     "X-Auth-Token", "X-Security-Token",
                                                          "X-Subject-Token"};

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
      if (const auto value = e.request.headers.find(name)) line += " > " + name + ": " + shown(name, *value);
      if (!e.outcome) continue;
      if (const auto value = e.response.headers.find(name)) line += " < " + name + ": " + shown(name, *value);
    }
    credentials_in(e.request.headers).apply(line);
    if constexpr (line_sink<Sink>) sink_(std::string_view{line});
  }

 private:
  static std::string shown(std::string_view name, std::string_view value) {
    const auto same = [name](std::string_view known) { return same_header_name(name, known); };
    const bool secret = std::any_of(std::begin(credential_headers), std::end(credential_headers), same);
    return secret ? "***" : printable(value);
  }

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
// other headers, and no body. Even if the list allows them, Authorization, Proxy-Authorization, X-Auth-Token,
// X-Security-Token, X-Subject-Token, Cookie and Set-Cookie are shown as "***", and so is a credential of the request
// wherever else it is repeated. The sink is called as `observed` says.
template <class Inner, class Sink>
class logged : public observed<Inner, detail::log_line<Sink>> {
  static_assert(detail::line_sink<Sink>, "hwc: logged needs a sink that takes `(std::string_view line)`");

 public:
  // `headers` are the names that may be shown, of request and response.
  logged(Inner inner, Sink sink, std::vector<std::string> headers = {"X-Request-Id", "Retry-After"})
      : observed<Inner, detail::log_line<Sink>>{std::move(inner), {std::move(sink), std::move(headers)}} {}
};

}  // namespace hwc

#endif  // HWC_TRANSPORTS_LOGGED_HPP
