// SPDX-License-Identifier: BSL-1.0
#include <hwc/http_date.hpp>

#include <doctest/doctest.h>

#include <chrono>

using namespace std::chrono_literals;

TEST_CASE("the three forms of a date: all read as the same time") {
  const hwc::wall_time expected = std::chrono::sys_days{1994y / 11 / 6} + 8h + 49min + 37s;
  CHECK(hwc::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == expected);
  CHECK(hwc::parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == expected);
  CHECK(hwc::parse_http_date("Sun Nov  6 08:49:37 1994") == expected);
}

TEST_CASE("a year of two digits: below 70 it is of this century") {
  CHECK(hwc::parse_http_date("Friday, 14-Mar-25 09:26:53 GMT") ==
        std::chrono::sys_days{2025y / 3 / 14} + 9h + 26min + 53s);
}

TEST_CASE("a leap second is the first of the next minute") {
  CHECK(hwc::parse_http_date("Sat, 31 Dec 2016 23:59:60 GMT") == std::chrono::sys_days{2017y / 1 / 1});
}

TEST_CASE("dates that the clock cannot show: the nearest one, without overflow") {
  for (const auto* text : {"Fri, 31 Dec 9999 23:59:59 GMT", "Fri, 31 Dec 2263 23:59:59 GMT"}) {
    CHECK(hwc::parse_http_date(text).value() > std::chrono::sys_days{2262y / 1 / 1});
  }
  for (const auto* text : {"Sat, 01 Jan 0000 00:00:00 GMT", "Sat, 01 Jan 1600 00:00:00 GMT"}) {
    CHECK(hwc::parse_http_date(text).value() < std::chrono::sys_days{1678y / 1 / 1});
  }
}

TEST_CASE("what is no date: not read") {
  for (const auto* text : {"",
                           "now",
                           "120",
                           "Sun, 06 Nov 1994",
                           "Sun, 32 Nov 1994 08:49:37 GMT",
                           "Sun, 30 Feb 1994 08:49:37 GMT",
                           "Sun, 06 Xxx 1994 08:49:37 GMT",
                           "Sun, 06 ovD 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:00:00 GMT",
                           "Sun, 06 Nov 1994 08:60:00 GMT",
                           "Sun, 06 Nov 99999 08:49:37 GMT",
                           "Sun, 06 Nov 1994 08:49:37 CET",
                           "Sun, 06 Nov 1994 08:49:37 GMT GMT",
                           "Sun, 06 Nov 1994 08:49:ab GMT",
                           "Sun, 06 Nov 1994 08:49:3/ GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT",
                           "Sun, 06 Nov 1994 08:ab:37 GMT",
                           "Sun, 06 Nov 1994 ab:49:37 GMT",
                           "Sun, 00 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nove 1994 08:49:37 GMT",
                           "Sunday, 06-Nov-ab 08:49:37 GMT"}) {
    CAPTURE(text);
    CHECK_FALSE(hwc::parse_http_date(text).has_value());
  }
}
