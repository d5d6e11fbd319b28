// SPDX-License-Identifier: BSL-1.0
#include "../../examples/resend_email/progress.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>

using tool::progress;
using tool::show;

TEST_CASE("the tool's progress: a bar and all figures where there is room") {
  CHECK(show({.total = 200, .done = 50, .sent = 45, .not_sent = 4, .unknown = 1, .per_minute = 100.0}, 120) ==
        "[##########------------------------------] 50/200  45 sent, 4 not sent, 1 unknown  1:30 left  100/min");
  CHECK(show({.total = 4, .done = 4, .sent = 4}, 90) ==
        "[########################################] 4/4  4 sent, 0 not sent, 0 unknown");
  CHECK(show({.total = 4}, 90) == "[----------------------------------------] 0/4  0 sent, 0 not sent, 0 unknown");
}

TEST_CASE("the tool's progress: with less room, less of it, and never more than the line") {
  const progress of{.total = 100'000, .done = 12'345, .sent = 12'000, .not_sent = 300, .unknown = 45, .per_minute = 99};
  CHECK(show(of, 60) == "12345/100000  12000 sent, 300 not sent, 45 unknown  99/min");
  CHECK(show(of, 40) == "12345/100000  14:45:24 left  99/min");
  CHECK(show(of, 12) == "12345/100000");
  CHECK(show(of, 5) == "12345");
  for (std::size_t columns = 0; columns != 200; ++columns) {
    CAPTURE(columns);
    CHECK(show(of, columns).size() <= columns);
  }
}

TEST_CASE(
    "the tool's progress: no time is foretold where nothing moves, and counts that surpass the total do no harm") {
  CHECK(show({.total = 9, .done = 1, .sent = 1, .per_minute = 0.0}, 60).find("left") == std::string::npos);
  CHECK(show({.total = 2, .done = 3, .sent = 3, .per_minute = 60.0}, 70).find("0:00 left") != std::string::npos);
  CHECK(show({}, 60).find("0/0") != std::string::npos);
}

TEST_CASE("the tool's durations") {
  CHECK(tool::as_duration(0) == "0:00");
  CHECK(tool::as_duration(59.6) == "1:00");
  CHECK(tool::as_duration(3599.4) == "59:59");
  CHECK(tool::as_duration(3600) == "1:00:00");
  CHECK(tool::as_duration(100'000) == "27:46:40");
}
