// SPDX-License-Identifier: BSL-1.0
#include <hwc/timestamp.hpp>

#include <hwc/json/read.hpp>
#include <hwc/json/write.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <sstream>
#include <string>

using namespace std::chrono_literals;
using hwc::parse_timestamp;

namespace {

constexpr hwc::wall_time start = std::chrono::sys_days{std::chrono::year{2020} / 1 / 4} + 9h + 5min + 22s;

// Of years with four digits, as far as the clock goes.
constexpr hwc::wall_time earliest = hwc::clamp_to_wall_time(std::chrono::sys_days{std::chrono::year{0} / 1 / 1});
constexpr hwc::wall_time latest = hwc::clamp_to_wall_time(std::chrono::sys_days{std::chrono::year{10000} / 1 / 1} - 1s);

}  // namespace

TEST_CASE("the forms that services write: a fraction of 0 to 9 digits") {
  CHECK(parse_timestamp("2020-01-04T09:05:22Z") == start);
  CHECK(parse_timestamp("2020-01-04T09:05:22.7Z") == start + 700ms);
  CHECK(parse_timestamp("2020-01-04T09:05:22.701000Z") == start + 701ms);
  CHECK(parse_timestamp("2020-01-04T09:05:22.000000009Z") ==
        start + std::chrono::duration_cast<hwc::wall_time::duration>(9ns));
  CHECK(parse_timestamp("2020-02-29T23:59:60Z") == std::chrono::sys_days{std::chrono::year{2020} / 3 / 1});
}

TEST_CASE("years that the clock cannot show: the nearest time that it can") {
  CHECK(parse_timestamp("9999-12-31T23:59:59Z") == latest);
  CHECK(std::chrono::floor<std::chrono::seconds>(parse_timestamp("9999-12-31T23:59:59.999999999Z").value()) == latest);
  CHECK(parse_timestamp("0000-01-01T00:00:00Z") == earliest);
}

TEST_CASE("any other text: nothing") {
  for (const std::string text :
       {"", "Z", "2020-01-04", "2020-01-04T09:05:22", "2020-01-04 09:05:22Z", "2020-01-04T09:05:22z",
        "2020-01-04T09:05:22.Z", "2020-01-04T09:05:22.0000000001Z", "2020-01-04T09:05:22+00:00", "2020-02-30T00:00:00Z",
        "2020-00-04T09:05:22Z", "2020-01-04T24:05:22Z", "2020-01-04T09:60:22Z", "2020-01-04T09:05:61Z",
        "2020-1-04T09:05:22ZZ", "2020-01-04T09:05:22ZZ", "+020-01-04T09:05:22Z", "2020-01-04T09:05:22.7 Z"}) {
    CAPTURE(text);
    CHECK(!parse_timestamp(text));
  }
}

TEST_CASE("a good text cut off anywhere or with any byte changed: a time or nothing") {
  const std::string good = "2020-01-04T09:05:22.701Z";
  for (std::size_t size = 0; size != good.size(); ++size) CHECK(!parse_timestamp(good.substr(0, size)));
  for (std::size_t at = 0; at != good.size(); ++at) {
    for (int byte = 0; byte != 256; ++byte) {
      auto text = good;
      text[at] = static_cast<char>(byte);
      const auto read = parse_timestamp(text);
      const bool digit = byte >= '0' && byte <= '9';
      if (!digit && text != good) CHECK(!read);
    }
  }
}

TEST_CASE("timestamp: the forms of the service, and what is none of them is kept") {
  using hwc::timestamp;
  CHECK(timestamp{"2020-01-04T09:05:22Z"}.when() == start);
  CHECK(timestamp{"2020-01-04T09:05:22.701Z"}.when() == start + 701ms);
  CHECK(timestamp{"2020-01-04 09:05:22"}.when() == start);
  CHECK(timestamp{"2020-01-04T09:05:22"}.when() == start);
  CHECK(timestamp{"1578128722000"}.when() == start);
  CHECK(timestamp{"1578128722701"}.when() == start + 701ms);
  CHECK(timestamp{"999999999999999999"}.when() == std::chrono::floor<std::chrono::seconds>(hwc::wall_time::max()));
  for (const std::string text :
       {"", "0", "never", "2020-01-04", "-1578128722000", "1578128722000 ", "2020/01/04 09:05:22",
        "9999999999999999999", "2020-01-04 09:05:22 +08:00", " 2020-01-04 09:05:22"}) {
    CAPTURE(text);
    CHECK(!timestamp{text}.when());
    CHECK(timestamp{text}.text() == text);
    CHECK(timestamp{text}.is_never() == (text == "0"));
  }
  CHECK(timestamp::never().is_never());
  CHECK(timestamp::never().text() == "0");
  CHECK(timestamp{} == "");
  std::ostringstream out;
  out << timestamp{"2020-04-10 06:45:14"};
  CHECK(out.str() == "2020-04-10 06:45:14");
}

TEST_CASE("timestamp: written to the second, rounded down, and read back the same") {
  using hwc::timestamp;
  CHECK(timestamp{start}.text() == "2020-01-04T09:05:22Z");
  CHECK(timestamp{start + 999ms}.text() == "2020-01-04T09:05:22Z");
  CHECK(timestamp{std::chrono::sys_days{std::chrono::year{1969} / 12 / 31} + 23h + 59min + 59s + 500ms}.text() ==
        "1969-12-31T23:59:59Z");
  for (const auto when : {start, hwc::wall_time{}, latest, earliest}) CHECK(timestamp{when}.when() == when);
  CHECK(timestamp{hwc::wall_time::max()}.when() == latest);
  CHECK(timestamp{std::chrono::ceil<std::chrono::seconds>(hwc::wall_time::min())}.when() == earliest);
}

TEST_CASE("timestamp in JSON: a string, or a number that is read") {
  CHECK(hwc::json::read<hwc::timestamp>("1578128722000")->when() == start);
  CHECK(hwc::json::read<hwc::timestamp>("0")->is_never());
  CHECK(hwc::json::read<hwc::timestamp>("\"2020-01-04 09:05:22\"")->when() == start);
  std::string out;
  REQUIRE(hwc::json::write(hwc::timestamp{start}, out));
  CHECK(out == "\"2020-01-04T09:05:22Z\"");
}
