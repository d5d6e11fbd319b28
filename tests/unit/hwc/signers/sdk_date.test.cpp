// SPDX-License-Identifier: BSL-1.0
#include <hwc/signers/sdk_date.hpp>

#include <doctest/doctest.h>

#include <string_view>

using namespace std::chrono_literals;

TEST_CASE("X-Sdk-Date: formatted in UTC to the second, rounded down, also before 1970") {
  const auto format = [](hwc::wall_time time) {
    const auto text = hwc::format_sdk_date(time);
    return std::string{text.data(), text.size()};
  };
  const hwc::wall_time time = std::chrono::sys_days{2025y / 3 / 14} + 9h + 26min + 53s;
  CHECK(format(time) == "20250314T092653Z");
  CHECK(format(time + 999ms) == "20250314T092653Z");
  CHECK(format(hwc::wall_time{}) == "19700101T000000Z");
  CHECK(format(hwc::wall_time{} - 1ms) == "19691231T235959Z");
  CHECK(format(std::chrono::sys_days{2024y / 2 / 29} + 23h + 59min + 59s) == "20240229T235959Z");
}

TEST_CASE("X-Sdk-Date of a year that the clock cannot show: read as the nearest date, without overflow") {
  CHECK(hwc::parse_sdk_date("99991231T000000Z").value() > std::chrono::sys_days{2262y / 1 / 1});
  CHECK(hwc::parse_sdk_date("00000101T000000Z").value() < std::chrono::sys_days{1678y / 1 / 1});
}

TEST_CASE("X-Sdk-Date: what was formatted is read back, anything else is not") {
  const hwc::wall_time time = std::chrono::sys_days{2025y / 3 / 14} + 9h + 26min + 53s;
  CHECK(hwc::parse_sdk_date("20250314T092653Z") == time);
  for (const std::string_view text : {"", "20250314T092653", "20250314 092653Z", "20250314T092653z", "20251314T092653Z",
                                      "20250230T092653Z", "20250314T242653Z", "20250314T096053Z", "20250314T092660Z",
                                      "2025031aT092653Z", "20250314T092653Z ", "-2025314T092653Z"}) {
    CAPTURE(text);
    CHECK_FALSE(hwc::parse_sdk_date(text).has_value());
  }
}
