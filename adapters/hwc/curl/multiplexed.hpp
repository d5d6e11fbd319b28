// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_MULTIPLEXED_HPP
#define HWC_CURL_MULTIPLEXED_HPP

#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>

namespace hwc::inline v0_1::curl {
namespace detail {
class settings;
}

// Many exchanges at once for one thread, made by `transport::multiplex`. Models `hwc::multiplexer`; what `transport`
// says of `send` holds for each exchange, on the wire, in its errors and in its limits. Idle connections serve
// whichever exchange comes next.
//
// Where an https server offers HTTP/2 (and `transport_options::http2` does not forbid it), exchanges share a
// connection, as many at once as the server allows; the rest has others. Those that come before the server has told its
// limit may be refused. The first exchange with an origin connects, and the others wait for what it finds. Header names
// go out in lower case then, and those that speak of the connection (Connection, Keep-Alive) not at all. With HTTP/1.1
// each exchange under way has a connection to itself.
//
// Errors that only HTTP/2 has, by cause:
//  - `connection`, not_sent, retryable: the server refused the stream, by REFUSED_STREAM or by a GOAWAY whose last
//    stream is an earlier one, and so did nothing about the request;
//  - `connection`, unknown: it reset the stream for any other reason, or the connection ended with the stream open.
// An exchange that ends early, by its deadline say, resets its own stream; the others on the connection go on.
//
// Exceptions: none, also when memory runs out, which is told like any other failure.
// Threads: one at a time. `stop` tokens are noticed from any thread.
// Complexity: `next` looks at all exchanges under way each time something happens, as libcurl's own loop does.
class multiplexed {
 public:
  multiplexed(std::shared_ptr<const detail::settings> common, std::size_t concurrency);
  multiplexed(multiplexed&&) noexcept;
  multiplexed& operator=(multiplexed&&) = delete;  // would take the connections from under the exchanges

  // Breaks off what is under way.
  ~multiplexed();

  // Begins an exchange in a free slot below `concurrency`. Nothing is sent before `next` is called.
  void start(std::size_t slot, const http_request& request, http_response& response, const exchange_options& options);

  // Moves all exchanges on until one has ended, and gives it; or nothing, when that time comes or the token asks.
  [[nodiscard]] std::optional<exchange_completion> next(steady_time until, const std::stop_token& stop);

 private:
  class exchanges;  // what knows libcurl

  std::unique_ptr<exchanges> exchanges_;
};

static_assert(multiplexer<multiplexed>);
static_assert(!std::copy_constructible<multiplexed>);

}  // namespace hwc::curl

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/curl/impl/multiplexed.ipp>
#endif

#endif  // HWC_CURL_MULTIPLEXED_HPP
