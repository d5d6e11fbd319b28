// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_DETAIL_SETTINGS_HPP
#define HWC_CURL_DETAIL_SETTINGS_HPP

#include <hwc/curl/options.hpp>
#include <hwc/http.hpp>
#include <hwc/request_flaw.hpp>
#include <hwc/transport.hpp>

#include <curl/curl.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace hwc::inline v0_1::curl::detail {

// What all exchanges of a transport have in common.
class settings {
 public:
  // Whether a connection may serve more than one exchange.
  static bool keeps_connections(const transport_options& options) noexcept {
    return options.max_idle_connections != 0 && options.idle_age >= std::chrono::seconds{1};
  }

  explicit settings(transport_options chosen)
      : options{std::move(chosen)},
        proxy{without_credentials(options.proxy)},
        http2{options.http2 && keeps_connections(options) && libcurl_has_http2()},
        initialised_{initialise()} {}

  const transport_options options;
  const std::string proxy;  // as errors name it; empty: none was given
  const bool http2;         // exchanges may share a connection

  // Why an exchange does not even begin; nothing where it may.
  [[nodiscard]] std::optional<transport_error> refusal(const http_request& request,
                                                       const exchange_options& limits) const {
    if (const auto why = hwc::request_flaw(request); !why.empty()) {
      return refuse(error_kind::invalid_argument, why);
    }
    if (limits.stop.stop_requested()) return refuse(error_kind::cancelled, "cancelled before it was sent");
    if (limits.deadline <= std::chrono::steady_clock::now()) {
      return refuse(error_kind::timeout, "the deadline passed before the request was sent");
    }
    if (initialised_ != CURLE_OK) return refuse(error_kind::connection, "libcurl could not be initialised");
    return std::nullopt;
  }

  // For want of a handle of libcurl; `os_error` is the errno of it, or 0.
  [[nodiscard]] static transport_error exhausted(int os_error) {
    auto why = refuse(error_kind::connection, "no handle for a connection: memory or file descriptors ran out");
    why.cause = {os_error, std::system_category()};
    return why;
  }

 private:
  static transport_error refuse(error_kind kind, std::string_view why) {
    return {.kind = kind, .sent = delivery::not_sent, .message = std::string{why}};
  }

  // Scheme and user are cut off a proxy's URL; what remains is host and port.
  static std::string without_credentials(std::string_view url) {
    if (const auto at = url.find("://"); at != std::string_view::npos) url.remove_prefix(at + 3);
    if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
    return std::string{url};
  }

  static bool libcurl_has_http2() noexcept {
    return (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_HTTP2) != 0;
  }

  // Once for the process and never undone: curl_global_cleanup would pull the rug from under other users of libcurl.
  static CURLcode initialise() {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    return initialised;
  }

  CURLcode initialised_;
};

}  // namespace hwc::curl::detail

#endif  // HWC_CURL_DETAIL_SETTINGS_HPP
