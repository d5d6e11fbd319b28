// SPDX-License-Identifier: BSL-1.0
#include <hwc/time.hpp>

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("saturating_add: adds, and stops at the end of time") {
  const hwc::steady_time start{1h};
  CHECK(hwc::saturating_add(start, 5ms) == start + 5ms);
  CHECK(hwc::saturating_add(start, -5ms) == start - 5ms);
  CHECK(hwc::saturating_add(start, std::chrono::milliseconds::max()) == hwc::steady_time::max());
}
