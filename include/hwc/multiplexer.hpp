// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_MULTIPLEXER_HPP
#define HWC_MULTIPLEXER_HPP

#include <hwc/clock.hpp>
#include <hwc/http.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <concepts>
#include <cstddef>
#include <deque>
#include <optional>
#include <stop_token>
#include <utility>

namespace hwc::inline v0_1 {

// An exchange that ended, by the number that was given when it was started.
struct exchange_completion {
  std::size_t slot = 0;
  exchange_result outcome{};
};

// A Multiplexer has many exchanges under way at once for one thread, each in a slot of its own. It is what a
// transport's optional member `multiplex(concurrency)` gives, and what `client::send_all` drives.
//
//   void start(std::size_t slot, const http_request&, http_response&, const exchange_options&);
//   std::optional<exchange_completion> next(steady_time until, const std::stop_token&);
//
// What the compiler cannot check:
//  1. `start` begins an exchange in a slot below `concurrency` that is free. It does not block and does not fail: what
//     goes wrong is told by `next`. Request and response stay valid until then; the options are copied.
//  2. `next` blocks until an exchange ended, that time came, or the token asked to stop, and gives nothing in the
//     latter two cases. With a time that has come, or a token that has asked, it does not block, but moves on what can
//     move and tells what has ended. Each started exchange is told exactly once, with the guarantees of
//     `transport::send`; one whose options have a token that asks to stop is told promptly.
//  3. Destruction breaks off what is under way.
//
// A multiplexer that lets exchanges wait, as a rate limit does, says with `steady_time accepts_from()` when the next
// one should be started: earlier it would only wait, with its deadline running. It takes it all the same.
//
// A transport of which only run time tells whether it does that has `bool can_multiplex()` as well. Where that is
// false, what `multiplex` gives makes each exchange in `start`, one after the other.
template <class T>
concept multiplexer = std::move_constructible<T> &&
    requires(T& m, std::size_t slot, const http_request& request, http_response& response,
             const exchange_options& options, steady_time until, const std::stop_token& stop) {
  m.start(slot, request, response, options);
  { m.next(until, stop) } -> std::same_as<std::optional<exchange_completion>>;
};

namespace detail {

template <class T>
concept has_multiplex = requires(T& transport) {
  { transport.multiplex(std::size_t{1}) } -> multiplexer;
};

template <class T>
concept has_accepts_from = requires(T& of) {
  { of.accepts_from() } -> std::same_as<steady_time>;
};

// When the next exchange should be started; where the multiplexer or asynchronous transport does not say, at once.
template <class T>
[[nodiscard]] steady_time accepts_from([[maybe_unused]] T& of) {
  if constexpr (has_accepts_from<T>)
    return of.accepts_from();
  else
    return steady_time::min();
}

// Whether exchanges of this transport overlap.
template <class Transport>
[[nodiscard]] bool can_multiplex([[maybe_unused]] Transport& transport) {
  if constexpr (requires {
                  { transport.can_multiplex() } -> std::same_as<bool>;
                })
    return transport.can_multiplex();
  else
    return has_multiplex<Transport>;
}

// For a transport that has none: each exchange is made by `start` itself, one after the other.
template <transport Transport>
class one_at_a_time {
 public:
  explicit one_at_a_time(Transport& transport) : transport_{&transport} {}

  void start(std::size_t slot, const http_request& request, http_response& response, const exchange_options& options) {
    ended_.push_back({slot, transport_->send(request, response, options)});
  }

  std::optional<exchange_completion> next(steady_time until, const std::stop_token& stop) {
    if (ended_.empty()) {
      decltype(auto) clock = clock_of(*transport_);
      clock.wait_until(until, stop);
      return std::nullopt;
    }
    auto first = std::move(ended_.front());
    ended_.pop_front();
    return first;
  }

 private:
  Transport* transport_;
  std::deque<exchange_completion> ended_;
};

// The transport's own multiplexer, or the sequential one.
template <transport Transport>
auto multiplexer_of(Transport& transport, [[maybe_unused]] std::size_t concurrency) {
  if constexpr (has_multiplex<Transport>)
    return transport.multiplex(concurrency);
  else
    return one_at_a_time<Transport>{transport};
}

}  // namespace detail
}  // namespace hwc

#endif  // HWC_MULTIPLEXER_HPP
