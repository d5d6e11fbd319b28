// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_TRANSPORT_HPP
#define HWC_CURL_TRANSPORT_HPP

#include <hwc/curl/detail/request_head.hpp>
#include <hwc/curl/detail/slot.hpp>
#include <hwc/curl/options.hpp>
#include <hwc/http.hpp>
#include <hwc/transport.hpp>

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace hwc::curl {

// Moves requests with libcurl over HTTP/1.1, with TLS 1.2 or later for https. Copies are handles of one pool of
// connections. Models `hwc::transport`; all that the concept demands holds, and in particular libcurl's habit of
// repeating a request on a connection that was used before is switched off.
//
// On the wire: the request line, the request's headers in their order and its body, byte for byte. Added are Host and
// User-Agent unless the request has them, and Content-Length where there is a body or the method is POST, PUT or PATCH.
// Never: Expect, Accept, Accept-Encoding, Content-Type, cookies, netrc credentials, early data.
//
// Errors of `send`, by cause:
//  - `invalid_argument`, not_sent: the request has CR, LF or NUL in a header, a target that does not begin with '/', a
//    Content-Length other than its body's, or Transfer-Encoding or Expect;
//  - `connection`, not_sent: name not found (not retryable), refused, no connection within `connect_timeout`, the proxy
//    refuses, descriptors or memory ran out (not retryable); also a connection that broke before libcurl took
//    the last byte of the body;
//  - `tls`, not_sent: certificate, host name or version not accepted; retryable where the handshake was cut off;
//  - `connection`, unknown: the connection broke after the request may have left completely;
//  - `timeout`, `cancelled`: not_sent or unknown by the same rule;
//  - `malformed_response`, unknown: no HTTP, a head that ends early or exceeds 64 KiB or 200 fields, contradicting
//    lengths, an unrequested 101.
// `cause` is the operating system's error where there is one, else one of `hwc::curl::category()`.
//
// Exceptions: std::bad_alloc before anything is sent, no other; none is needed (-fno-exceptions -fno-rtti).
// Threads: all members may be called at once on one object; no lock is held during an exchange, which has its
// connection to itself. `exchange_options::stop` is noticed from any thread.
class transport {
 public:
  static constexpr bool thread_safe = true;

  transport() : transport{transport_options{}} {}

  // Connects to nothing yet: what is wrong with the options, an unreadable `ca_file` say, is reported by `send`.
  explicit transport(transport_options options) : pool_{std::make_shared<pool>(std::move(options))} {
    // Once for the process and never undone, as curl_global_cleanup would pull the rug from under other users of
    // libcurl.
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    pool_->initialised = initialised;
  }

  [[nodiscard]] exchange_result send(const http_request& request, http_response& response,
                                     const exchange_options& options) {
    response.clear();
    if (const auto why = detail::flaw(request); !why.empty()) return refuse(error_kind::invalid_argument, why);
    if (options.stop.stop_requested()) return refuse(error_kind::cancelled, "cancelled before it was sent");
    if (options.deadline <= std::chrono::steady_clock::now()) {
      return refuse(error_kind::timeout, "the deadline passed before the request was sent");
    }
    if (pool_->initialised != CURLE_OK) return refuse(error_kind::connection, "libcurl could not be initialised");
    auto taken = pool_->take(request.origin);
    auto& slot = taken.front();
    if (!slot.usable()) {
      return refuse(error_kind::connection, "no handle for a connection: memory or file descriptors ran out",
                    {slot.socket_error(), std::system_category()});
    }
    auto outcome = slot.exchange(request, response, options, pool_->proxy);
    pool_->give_back(taken);
    return outcome;
  }

 private:
  using slots = std::list<detail::slot>;

  // Slots at rest, the last used at the back: the more often one is used, the less likely its connection was dropped.
  // They are list nodes so that giving one back, when the outcome is already known, cannot run out of memory.
  struct pool {
    explicit pool(transport_options chosen) : options{std::move(chosen)}, proxy{without_credentials(options.proxy)} {}

    // A list of one: a slot that leads to the origin, else a new one.
    slots take(const http_origin& origin) {
      slots taken;
      {
        const std::lock_guard lock{mutex};
        const auto found =
            std::find_if(idle.rbegin(), idle.rend(), [&](const auto& s) { return s.origin() == origin; });
        if (found != idle.rend()) taken.splice(taken.begin(), idle, std::prev(found.base()));
      }
      if (taken.empty()) taken.emplace_back(options);
      return taken;
    }

    // Where it is one too many, the one that rested longest goes; it is closed after the lock is given up.
    void give_back(slots& used) {
      if (!used.front().usable()) return;
      slots surplus;
      const std::lock_guard lock{mutex};
      idle.splice(idle.end(), used);
      if (idle.size() > options.max_idle_connections) surplus.splice(surplus.begin(), idle, idle.begin());
    }

    const transport_options options;
    const std::string proxy;
    CURLcode initialised = CURLE_OK;
    std::mutex mutex;
    slots idle;
  };

  // Scheme and user are cut off a proxy's URL; what remains is host and port.
  static std::string without_credentials(std::string_view url) {
    if (const auto at = url.find("://"); at != std::string_view::npos) url.remove_prefix(at + 3);
    if (const auto at = url.rfind('@'); at != std::string_view::npos) url.remove_prefix(at + 1);
    return std::string{url};
  }

  static exchange_result refuse(error_kind kind, std::string_view why, std::error_code cause = {}) {
    return transport_error{.kind = kind, .sent = delivery::not_sent, .cause = cause, .message = std::string{why}};
  }

  std::shared_ptr<pool> pool_;
};

static_assert(hwc::transport<transport>);
static_assert(is_thread_safe_v<transport>);

}  // namespace hwc::curl

#endif  // HWC_CURL_TRANSPORT_HPP
