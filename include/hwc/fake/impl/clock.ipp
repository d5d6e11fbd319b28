// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IMPL_CLOCK_IPP
#define HWC_FAKE_IMPL_CLOCK_IPP

#include <hwc/fake/clock.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

namespace hwc::inline v0_1::fake {

struct clock::state {
  std::mutex mutex;
  moment now{.steady = steady_time{std::chrono::hours{1}},
             .wall = std::chrono::sys_days{std::chrono::year{2025} / 3 / 14} + std::chrono::hours{9} +
                     std::chrono::minutes{26} + std::chrono::seconds{53}};
};

HWC_DECL clock::clock() : state_{std::make_shared<state>()} {}

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
