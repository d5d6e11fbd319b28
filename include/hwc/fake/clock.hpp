// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_CLOCK_HPP
#define HWC_FAKE_CLOCK_HPP

#include <hwc/clock.hpp>
#include <hwc/time.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

namespace hwc::fake {

// Virtual time: it stands still until somebody waits or advances it, and waiting takes no real time. It begins at
// 2025-03-14T09:26:53Z. Copies show the same time; they may be used from many threads.
//
// The time is shared: each thread that waits moves it for all. Calls that wait for another thread's (for credentials,
// say) look again every 10 ms of it, and while that thread is not given a processor they can use up seconds of its
// deadline. Where many threads may wait, give calls a timeout of hours.
class clock {
 public:
  clock() : state_{std::make_shared<state>()} {}

  [[nodiscard]] moment now() const {
    const std::lock_guard lock{state_->mutex};
    return state_->now;
  }

  // Moves both clocks forward.
  void advance(std::chrono::milliseconds span) {
    const std::lock_guard lock{state_->mutex};
    state_->now.steady = saturating_add(state_->now.steady, span);
    state_->now.wall += span;
  }

  // Moves the calendar alone, as when a machine's clock is set.
  void set_wall(wall_time wall) {
    const std::lock_guard lock{state_->mutex};
    state_->now.wall = wall;
  }

  // Jumps to that time at once. False, without a jump, when the token has asked to stop.
  bool wait_until(steady_time until, const std::stop_token& stop) {
    if (stop.stop_requested()) return false;
    std::this_thread::yield();  // for the one that is waited for
    const std::lock_guard lock{state_->mutex};
    const auto span = std::max(until - state_->now.steady, steady_time::duration{0});
    state_->now.steady += span;
    state_->now.wall += std::chrono::duration_cast<wall_time::duration>(span);
    return true;
  }

 private:
  struct state {
    std::mutex mutex;
    moment now{.steady = steady_time{std::chrono::hours{1}},
               .wall = std::chrono::sys_days{std::chrono::year{2025} / 3 / 14} + std::chrono::hours{9} +
                       std::chrono::minutes{26} + std::chrono::seconds{53}};
  };
  std::shared_ptr<state> state_;
};

static_assert(clock_source<clock>);

}  // namespace hwc::fake

#endif  // HWC_FAKE_CLOCK_HPP
