// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_RETRY_BUDGET_IPP
#define HWC_IMPL_RETRY_BUDGET_IPP

#include <hwc/retry_budget.hpp>

#include <atomic>

namespace hwc::inline v0_1 {

HWC_DECL bool retry_budget::take() noexcept {
  auto left = left_.load(std::memory_order_relaxed);
  do {
    if (left < tenths) return false;
  } while (!left_.compare_exchange_weak(left, left - tenths, std::memory_order_relaxed));
  return true;
}

HWC_DECL void retry_budget::put_back() noexcept {
  auto left = left_.load(std::memory_order_relaxed);
  do {
    if (left == most_) return;
  } while (!left_.compare_exchange_weak(left, left + 1, std::memory_order_relaxed));
}

}  // namespace hwc

#endif  // HWC_IMPL_RETRY_BUDGET_IPP
