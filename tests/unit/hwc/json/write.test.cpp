// SPDX-License-Identifier: BSL-1.0
#include <hwc/json/write.hpp>

#include <hwc/json/read.hpp>

#include <doctest/doctest.h>
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/mp11/algorithm.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using hwc::json::errc;

enum class color { red, green };
BOOST_DESCRIBE_ENUM(color, red, green)

struct nothing {};
BOOST_DESCRIBE_STRUCT(nothing, (), ())

struct base {
  std::optional<int> number;
};
BOOST_DESCRIBE_STRUCT(base, (), (number))

struct derived : base {
  std::optional<std::string> text;
};
BOOST_DESCRIBE_STRUCT(derived, (base), (text))

struct everything {
  bool yes = true;
  std::int8_t small = -128;
  std::uint64_t large = std::numeric_limits<std::uint64_t>::max();
  double real = 0.1;
  float single = 0.1F;
  std::string text = "t";
  std::optional<int> none;
  std::vector<std::optional<int>> list{1, std::nullopt};
  std::vector<bool> bits{true, false};
  std::map<std::string, std::vector<int>> map{{"a\"", {1}}, {"b", {}}};
  color shade = color::green;
  nothing inner;
  derived more{};
};
BOOST_DESCRIBE_STRUCT(everything, (),
                      (yes, small, large, real, single, text, none, list, bits, map, shade, inner, more))

struct node {
  std::vector<node> nodes;
};
BOOST_DESCRIBE_STRUCT(node, (), (nodes))

struct named {
  std::vector<std::string> names;
  std::map<std::string, double> values;
};
BOOST_DESCRIBE_STRUCT(named, (), (names, values))

template <class T>
std::string text_of(const T& value) {
  std::string out;
  const auto written = hwc::json::write(value, out);
  if (!written) FAIL(to_string(written.error()));
  return out;
}

// The error; checks that what was in the string before is all that is left.
template <class T>
hwc::json::error error_of(const T& value) {
  std::string out = "before";
  const auto written = hwc::json::write(value, out);
  REQUIRE(written.has_error());
  CHECK(out == "before");
  return written.error();
}

TEST_CASE("every mapping: members in order of declaration, empty optional members left out") {
  CHECK(text_of(everything{}) ==
        R"({"yes":true,"small":-128,"large":18446744073709551615,"real":0.1,"single":0.1,"text":"t","list":[1,null],)"
        R"("bits":[true,false],"map":{"a\"":[1],"b":[]},"shade":"green","inner":{},"more":{}})");
}

TEST_CASE("struct without anything to write: {}, with the base's members first") {
  CHECK(text_of(nothing{}) == "{}");
  CHECK(text_of(derived{}) == "{}");
  CHECK(text_of(derived{{1}, "x"}) == R"({"number":1,"text":"x"})");
  CHECK(text_of(derived{{}, "x"}) == R"({"text":"x"})");
}

TEST_CASE("string that holds something: appended to") {
  std::string out = "body=";
  REQUIRE(hwc::json::write(std::vector<int>{1, 2}, out));
  CHECK(out == "body=[1,2]");
}

TEST_CASE("optional outside a struct: null") {
  CHECK(text_of(std::optional<int>{}) == "null");
  CHECK(text_of(std::optional<int>{1}) == "1");
  CHECK(text_of(std::map<std::string, std::optional<int>>{{"a", {}}}) == R"({"a":null})");
}

TEST_CASE("strings: escaped where RFC 8259 says so and nowhere else") {
  CHECK(text_of(std::string{"\"\\/\b\f\n\r\t"}) == R"("\"\\/\b\f\n\r\t")");
  CHECK(text_of(std::string("\0\x01\x1f\x7f", 4)) == "\"\\u0000\\u0001\\u001F\x7f\"");
  CHECK(text_of(std::string{"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"}) == "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
  CHECK(text_of(std::string{}) == "\"\"");
}

TEST_CASE("one special character at every place of strings up to 40 bytes: escaped there") {
  for (std::size_t size = 1; size <= 40; ++size) {
    for (std::size_t at = 0; at != size; ++at) {
      for (const char c : {'"', '\\', '\n', '\x1f'}) {
        std::string text(size, 'x');
        text[at] = c;
        const auto written = text_of(text);
        CAPTURE(written);
        CHECK(written.size() == size + (c == '\x1f' ? 7 : 3));
        CHECK(written[at + 1] == '\\');
        CHECK(hwc::json::read<std::string>(written).value() == text);
      }
      std::string text(size, 'x');
      text[at] = '\x80';
      CHECK(error_of(text).code == errc::not_utf8);
    }
  }
}

TEST_CASE("every single byte: plain exactly if it is printable ASCII or DEL, no quote and no backslash") {
  for (int c = 0; c != 256; ++c) {
    const std::string text(9, static_cast<char>(c));
    CHECK(hwc::json::detail::is_plain(text) == (c >= 0x20 && c < 0x80 && c != '"' && c != '\\'));
    CHECK(hwc::json::detail::is_plain(text.substr(0, 3)) == hwc::json::detail::is_plain(text));
  }
}

TEST_CASE("text that is not UTF-8: not_utf8 with its path, nothing appended") {
  for (const char* text : {"\xff", "\xc3", "\xed\xa0\x80", "\xc0\xaf", "abcdefgh\x80"}) {
    const auto e = error_of(named{{"fine", text}, {}});
    CHECK(e.code == errc::not_utf8);
    CHECK(e.path == "names[1]");
  }
  const auto e = error_of(named{{}, {{"a\xff", 1.0}}});
  CHECK(to_string(e) == "values: a key is not UTF-8");
}

TEST_CASE("infinity and NaN: not_finite with the path") {
  for (const double number : {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN()}) {
    const auto e = error_of(named{{}, {{"a", 1.0}, {"b c", number}}});
    CHECK(e.code == errc::not_finite);
    CHECK(e.path == "values[\"b c\"]");
  }
  CHECK(error_of(std::numeric_limits<float>::infinity()).code == errc::not_finite);
}

TEST_CASE("enum value without a name: unknown_enumerator") {
  CHECK(error_of(static_cast<color>(7)).code == errc::unknown_enumerator);
}

TEST_CASE("recursive value: written down to 64 levels, then depth") {
  const auto nested = [](int levels) {
    node top;
    for (auto* at = &top; --levels > 0; at = &at->nodes.front()) at->nodes.emplace_back();
    return top;
  };
  CHECK(text_of(nested(32)).starts_with(R"({"nodes":[{"nodes":[)"));
  CHECK(error_of(nested(33)).code == errc::depth);
}

TEST_CASE("numbers: shortest text that reads back the same") {
  CHECK(text_of(1.0) == "1");
  CHECK(text_of(-0.0) == "-0");
  CHECK(text_of(1e22) == "1e+22");
  CHECK(text_of(5e-324) == "5e-324");
  CHECK(text_of(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
  std::mt19937_64 random{42};
  for (int i = 0; i != 2'000; ++i) {
    const auto integer = static_cast<std::int64_t>(random());
    CHECK(hwc::json::read<std::int64_t>(text_of(integer)).value() == integer);
    const double real = static_cast<double>(integer) / static_cast<double>(random() | 1U);
    CHECK(hwc::json::read<double>(text_of(real)).value() == real);
    const auto single = static_cast<float>(real);
    CHECK(hwc::json::read<float>(text_of(single)).value() == single);
  }
}

TEST_CASE("random strings of characters of one to four bytes: read back the same") {
  std::mt19937 random{7};
  constexpr std::string_view characters[] = {"a",    "\"",       "\\",           "\n",
                                             "\x01", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
  for (int round = 0; round != 2'000; ++round) {
    named value;
    std::string text;
    for (auto i = random() % 40; i != 0; --i) text += characters[random() % std::size(characters)];
    value.names.assign(2, text);
    value.values[text] = 1;
    const auto again = hwc::json::read<named>(text_of(value)).value();
    CHECK(again.names == value.names);
    CHECK(again.values == value.values);
  }
}

TEST_CASE("a whole value: read back the same text") {
  const auto text = text_of(everything{});
  CHECK(text_of(hwc::json::read<everything>(text).value()) == text);
}

TEST_CASE("write_members: only those of the list, in its order") {
  using all = hwc::json::detail::members_of<everything>;
  using some =
      boost::mp11::mp_list<boost::mp11::mp_at_c<all, 5>, boost::mp11::mp_at_c<all, 6>, boost::mp11::mp_at_c<all, 0>>;
  std::string out = ">";
  hwc::json::error why;
  REQUIRE(hwc::json::detail::write_members<some>(everything{}, out, why));
  CHECK(out == R"(>{"text":"t","yes":true})");
  out.clear();
  REQUIRE(hwc::json::detail::write_members<boost::mp11::mp_list<>>(everything{}, out, why));
  CHECK(out == "{}");
  everything bad;
  bad.text = "\xff";
  CHECK_FALSE(hwc::json::detail::write_members<some>(bad, out, why));
  CHECK(why.path == "text");
  CHECK(out == "{}");
}

}  // namespace
