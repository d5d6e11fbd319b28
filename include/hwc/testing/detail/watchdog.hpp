// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_DETAIL_WATCHDOG_HPP
#define HWC_TESTING_DETAIL_WATCHDOG_HPP

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::testing::detail {

// Does something about calls that do not come back. One thread watches all of them, and sleeps until the first is due.
class watchdog {
 public:
  using time = std::chrono::steady_clock::time_point;

  explicit watchdog(std::chrono::milliseconds patience) : patience_{patience}, thread_{[this] { run(); }} {}
  watchdog(const watchdog&) = delete;
  watchdog& operator=(const watchdog&) = delete;
  ~watchdog() {
    {
      const std::lock_guard lock{mutex_};
      ends_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  [[nodiscard]] std::chrono::milliseconds patience() const noexcept { return patience_; }

  // Watches one call while it lives: `bark` is called when that time and the patience are over, and again after each
  // further patience. It must not block, and is not called once the destructor, or `barked`, has returned.
  class watch {
   public:
    watch(watchdog& dog, time until, std::function<void()> bark)
        : dog_{dog}, due_{until + dog.patience_}, bark_{std::move(bark)} {
      const std::lock_guard lock{dog_.mutex_};
      dog_.watched_.push_back(this);
      if (due_ < dog_.sleeps_until_) dog_.wake_.notify_one();
    }
    watch(const watch&) = delete;
    watch& operator=(const watch&) = delete;
    ~watch() { static_cast<void>(barked()); }

    // Ends the watch, and tells whether there was reason to bark.
    [[nodiscard]] bool barked() {
      const std::lock_guard lock{dog_.mutex_};
      std::erase(dog_.watched_, this);
      return times_ != 0;
    }

   private:
    friend watchdog;
    watchdog& dog_;
    time due_;
    std::function<void()> bark_;
    int times_ = 0;
  };

 private:
  void run() {
    std::unique_lock lock{mutex_};
    while (!ends_) {
      sleeps_until_ = time::max();
      const auto now = std::chrono::steady_clock::now();
      for (auto* each : watched_) {
        if (each->due_ <= now) {
          each->bark_();
          each->due_ = now + patience_;
          if (++each->times_ == 2) {
            std::fputs("hwc::testing::check_conformance: a call does not come back, although the server hung up\n",
                       stderr);
          }
        }
        sleeps_until_ = std::min(sleeps_until_, each->due_);
      }
      if (sleeps_until_ == time::max())
        wake_.wait(lock);
      else
        wake_.wait_until(lock, sleeps_until_);
    }
  }

  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<watch*> watched_;
  time sleeps_until_ = time::max();
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace hwc::testing::detail

#endif  // HWC_TESTING_DETAIL_WATCHDOG_HPP
