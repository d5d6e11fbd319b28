// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CLIENT_STATE_HPP
#define HWC_CLIENT_STATE_HPP

#include <hwc/clock_skew.hpp>
#include <hwc/retry_budget.hpp>

namespace hwc::inline v0_1 {

// What one call of a client leaves for the others. May be used from many threads at once.
struct client_state {
  clock_skew skew{};
  retry_budget budget{};
};

}  // namespace hwc

#endif  // HWC_CLIENT_STATE_HPP
