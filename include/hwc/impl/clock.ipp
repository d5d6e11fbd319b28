// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_CLOCK_IPP
#define HWC_IMPL_CLOCK_IPP

#include <hwc/clock.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>

namespace hwc::inline v0_1 {

HWC_DECL bool real_clock::wait_until(steady_time until, const std::stop_token& stop) const {
  // For a time that has passed the system might sleep all the same, as long as its timers are imprecise.
  if (until > std::chrono::steady_clock::now()) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock{mutex};
    wake.wait_until(lock, stop, until, [] { return false; });
  }
  return !stop.stop_requested();
}

}  // namespace hwc

#endif  // HWC_IMPL_CLOCK_IPP
