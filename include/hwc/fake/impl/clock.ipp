// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IMPL_CLOCK_IPP
#define HWC_FAKE_IMPL_CLOCK_IPP

#include <hwc/fake/clock.hpp>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <stop_token>
#include <thread>

namespace hwc::inline v0_1::fake {

HWC_DECL moment clock::now() const {
  const std::lock_guard lock{state_->mutex};
  return state_->now;
}

HWC_DECL void clock::advance(std::chrono::milliseconds span) {
  const std::lock_guard lock{state_->mutex};
  state_->now.steady = saturating_add(state_->now.steady, span);
  state_->now.wall += span;
}

HWC_DECL void clock::set_wall(wall_time wall) {
  const std::lock_guard lock{state_->mutex};
  state_->now.wall = wall;
}

HWC_DECL bool clock::wait_until(steady_time until, const std::stop_token& stop) {
  if (stop.stop_requested()) return false;
  std::this_thread::yield();  // for the one that is waited for
  const std::lock_guard lock{state_->mutex};
  const auto span = std::max(until - state_->now.steady, steady_time::duration{0});
  state_->now.steady += span;
  state_->now.wall += std::chrono::duration_cast<wall_time::duration>(span);
  return true;
}

}  // namespace hwc::fake

#endif  // HWC_FAKE_IMPL_CLOCK_IPP
