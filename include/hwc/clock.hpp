// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CLOCK_HPP
#define HWC_CLOCK_HPP

#include <hwc/detail/config.hpp>
#include <hwc/time.hpp>

#include <chrono>
#include <concepts>
#include <stop_token>

namespace hwc::inline v0_1 {

// A source of time and a way to let it pass. It belongs to the transport: over a network time is real, in memory it is
// virtual, so that a test of an hour's back-off takes no time.
//
//   hwc::moment now();                                             // both clocks, read together
//   bool wait_until(hwc::steady_time, const std::stop_token&);     // false when the token asked to stop
template <class T>
concept clock_source = requires(T& clock, steady_time until, const std::stop_token& stop) {
  { clock.now() } -> std::same_as<moment>;
  { clock.wait_until(until, stop) } -> std::same_as<bool>;
};

// The machine's clocks. Stateless, so one object serves any number of threads.
struct real_clock {
  [[nodiscard]] moment now() const {
    return {.steady = std::chrono::steady_clock::now(), .wall = std::chrono::system_clock::now()};
  }

  // Blocks the calling thread until that time, or until the token asks to stop. True when the time has come.
  bool wait_until(steady_time until, const std::stop_token& stop) const;
};

namespace detail {

// The transport's own clock where it has one, else the machine's.
template <class Transport>
decltype(auto) clock_of(Transport& transport) {
  if constexpr (requires {
                  { transport.clock() } -> clock_source;
                })
    return transport.clock();
  else
    return real_clock{};
}

}  // namespace detail
}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/clock.ipp>
#endif

#endif  // HWC_CLOCK_HPP
