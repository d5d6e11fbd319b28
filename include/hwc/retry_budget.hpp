// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_RETRY_BUDGET_HPP
#define HWC_RETRY_BUDGET_HPP

#include <hwc/detail/config.hpp>

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace hwc::inline v0_1 {

// How many repetitions the calls of a client may make between them, so that a service which fails for all of them gets
// about one request for each call and not several. It begins full; a repetition takes one out, and each answer that is
// final, a success or a refusal that another attempt would not change, puts a tenth of one back: as long as most calls
// succeed it stays full.
//
// Free is what happens once a call, to sign again after a 401 and to take another connection after a 421 or 425; and to
// come back when a Retry-After says, as the service sets the pace itself.
//
// Each client has one of its own, of the usual size; `call_options::budget` has calls use another: of another size, or
// shared by several clients of one service.
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
  [[nodiscard]] bool take() noexcept;

  // An answer was final.
  void put_back() noexcept;

  // Whole repetitions that could be taken now.
  [[nodiscard]] int left() const noexcept { return static_cast<int>(left_.load(std::memory_order_relaxed) / tenths); }

 private:
  static constexpr std::int64_t tenths = 10;
  const std::int64_t most_;
  std::atomic<std::int64_t> left_;
};

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/retry_budget.ipp>
#endif

#endif  // HWC_RETRY_BUDGET_HPP
