// SPDX-License-Identifier: BSL-1.0
#include <hwc/clock.hpp>

#include <doctest/doctest.h>

#include <thread>

using namespace std::chrono_literals;

namespace {

struct frozen_clock {
  hwc::moment now() { return {.steady = hwc::steady_time{1h}, .wall = {}}; }
  bool wait_until(hwc::steady_time, const std::stop_token&) { return true; }
};
static_assert(hwc::clock_source<frozen_clock> && hwc::clock_source<hwc::real_clock>);

struct has_clock {
  frozen_clock& clock() { return time; }
  frozen_clock time;
};
struct has_none {};

}  // namespace

TEST_CASE("the clock of a transport: its own if it has one, else the machine's") {
  has_clock with;
  CHECK(hwc::detail::clock_of(with).now().steady == hwc::steady_time{1h});
  has_none without;
  static_assert(std::same_as<decltype(hwc::detail::clock_of(without)), hwc::real_clock>);
}

TEST_CASE("waiting on the real clock: until the time has come, or until the token asks") {
  hwc::real_clock clock;
  const auto start = clock.now().steady;
  CHECK(clock.wait_until(start + 1ms, {}));
  CHECK(clock.now().steady >= start + 1ms);
  CHECK(clock.wait_until(start, {}));

  std::stop_source stop;
  std::jthread other{[&] { stop.request_stop(); }};
  CHECK_FALSE(clock.wait_until(start + 1h, stop.get_token()));
  CHECK_FALSE(clock.wait_until(start + 1h, stop.get_token()));
}
