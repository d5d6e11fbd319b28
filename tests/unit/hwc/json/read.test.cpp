// SPDX-License-Identifier: BSL-1.0
#include <hwc/json/read.hpp>

#include <hwc/json/write.hpp>

#include <doctest/doctest.h>
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace {

using hwc::json::errc;
using hwc::json::mapped;

enum class color { red, green };
BOOST_DESCRIBE_ENUM(color, red, green)

struct nothing {
  friend bool operator==(const nothing&, const nothing&) = default;
};
BOOST_DESCRIBE_STRUCT(nothing, (), ())

struct base {
  int number = 0;
};
BOOST_DESCRIBE_STRUCT(base, (), (number))

struct derived : base {
  std::string text;
};
BOOST_DESCRIBE_STRUCT(derived, (base), (text))

struct node {
  std::string id;
  std::vector<node> nodes;
};
BOOST_DESCRIBE_STRUCT(node, (), (id, nodes))

struct user {
  std::string id;
  std::optional<std::string> email;
  int desktops = 0;
  bool locked = false;
  std::vector<std::string> groups;
  std::map<std::string, double> usage;
};
BOOST_DESCRIBE_STRUCT(user, (), (id, email, desktops, locked, groups, usage))

struct users {
  std::vector<user> list;
  std::optional<color> shade;
};
BOOST_DESCRIBE_STRUCT(users, (), (list, shade))

struct undescribed {};
enum class undescribed_enum {};

static_assert(mapped<bool> && mapped<signed char> && mapped<unsigned long long> && mapped<float> && mapped<double>);
static_assert(mapped<std::string> && mapped<std::optional<std::vector<int>>> && mapped<std::vector<bool>>);
static_assert(mapped<std::map<std::string, std::optional<int>>> && mapped<std::unordered_map<std::string, node>>);
static_assert(mapped<node> && mapped<nothing> && mapped<color>);
static_assert(!mapped<char> && !mapped<wchar_t> && !mapped<char8_t> && !mapped<char16_t> && !mapped<char32_t>);
static_assert(!mapped<long double> && !mapped<const char*> && !mapped<std::string_view> && !mapped<void>);
static_assert(!mapped<undescribed> && !mapped<undescribed_enum> && !mapped<std::vector<undescribed>>);
static_assert(!mapped<std::map<int, int>> && !mapped<std::map<std::string, char>> && !mapped<const int>);

template <class T>
T value_of(std::string_view text) {
  auto read = hwc::json::read<T>(text);
  CAPTURE(text);
  if (!read) FAIL(to_string(read.error()));
  return std::move(*read);
}

template <class T>
hwc::json::error error_of(std::string_view text) {
  const auto read = hwc::json::read<T>(text);
  CAPTURE(text);
  REQUIRE(read.has_error());
  return read.error();
}

template <class T>
errc code_of(std::string_view text) {
  return error_of<T>(text).code;
}

template <class T>
void check_limits() {
  using limits = std::numeric_limits<T>;
  CHECK(value_of<T>(std::to_string(limits::min())) == limits::min());
  CHECK(value_of<T>(std::to_string(limits::max())) == limits::max());
  if constexpr (sizeof(T) < 8) {
    CHECK(code_of<T>(std::to_string(std::int64_t{limits::max()} + 1)) == errc::out_of_range);
    CHECK(code_of<T>(std::to_string(std::int64_t{limits::min()} - 1)) == errc::out_of_range);
  }
  const auto e = error_of<T>("99999999999999999999");
  CHECK(e.code == errc::out_of_range);
  CHECK(e.message ==
        "expected an integer from " + std::to_string(limits::min()) + " to " + std::to_string(limits::max()));
  for (const char* text : {"1.0", "1e0", "\"1\"", "null", "true", "[]", "{}"})
    CHECK(code_of<T>(text) == errc::wrong_type);
}

TEST_CASE("integers of every width: their limits are read, one beyond is out_of_range, others wrong_type") {
  check_limits<signed char>();
  check_limits<unsigned char>();
  check_limits<short>();
  check_limits<unsigned short>();
  check_limits<int>();
  check_limits<unsigned>();
  check_limits<long>();
  check_limits<unsigned long>();
  check_limits<long long>();
  check_limits<unsigned long long>();
  CHECK(code_of<std::uint64_t>("-1") == errc::out_of_range);
  CHECK(code_of<std::int64_t>("9223372036854775808") == errc::out_of_range);
  CHECK(code_of<std::int64_t>("-9223372036854775809") == errc::out_of_range);
}

TEST_CASE("floating-point numbers: integers too; too large is out_of_range") {
  CHECK(value_of<double>("1") == 1.0);
  CHECK(value_of<double>("18446744073709551616") == 18446744073709551616.0);
  CHECK(value_of<double>("0.1") == 0.1);
  CHECK(value_of<double>("5e-324") == 5e-324);
  CHECK(value_of<float>("0.1") == 0.1F);
  CHECK(code_of<double>("1e309") == errc::out_of_range);
  CHECK(code_of<float>("1e39") == errc::out_of_range);
  CHECK(code_of<double>("\"1\"") == errc::wrong_type);
}

TEST_CASE("bool, string, enum: read; other kinds and names are refused") {
  CHECK(value_of<bool>("true"));
  CHECK(value_of<std::string>(R"("a\u00e4\"")") == "a\xc3\xa4\"");
  CHECK(value_of<color>("\"green\"") == color::green);
  CHECK(code_of<bool>("0") == errc::wrong_type);
  CHECK(code_of<std::string>("null") == errc::wrong_type);
  CHECK(code_of<color>("1") == errc::wrong_type);
  const auto e = error_of<color>("\"blue\"");
  CHECK(e.code == errc::unknown_enumerator);
  CHECK(e.message == "expected one of red, green");
}

TEST_CASE("secret: as a string, into memory that is wiped; never shown in an error") {
  struct outer {
    static std::string text(const char* json) {
      auto got = hwc::json::read<hwc::secret>(json);
      return got ? std::string{got->reveal()} : to_string(got.error());
    }
  };
  CHECK(outer::text(R"("p\u0061ss\"")") == "pass\"");
  CHECK(outer::text("123456").find("123456") == std::string::npos);
  CHECK(hwc::json::read<std::optional<hwc::secret>>("null").value() == std::nullopt);
  std::string written;
  CHECK(hwc::json::write(hwc::secret{"p\"ss"}, written));
  CHECK(written == R"("p\"ss")");
}

TEST_CASE("optional: null is none, anything else as its type") {
  CHECK(value_of<std::optional<int>>("null") == std::nullopt);
  CHECK(value_of<std::optional<int>>("1") == 1);
  CHECK(code_of<std::optional<int>>("\"\"") == errc::wrong_type);
  CHECK(code_of<std::optional<int>>("nul") == errc::syntax);
  CHECK(value_of<std::vector<std::optional<int>>>("[1,null]") == std::vector<std::optional<int>>{1, std::nullopt});
}

TEST_CASE("vectors: elements in order, of bool too; the path of a wrong one names its index") {
  CHECK(value_of<std::vector<int>>("[]").empty());
  CHECK(value_of<std::vector<int>>(" [ 1 , 2 ] ") == std::vector<int>{1, 2});
  CHECK(value_of<std::vector<bool>>("[true,false,true]") == std::vector<bool>{true, false, true});
  CHECK(value_of<std::vector<std::vector<int>>>("[[],[1]]") == std::vector<std::vector<int>>{{}, {1}});
  CHECK(error_of<std::vector<std::vector<int>>>("[[],[1,\"\"]]").path == "[1][1]");
  CHECK(error_of<std::vector<bool>>("[true,1]").path == "[1]");
  CHECK(code_of<std::vector<int>>("{}") == errc::wrong_type);
}

TEST_CASE("maps: any keys, the last of equal ones; the path of a wrong value names its key") {
  using numbers = std::map<std::string, int>;
  CHECK(value_of<numbers>(R"({"a":1,"\u0062 c":2,"a":3})") == numbers{{"a", 3}, {"b c", 2}});
  CHECK(value_of<std::unordered_map<std::string, int>>(R"({"":1})").at("") == 1);
  CHECK(error_of<numbers>(R"({"a":null})").path == "a");
  CHECK(error_of<numbers>(R"({"a b":null})").path == "[\"a b\"]");
  CHECK(code_of<numbers>("[]") == errc::wrong_type);
}

TEST_CASE("struct: fields in any order, unknown ones skipped, escaped keys understood, the last of equal ones counts") {
  const auto u =
      value_of<user>(R"({"unknown":{"id":"x","a":[1,{"b":[]}]},"usage":{"cpu":0.5},"locked":true,"i\u0064":"first",
      "groups":["g"],"id":"second","desktops":2,"email":"e","email":null,"idx":1,"i":2})");
  CHECK(u.id == "second");
  CHECK(u.email == std::nullopt);
  CHECK(u.desktops == 2);
  CHECK(u.locked);
  CHECK(u.groups == std::vector<std::string>{"g"});
  CHECK(u.usage.at("cpu") == 0.5);
}

TEST_CASE("keys that only look like a member's once unescaped twice or cut: unknown") {
  CHECK(code_of<base>(R"({"\\u006eumber":1})") == errc::missing_field);
  CHECK(code_of<base>(R"({"number\"x":1})") == errc::missing_field);
  CHECK(code_of<base>(R"({"number\u0022":1})") == errc::missing_field);
  CHECK(code_of<base>(R"({"numbe":1,"numbers":1})") == errc::missing_field);
  CHECK(code_of<base>(R"({"\u0061bc":1,"x\u0061":[{"\u0061":1}]})") == errc::missing_field);
  CHECK(value_of<base>(R"({"\u006e\u0075\u006d\u0062\u0065\u0072":1})").number == 1);
}

TEST_CASE("struct with members of its base, struct without members") {
  const auto d = value_of<derived>(R"({"text":"t","number":5})");
  CHECK(d.number == 5);
  CHECK(d.text == "t");
  CHECK(error_of<derived>(R"({"text":"t"})").path == "number");
  CHECK(value_of<nothing>("{}") == nothing{});
  CHECK(value_of<nothing>(R"({"a":1})") == nothing{});
  CHECK(code_of<nothing>("[]") == errc::wrong_type);
}

TEST_CASE("mandatory field absent: missing_field with its path; optional field absent: none") {
  const auto e =
      error_of<users>(R"({"list":[{"id":"a","desktops":1,"locked":false,"groups":[],"usage":{}},{"id":"b"}]})");
  CHECK(e.code == errc::missing_field);
  CHECK(e.path == "list[1].desktops");
  CHECK(to_string(e) == "list[1].desktops: the field is missing");
  CHECK(value_of<users>(R"({"list":[]})").shade == std::nullopt);
}

TEST_CASE("wrong value deep inside: the error says where and what") {
  const auto e = error_of<users>(R"({"list":[{"id":"a","desktops":1,"locked":false,"groups":["x",7],"usage":{}}]})");
  CHECK(to_string(e) == "list[0].groups[1]: expected a string, found a number");
  CHECK(error_of<users>(R"({"list":[],"shade":"x"})").path == "shade");
  CHECK(error_of<users>("[]").path == "");
}

TEST_CASE("wrong value of a field that comes out of order, or with escapes in its key: the path names that field") {
  for (const char* text : {R"({"usage":{},"locked":1})", R"({"loc\u006bed":1})", R"({"locked":1})",
                           R"({"id":"a","desktops":1,"groups":[],"unknown":1,"locked":1})"}) {
    CAPTURE(text);
    CHECK(to_string(error_of<user>(text)) == "locked: expected true or false, found a number");
  }
  CHECK(to_string(error_of<users>(R"({"list":[7]})")) == "list[0]: expected an object, found a number");
  CHECK(error_of<base>(R"({"number":1e30})").path == "number");
}

TEST_CASE("malformed objects: syntax, at the object or the field that is wrong") {
  for (const char* text : {R"({"number":1 "x":2})", R"({"number":1,})", R"({"number" 1})", "{number:1}",
                           R"({"number":1])", R"({"x\q":1})", R"({"number":1,"x\ud800":1})", "{,}", R"({"x":1:2})"}) {
    CAPTURE(text);
    CHECK(code_of<base>(text) == errc::syntax);
    CHECK(error_of<base>(text).path == "");
    CHECK(error_of<std::vector<base>>("[" + std::string{text} + "]").path == "[0]");
  }
  for (const char* text : {R"({"\q":1})", R"({"\ud800":1})", R"({"a":1,})", R"({"a" 1})", R"({"a":1])"}) {
    CAPTURE(text);
    CHECK(code_of<nothing>(text) == errc::syntax);
  }
}

TEST_CASE("one error after another: each has its own path") {
  hwc::json::reader reader;
  CHECK(reader.read<users>(R"({"list":[7]})").error().path == "list[0]");
  CHECK(reader.read<users>("[]").error().path == "");
  CHECK(reader.read<users>(R"({"list":[],"shade":1})").error().path == "shade");
}

#ifndef HWC_NO_EXCEPTIONS
struct picky {
  static picky from_text(std::string_view) { throw std::invalid_argument{"picky"}; }
  std::string_view text() const { return {}; }
};
struct picky_pair {
  picky first;
  int second;
};
BOOST_DESCRIBE_STRUCT(picky_pair, (), (first, second))

TEST_CASE("a member's from_text that throws: its exception comes through, and the source goes on behind that field") {
  hwc::json::reader reader;
  CHECK_THROWS_AS(static_cast<void>(reader.read<picky_pair>(R"({"first":"a","second":2})")), std::invalid_argument);
  std::string_view key;
  std::int64_t value = 0;
  CHECK((reader.source().next_key(key) && key == "second" && reader.source().read(value) && value == 2));
  CHECK_FALSE(reader.source().next_key(key));
  CHECK(reader.source().close());
}
#endif

TEST_CASE("recursive type: read down to 64 levels, then depth") {
  const auto nested = [](int levels) {
    std::string text;
    for (int i = 0; i != levels; ++i) text += R"({"id":"","nodes":[)";
    for (int i = 0; i != levels; ++i) text += "]}";
    return text;
  };
  CHECK(value_of<node>(nested(32)).nodes.size() == 1);
  CHECK(code_of<node>(nested(33)) == errc::depth);
  CHECK(code_of<node>(nested(100'000)) == errc::depth);
  CHECK(value_of<base>(R"({"x":)" + std::string(100'000, '[') + std::string(100'000, ']') + R"(,"number":1})").number ==
        1);
}

TEST_CASE("anything after the value, or nothing at all: syntax") {
  for (const char* text : {"", " ", "{}}", "{}{}", "{},{}", "{} x", "{}]", "}"}) {
    CHECK(code_of<nothing>(text) == errc::syntax);
  }
  CHECK(code_of<nothing>("\xff") == errc::not_utf8);
}

constexpr std::string_view realistic =
    R"( {"list": [{"id":"7f1b","email":"\u00e4@b.c","desktops":-1,"locked":true,"groups":["a","b\n"],"usage":{"cpu":1.5e1}},)"
    R"({"id":"8a","desktops":2,"locked":false,"extra":[{"x":null},[]],"groups":[],"usage":{}}],"shade":"red"})";

TEST_CASE("text cut off at every byte: an error each time") {
  hwc::json::reader reader;
  REQUIRE(reader.read<users>(realistic).has_value());
  for (std::size_t size = 0; size != realistic.size(); ++size) {
    CAPTURE(size);
    users out;
    CHECK(reader.read_into(realistic.substr(0, size), out).has_error());
  }
}

TEST_CASE("twenty thousand texts with random bytes changed: a value or an error, and the reader works on") {
  std::mt19937 random{20240607};
  hwc::json::reader reader;
  users out;
  constexpr std::string_view interesting = "{}[]\",:\\0123456789eE+-.tfnu \n\xff\xc3\xe2";
  for (int round = 0; round != 20'000; ++round) {
    std::string text{realistic};
    for (auto changes = 1 + random() % 4; changes != 0; --changes) {
      const auto at = random() % text.size();
      switch (random() % 4) {
        case 0:
          text[at] = static_cast<char>(random());
          break;
        case 1:
          text[at] = interesting[random() % interesting.size()];
          break;
        case 2:
          text.erase(at, 1 + random() % 8);
          break;
        default:
          text.insert(at, text.substr(random() % text.size(), random() % 8));
      }
    }
    const auto read = reader.read_into(text, out);
    if (!read) CHECK_FALSE(to_string(read.error()).empty());
  }
  CHECK(reader.read_into(realistic, out).has_value());
  CHECK(out.list.at(0).email == "\xc3\xa4@b.c");
}

TEST_CASE("read_into an object that holds something: all overwritten, also with less") {
  hwc::json::reader reader;
  users out;
  REQUIRE(reader.read_into(realistic, out));
  CHECK(out.shade == color::red);
  REQUIRE(reader.read_into(R"({"list":[{"id":"x","desktops":0,"locked":false,"groups":["g"],"usage":{}}]})", out));
  CHECK(out.shade == std::nullopt);
  REQUIRE(out.list.size() == 1);
  CHECK(out.list[0].email == std::nullopt);
  CHECK(out.list[0].groups == std::vector<std::string>{"g"});
  CHECK(out.list[0].usage.empty());
}

struct wide {
  std::array<int, 1> unused{};
  int m00 = 0, m01 = 0, m02 = 0, m03 = 0, m04 = 0, m05 = 0, m06 = 0, m07 = 0, m08 = 0, m09 = 0, m10 = 0, m11 = 0;
  int a_member_whose_name_is_longer_than_the_sixty_four_bytes_of_a_cache_line_and_of_a_simd_register = 0;
};
BOOST_DESCRIBE_STRUCT(wide, (),
                      (m00, m01, m02, m03, m04, m05, m06, m07, m08, m09, m10, m11,
                       a_member_whose_name_is_longer_than_the_sixty_four_bytes_of_a_cache_line_and_of_a_simd_register))

TEST_CASE("many members, in reverse, one with a long name: each finds its field") {
  std::string text =
      R"({"a_member_whose_name_is_longer_than_the_sixty_four_bytes_of_a_cache_line_and_of_a_simd_register":99)";
  for (int i = 11; i >= 0; --i)
    text += std::string(i < 10 ? ",\"m0" : ",\"m") + std::to_string(i) + "\":" + std::to_string(i);
  const auto w = value_of<wide>(text + "}");
  CHECK(w.m00 == 0);
  CHECK(w.m05 == 5);
  CHECK(w.m11 == 11);
  CHECK(w.a_member_whose_name_is_longer_than_the_sixty_four_bytes_of_a_cache_line_and_of_a_simd_register == 99);
}

}  // namespace
