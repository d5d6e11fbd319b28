// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TIME_HPP
#define HWC_TIME_HPP

#include <chrono>

namespace hwc {

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

}  // namespace hwc

#endif  // HWC_TIME_HPP
