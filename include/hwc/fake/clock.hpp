// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_CLOCK_HPP
#define HWC_FAKE_CLOCK_HPP

#include <hwc/clock.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/time.hpp>

#include <chrono>
#include <memory>
#include <stop_token>

namespace hwc::inline v0_1::fake {

// Virtual time: it stands still until somebody waits or advances it, and waiting takes no real time. It begins at
// 2025-03-14T09:26:53Z. Copies show the same time; they may be used from many threads.
//
// The time is shared: each thread that waits moves it for all. Calls that wait for another thread's (for credentials,
// say) look again every 10 ms of it, and while that thread is not given a processor they can use up seconds of its
// deadline. Where many threads may wait, give calls a timeout of hours.
class clock {
 public:
  clock();

  [[nodiscard]] moment now() const;

  // Moves both clocks forward.
  void advance(std::chrono::milliseconds span);

  // Moves the calendar alone, as when a machine's clock is set.
  void set_wall(wall_time wall);

  // Jumps to that time at once. False, without a jump, when the token has asked to stop.
  bool wait_until(steady_time until, const std::stop_token& stop);

 private:
  struct state;
  std::shared_ptr<state> state_;
};

static_assert(clock_source<clock>);

}  // namespace hwc::fake

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/impl/clock.ipp>
#endif

#endif  // HWC_FAKE_CLOCK_HPP
