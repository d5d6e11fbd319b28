// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TRANSPORT_HPP
#define HWC_TRANSPORT_HPP

#include <hwc/detail/config.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/time.hpp>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <concepts>
#include <cstddef>
#include <iosfwd>
#include <stop_token>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

namespace hwc::inline v0_1 {

// What a transport must keep to during one exchange.
struct exchange_options {
  steady_time deadline = steady_time::max();  // give up at this time, whatever is going on
  std::stop_token stop{};                     // give up promptly once it asks; empty: never
  std::size_t response_limit = 1024 * 1024;   // bytes of body to keep at most; the rest makes it `truncated`
  bool fresh_connection = false;              // do not use a connection that carried an earlier exchange
};

// Why an exchange brought no complete response head.
struct transport_error {
  error_kind kind =
      error_kind::connection;         // connection, tls, timeout, cancelled, malformed_response or invalid_argument
  delivery sent = delivery::unknown;  // not_sent only where it is proved; never answered
  bool retryable = false;             // the same again soon may well succeed (refused, reset; not: unknown host)
  int status = 0;                     // of a status line that was seen although the head did not end; else 0
  std::error_code cause{};
  std::string message{};  // for people, names the host; never a header value or the body
  bool begun = true;      // false: given up before anything was tried, so it is no attempt, and the call ends with it
};

// The failure on one line, for logs and test frameworks.
template <class Traits>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, const transport_error& why) {
  return out << to_string(why.kind) << ": " << why.message << " (" << to_string(why.sent) << ')';
}

// The failure as the error of a call that made this one exchange. Only a proof counts as one: a transport that brought
// no answer cannot know that the service refused.
[[nodiscard]] error to_error(transport_error why);

// Found by Boost.System's `exchange_result::value()`, which does what that of a `result` does: it throws an
// `hwc::exception` or, without exceptions, prints the error and ends the program.
[[noreturn]] void throw_exception_from_error(const transport_error& why, const boost::source_location& where);

// Success means that the response head arrived completely.
using exchange_result = boost::system::result<void, transport_error>;

namespace detail {

template <class T>
concept has_send = requires(T& t, const http_request& request, http_response& response,
                            const exchange_options& options) {
  t.send(request, response, options);
};

template <class T>
concept send_returns_exchange_result = requires(T& t, const http_request& request, http_response& response,
                                                const exchange_options& options) {
  { t.send(request, response, options) } -> std::same_as<exchange_result>;
};

template <class T>
concept says_asynchronous = requires {
  requires static_cast<bool>(T::asynchronous);
};

}  // namespace detail

// A Transport moves one request and brings one response, or says what failed and whether the request can have reached
// the service.
//
//   hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&);
//
// What the compiler cannot check, `send`
//  1. sends the request at most once: no retry below it, no redirect followed;
//  2. reports `delivery::not_sent` only if the request's last byte was not handed over, or the peer said so;
//  3. returns success exactly when a final (not 1xx) response head arrived completely, whatever became of the body;
//     a body that ends early or exceeds `response_limit` sets `truncated`;
//  4. clears the response and fills it; on failure its content does not matter. Its buffers may be reused;
//  5. returns by `options.deadline`, and promptly when `options.stop` asks;
//  6. sends target, headers and body byte for byte, and adds only what no signature covers;
//  7. verifies certificates and host names for an https origin, and accepts TLS 1.2 or later only;
//  8. refuses, with `invalid_argument`, what `request_flaw` finds (see <hwc/request_flaw.hpp>);
//  9. throws, if at all, only before a byte of the request can have left.
//
// <hwc/testing/conformance.hpp> tries all of that on a transport, but the last: it counts a `send` that throws as one
// that failed, and 7 only with a server that speaks TLS. It stays on one machine and on HTTP/1.1, so it says nothing
// about slow lookups of names, hosts with several addresses, and HTTP/2.
//
// Optional members:
//  - `static constexpr bool thread_safe = true;` says that `send` may be called from many threads at once;
//  - `multiplex(concurrency)` moves many exchanges at once (see <hwc/multiplexer.hpp>); without it, one at a time.
//    Where that depends on what it holds, `can_multiplex()` says whether it does;
//  - `clock()` gives the time source that belongs to the transport (see <hwc/clock.hpp>); without it, real time.
template <class T>
concept transport = std::move_constructible<T> && detail::has_send<T> && detail::send_returns_exchange_result<T>;

// An AsyncTransport drives a whole call without blocking (see <hwc/async_call.hpp>) and completes through an Asio
// completion token. `static constexpr bool asynchronous = true;` says that a type is one, and it has
//
//   template <class Job, class Token> auto async_call(Job job, Token&& token);     // signature: Job::signature
//
// It does for each exchange what the list above demands of `send`, waits without blocking, never calls the handler
// from inside `async_call`, and treats a cancellation through the handler's slot, which it tells the job of once, like
// a stop token that asks. A wait ends at the job's `wake_at()`, or when its `waker()` asks. While a job waits others
// may be begun, also by that job: `async_send_all` is one that begins the others.
//
// A transport that lets exchanges wait, as a rate limit does, says with `steady_time accepts_from()` when the next call
// should be begun, and calls `left()`, where a job has that, when it lets the job's exchange go.
template <class T>
concept async_transport = std::move_constructible<T> && detail::says_asynchronous<T>;

// Whether many threads may use the transport, and so a client on it, at once.
template <class T>
inline constexpr bool is_thread_safe_v = [] {
  if constexpr (requires {
                  { T::thread_safe } -> std::convertible_to<bool>;
                })
    return static_cast<bool>(T::thread_safe);
  else
    return false;
}();

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/transport.ipp>
#endif

#endif  // HWC_TRANSPORT_HPP
