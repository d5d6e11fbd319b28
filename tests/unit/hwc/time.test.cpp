// SPDX-License-Identifier: BSL-1.0
#include <hwc/time.hpp>

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("clamp_to_wall_time: far dates become the nearest that the clock can show") {
  using std::chrono::sys_days;
  const std::chrono::sys_seconds near = sys_days{2025y / 3 / 14} + 1s;
  CHECK(hwc::clamp_to_wall_time(near) == near);
  CHECK(hwc::clamp_to_wall_time(sys_days{9999y / 12 / 31}) > near);
  CHECK(hwc::clamp_to_wall_time(sys_days{0y / 1 / 1}) < near);
}

TEST_CASE("saturating_add: adds, and stops at the end of time") {
  const hwc::steady_time start{1h};
  CHECK(hwc::saturating_add(start, 5ms) == start + 5ms);
  CHECK(hwc::saturating_add(start, -5ms) == start - 5ms);
  CHECK(hwc::saturating_add(start, std::chrono::milliseconds::max()) == hwc::steady_time::max());
}
