// SPDX-License-Identifier: BSL-1.0
#include <hwc/fake/clock.hpp>

#include <doctest/doctest.h>

using namespace std::chrono_literals;

TEST_CASE("virtual time: waiting jumps both clocks and takes no time") {
  hwc::fake::clock clock;
  const auto start = clock.now();
  CHECK(clock.wait_until(start.steady + 1h, {}));
  CHECK(clock.now().steady == start.steady + 1h);
  CHECK(clock.now().wall == start.wall + 1h);
  CHECK(clock.wait_until(start.steady, {}));
  CHECK(clock.now().steady == start.steady + 1h);
}

TEST_CASE("virtual time: advanced by hand, shared by copies; the calendar can be set alone") {
  hwc::fake::clock clock;
  const auto start = clock.now();
  auto copy = clock;
  copy.advance(5s);
  CHECK(clock.now().steady == start.steady + 5s);
  clock.set_wall(start.wall - 24h);
  CHECK(copy.now().wall == start.wall - 24h);
  CHECK(copy.now().steady == start.steady + 5s);
}

TEST_CASE("a wait after the token asked: ends without a jump") {
  hwc::fake::clock clock;
  const auto start = clock.now();
  std::stop_source stop;
  stop.request_stop();
  CHECK_FALSE(clock.wait_until(start.steady + 1h, stop.get_token()));
  CHECK(clock.now().steady == start.steady);
}
