// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_TRANSPORT_HPP
#define HWC_CURL_TRANSPORT_HPP

#include <hwc/curl/error.hpp>
#include <hwc/curl/multiplexed.hpp>
#include <hwc/curl/options.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/transport.hpp>

#include <cstddef>
#include <memory>

namespace hwc::inline v0_1::curl {

// Moves requests with libcurl, with TLS 1.2 or later for https: `send` over HTTP/1.1, `multiplex` over HTTP/2 where an
// https server offers it. Copies are handles of one pool of connections. Models `hwc::transport`; all that the concept
// demands holds, and in particular libcurl's habits of repeating a request (on a connection that was used before, on a
// refused HTTP/2 stream) are switched off.
//
// On the wire: the request line, the request's headers in their order and its body, byte for byte. Added are Host and
// User-Agent unless the request has them, and Content-Length where there is a body or the method is POST, PUT or PATCH.
// Never: Expect, Accept, Accept-Encoding, Content-Type, cookies, netrc credentials, early data.
//
// Errors of `send`, by cause:
//  - `invalid_argument`, not_sent: the request has CR, LF or NUL in a header, a target that does not begin with '/', a
//    Content-Length other than its body's, or Transfer-Encoding or Expect;
//  - `connection`, not_sent: name not found (not retryable), refused, no connection within `connect_timeout`, the proxy
//    refuses, descriptors or memory ran out (not retryable); also a connection that broke before libcurl took the
//    last byte of the body;
//  - `tls`, not_sent: certificate, host name or version not accepted; retryable where the handshake was cut off;
//  - `connection`, unknown: the connection broke after the request may have left completely;
//  - `timeout`, `cancelled`: not_sent or unknown by the same rule;
//  - `malformed_response`, unknown: no HTTP, a head that ends early or exceeds 64 KiB or 200 fields, contradicting
//    lengths, an unrequested 101.
// `cause` is the operating system's error where there is one, else one of `hwc::curl::category()`.
//
// Exceptions: std::bad_alloc before anything is sent, no other; none is needed (-fno-exceptions -fno-rtti).
// Threads: all members may be called at once on one object; no lock is held during an exchange, which has its
// connection to itself. `exchange_options::stop` is noticed from any thread. After `fork`, a child makes a transport
// and a client of its own: connections and locks of those that it inherited are the parent's.
class transport {
 public:
  static constexpr bool thread_safe = true;

  transport() : transport{transport_options{}} {}

  // Connects to nothing yet: what is wrong with the options, an unreadable `ca_file` say, is reported by `send`.
  explicit transport(transport_options options);

  [[nodiscard]] exchange_result send(const http_request& request, http_response& response,
                                     const exchange_options& options);

  // Many exchanges at once for one thread, on connections that `send` does not use: as many as `concurrency` at most,
  // idle ones included. What is said above of `send` holds for each of them. It may outlive the transport.
  [[nodiscard]] multiplexed multiplex(std::size_t concurrency);

 private:
  class pool;  // what knows libcurl

  std::shared_ptr<pool> pool_;
};

static_assert(hwc::transport<transport>);
static_assert(is_thread_safe_v<transport>);
static_assert(hwc::detail::has_multiplex<transport>);

}  // namespace hwc::curl

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/curl/impl/transport.ipp>
#endif

#endif  // HWC_CURL_TRANSPORT_HPP
