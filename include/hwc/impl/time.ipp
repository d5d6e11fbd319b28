// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_TIME_IPP
#define HWC_IMPL_TIME_IPP

#include <hwc/time.hpp>

#include <chrono>

namespace hwc::inline v0_1 {

HWC_DECL steady_time saturating_add(steady_time from, std::chrono::milliseconds span) {
  constexpr auto latest = steady_time::max();
  if (span > std::chrono::duration_cast<std::chrono::milliseconds>(latest - from)) return latest;
  return from + span;
}

HWC_DECL wall_time clamp_to_wall_time(std::chrono::sys_seconds time) {
  using std::chrono::seconds;
  constexpr auto earliest = std::chrono::ceil<seconds>(wall_time::min());
  constexpr auto latest = std::chrono::floor<seconds>(wall_time::max());
  return time < earliest ? earliest : time > latest ? latest : time;
}

}  // namespace hwc

#endif  // HWC_IMPL_TIME_IPP
