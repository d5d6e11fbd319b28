// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TIME_HPP
#define HWC_TIME_HPP

#include <chrono>

namespace hwc::inline v0_1 {

// Calendar time, for signatures, `Date` and `Retry-After`. May jump when the machine's clock is set.
using wall_time = std::chrono::system_clock::time_point;

// Time that only moves forward, for deadlines and pauses.
using steady_time = std::chrono::steady_clock::time_point;

// What a driver tells a `call` about time at each step, read from both clocks at once. The call itself reads no clock,
// so tests may move time as they please.
struct moment {
  steady_time steady{};
  wall_time wall{};
};

// `from + span`, or the latest representable time where that would overflow; `span` may be as large as its type allows.
[[nodiscard]] constexpr steady_time saturating_add(steady_time from, std::chrono::milliseconds span) {
  constexpr auto latest = steady_time::max();
  if (span > std::chrono::duration_cast<std::chrono::milliseconds>(latest - from)) return latest;
  return from + span;
}

// The time as the wall clock has it, or the nearest time that it can show: a clock that counts nanoseconds ends in the
// year 2262, while dates on the wire may be of any year.
[[nodiscard]] constexpr wall_time clamp_to_wall_time(std::chrono::sys_seconds time) {
  using std::chrono::seconds;
  constexpr auto earliest = std::chrono::ceil<seconds>(wall_time::min());
  constexpr auto latest = std::chrono::floor<seconds>(wall_time::max());
  return time < earliest ? earliest : time > latest ? latest : time;
}

}  // namespace hwc

#endif  // HWC_TIME_HPP
