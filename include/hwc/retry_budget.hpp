// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_RETRY_BUDGET_HPP
#define HWC_RETRY_BUDGET_HPP

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace hwc {

// How many repetitions the calls of a client may make between them, so that a service which fails for all of them gets
// about one request for each call and not several. It begins full; a repetition takes one out, and each answer that is
// final, a success or a plain refusal, puts a tenth of one back: as long as most calls succeed it stays full.
//
// What is free, since it cannot flood: to sign again after a 401 and to take another connection after a 421 or 425,
// which happens once a call, and to come back when a Retry-After says.
//
// Each client has one of its own; `call_options::budget` has calls use another, of several clients for one service say.
// Threads: all members may be called at once.
class retry_budget {
 public:
  static constexpr int usual = 100;

  // Holds so many repetitions at most. Below 0 counts as 0, and then nothing is repeated but what is free.
  explicit retry_budget(int repetitions = usual) noexcept
      : most_{std::int64_t{std::max(repetitions, 0)} * tenths}, left_{most_} {}
  retry_budget(const retry_budget&) = delete;
  retry_budget& operator=(const retry_budget&) = delete;

  // Takes one repetition out. False: there is none.
  [[nodiscard]] bool take() noexcept {
    if (left_.fetch_sub(tenths, std::memory_order_relaxed) >= tenths) return true;
    left_.fetch_add(tenths, std::memory_order_relaxed);
    return false;
  }

  // An answer was final.
  void put_back() noexcept {
    if (left_.fetch_add(1, std::memory_order_relaxed) >= most_) left_.fetch_sub(1, std::memory_order_relaxed);
  }

  // Whole repetitions that could be taken now.
  [[nodiscard]] int left() const noexcept {
    return static_cast<int>(std::max<std::int64_t>(left_.load(std::memory_order_relaxed), 0) / tenths);
  }

 private:
  static constexpr std::int64_t tenths = 10;
  const std::int64_t most_;
  std::atomic<std::int64_t> left_;
};

}  // namespace hwc

#endif  // HWC_RETRY_BUDGET_HPP
