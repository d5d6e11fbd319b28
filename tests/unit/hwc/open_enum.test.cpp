// SPDX-License-Identifier: BSL-1.0
#include <hwc/open_enum.hpp>

#include <hwc/json/read.hpp>
#include <hwc/json/write.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace {

enum class color { RED, GREEN };
BOOST_DESCRIBE_ENUM(color, RED, GREEN)

using open_color = hwc::open_enum<color>;

struct painted {
  open_color first{};
  std::optional<open_color> second{};
  std::vector<open_color> others{};
};
BOOST_DESCRIBE_STRUCT(painted, (), (first, second, others))

}  // namespace

TEST_CASE("a known value: made and compared by enumerator or name, in either case") {
  const open_color red = color::RED;
  CHECK(red.text() == "RED");
  CHECK(red.known() == color::RED);
  CHECK(red == color::RED);
  CHECK(red == "RED");
  CHECK(red == "red");
  CHECK(red != color::GREEN);
  CHECK(open_color{"green"}.known() == color::GREEN);
  CHECK(open_color{"green"} == color::GREEN);
  CHECK(open_color{"green"}.text() == "green");
}

TEST_CASE("an unknown value is kept, and is none of those") {
  const open_color blue = "BLUE";
  CHECK(blue.text() == "BLUE");
  CHECK(!blue.known());
  CHECK(blue != color::RED);
  CHECK(blue == std::string{"blue"});
  CHECK(!open_color{}.known());
  CHECK(open_color{}.text().empty());
  CHECK(open_color{static_cast<color>(7)}.text().empty());
  std::ostringstream out;
  out << blue;
  CHECK(out.str() == "BLUE");
}

TEST_CASE("JSON: any text is read and written as it came; a number is taken as its digits") {
  const auto read =
      hwc::json::read<painted>(R"({"first":"RED","second":"B\u004cUE","others":["green",17,"",-1e3]})").value();
  CHECK(read.first == color::RED);
  CHECK(read.second->text() == "BLUE");
  REQUIRE(read.others.size() == 4);
  CHECK(read.others[0] == color::GREEN);
  CHECK(read.others[1].text() == "17");
  CHECK(read.others[3].text() == "-1e3");
  std::string out;
  REQUIRE(hwc::json::write(read, out));
  CHECK(out == R"({"first":"RED","second":"BLUE","others":["green","17","","-1e3"]})");
  CHECK(!hwc::json::read<painted>(R"({"first":null,"others":[]})"));
  CHECK(hwc::json::read<painted>(R"({"first":true,"others":[]})").error().code == hwc::json::errc::wrong_type);
  CHECK(hwc::json::read<painted>(R"({"first":{},"others":[]})").error().path == "first");
}
