// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_SPLITMIX64_HPP
#define HWC_DETAIL_SPLITMIX64_HPP

#include <cstdint>

namespace hwc::inline v0_1::detail {

// The next number of SplitMix64 by Sebastiano Vigna: enough for jitter, and no more than that. `state` may begin as any
// number.
[[nodiscard]] constexpr std::uint64_t splitmix64(std::uint64_t& state) noexcept {
  state += 0x9E3779B97F4A7C15U;
  auto mixed = state;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
  return mixed ^ (mixed >> 31U);
}

}  // namespace hwc::detail

#endif  // HWC_DETAIL_SPLITMIX64_HPP
