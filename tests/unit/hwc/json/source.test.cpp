// SPDX-License-Identifier: BSL-1.0
#include <hwc/json/source.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace {

using hwc::json::errc;
using hwc::json::kind;
using hwc::json::source;

// The kind of the only value, and whether all of the text was fine.
kind kind_of(std::string_view text) {
  source in;
  return in.open(text) ? in.kind() : kind::none;
}

template <class T>
errc code_of(std::string_view text) {
  source in;
  T value{};
  CHECK_FALSE((in.open(text) && in.read(value) && in.close()));
  CHECK(in.failed());
  CHECK_FALSE(in.error().message.empty());
  return std::as_const(in).error().code;
}

template <class T>
T value_of(std::string_view text) {
  source in;
  T value{};
  CHECK((in.open(text) && in.read(value) && in.close()));
  CHECK_FALSE(in.failed());
  return value;
}

std::string text_of(std::string_view text) {
  source in;
  std::string_view value;
  CHECK((in.open(text) && in.read(value) && in.close()));
  return std::string{value};
}

TEST_CASE("value at hand: its kind is seen before it is read") {
  CHECK(kind_of("null") == kind::null);
  CHECK(kind_of("true") == kind::boolean);
  CHECK(kind_of("false") == kind::boolean);
  CHECK(kind_of("-1") == kind::number);
  CHECK(kind_of("0.5") == kind::number);
  CHECK(kind_of("\"\"") == kind::string);
  CHECK(kind_of(" [] ") == kind::array);
  CHECK(kind_of("\n{}") == kind::object);
  CHECK(kind_of("?") == kind::none);
  CHECK(source{}.kind() == kind::none);
}

TEST_CASE("scalars as the whole document: read with and without white space around") {
  CHECK(value_of<bool>("true"));
  CHECK_FALSE(value_of<bool>("\t false \r\n"));
  CHECK(value_of<std::int64_t>("-9223372036854775808") == INT64_MIN);
  CHECK(value_of<std::int64_t>("9223372036854775807") == INT64_MAX);
  CHECK(value_of<std::uint64_t>("18446744073709551615") == UINT64_MAX);
  CHECK(value_of<std::int64_t>("-0") == 0);
  CHECK(value_of<double>("1e3") == 1000.0);
  CHECK(value_of<double>("-2.5E-1") == -0.25);
  CHECK(value_of<double>("7") == 7.0);
  CHECK(text_of("\"abc\"") == "abc");
  CHECK(text_of(" \"\" ") == "");
}

TEST_CASE("integer out of the range of 64 bits: out_of_range") {
  CHECK(code_of<std::int64_t>("9223372036854775808") == errc::out_of_range);
  CHECK(code_of<std::int64_t>("-9223372036854775809") == errc::out_of_range);
  CHECK(code_of<std::uint64_t>("18446744073709551616") == errc::out_of_range);
  CHECK(code_of<std::uint64_t>("-1") == errc::out_of_range);
  CHECK(code_of<std::int64_t>(std::string(1000, '9')) == errc::out_of_range);
  CHECK(code_of<double>("1e400") == errc::out_of_range);
}

TEST_CASE("number with fraction or exponent where an integer is wanted: wrong_type") {
  CHECK(code_of<std::int64_t>("1.0") == errc::wrong_type);
  CHECK(code_of<std::int64_t>("1e0") == errc::wrong_type);
  CHECK(code_of<std::uint64_t>("1E+2") == errc::wrong_type);
}

TEST_CASE("malformed numbers: syntax") {
  for (const char* text : {"01", "-", "+1", "1.", ".5", "1e", "1e+", "--1", "0x10", "1_000", "1a", "NaN", "Infinity"}) {
    CAPTURE(text);
    CHECK(code_of<std::int64_t>(text) == errc::syntax);
    CHECK(code_of<double>(text) == errc::syntax);
  }
}

TEST_CASE("malformed literals: syntax") {
  for (const char* text : {"tru", "truee", "falsy", "True"}) {
    CAPTURE(text);
    CHECK(code_of<bool>(text) == errc::syntax);
  }
  source in;
  CHECK(in.open("nul"));
  CHECK_FALSE(in.read_null());
  CHECK(in.error().code == errc::syntax);
}

TEST_CASE("value of another kind: wrong_type, and the message names both") {
  CHECK(code_of<bool>("1") == errc::wrong_type);
  CHECK(code_of<std::int64_t>("\"1\"") == errc::wrong_type);
  CHECK(code_of<double>("null") == errc::wrong_type);
  CHECK(code_of<std::string_view>("[]") == errc::wrong_type);
  source in;
  CHECK(in.open("{}"));
  CHECK_FALSE(in.enter_array());
  CHECK(to_string(in.error()) == "the document: expected an array, found an object");

  const auto message = [&](auto value, const char* text) {
    CHECK((in.open(text) && !in.read(value)));
    return in.error().message;
  };
  CHECK(message(std::int64_t{}, "\"1\"") == "expected an integer, found a string");
  CHECK(message(std::uint64_t{}, "true") == "expected an integer, found true or false");
  CHECK(message(std::int64_t{}, "1.5") == "expected an integer, found a fraction or exponent");
  CHECK(message(std::int64_t{}, "?") == "the text is not well-formed JSON");
  CHECK(message(double{}, "\"1\"") == "expected a number, found a string");
  CHECK(message(bool{}, "null") == "expected true or false, found null");
}

TEST_CASE("value that was read or entered: nothing is at hand any more") {
  source in;
  const auto check = [&](std::string_view text, auto take) {
    CAPTURE(text);
    REQUIRE(in.open(text));
    CHECK(in.kind() != kind::none);
    CHECK(take());
    CHECK(in.kind() == kind::none);
  };
  const auto reads = [&](auto value) { return [&in, value]() mutable { return in.read(value); }; };
  check("true", reads(bool{}));
  check("-1", reads(std::int64_t{}));
  check("1", reads(std::uint64_t{}));
  check("0.5", reads(double{}));
  check("\"plain\"", reads(std::string_view{}));
  check("\"plain\"", reads(std::string{}));
  check("\"\"", reads(std::string{}));
  check(R"("esc\u0061ped" )", reads(std::string{}));
  check("\"space behind\" ", reads(std::string_view{}));
  check("null", [&] { return in.read_null(); });
  check("12", [&] {
    std::string_view digits;
    return in.read_number_text(digits) && digits == "12";
  });
  check("{}", [&] { return in.enter_object(); });
  check("[]", [&] { return in.enter_array(); });
  check("[1]", [&] {
    const bool inside = in.enter_array() && in.next_element();
    in.leave();
    return inside;
  });
  in.wipe();
  CHECK(in.kind() == kind::none);
  REQUIRE(in.open("1"));
  in.wipe();
  CHECK(in.kind() == kind::none);
  CHECK_FALSE(in.open(""));
  CHECK(in.kind() == kind::none);
}

TEST_CASE("no value at hand: whatever reads or enters one says so") {
  source in;
  const auto check = [&](auto take) {
    REQUIRE((in.open("null") && in.read_null()));
    CHECK_FALSE(take());
    CHECK(in.error().code == errc::syntax);
    CHECK(in.error().message == "no value is at hand");
  };
  const auto reads = [&](auto value) { return [&in, value]() mutable { return in.read(value); }; };
  check(reads(bool{}));
  check(reads(std::int64_t{}));
  check(reads(std::uint64_t{}));
  check(reads(double{}));
  check(reads(std::string_view{}));
  check(reads(std::string{}));
  check([&] {
    std::string_view digits;
    return in.read_number_text(digits);
  });
  check([&] { return in.enter_object(); });
  check([&] { return in.enter_array(); });
}

TEST_CASE("raw keys: compared where they stand, unescaped in place") {
  source in;
  REQUIRE(in.open(R"({"name":1,"n\u0061me":2,"na\"me":3,"na\u0022me":4,"":5,"nam":6})"));
  REQUIRE(in.enter_object());
  std::int64_t value = 0;
  const auto next = [&](std::string_view name) {
    const char* const key = in.next_raw_key();
    REQUIRE(key != nullptr);
    const bool plain = source::is_key(key, name);
    const bool escaped = in.unescape_key(key) && source::is_key(key, name);
    CHECK_FALSE(in.unescape_key(key));
    CHECK(in.read(value));
    return plain ? "plain" : escaped ? "escaped" : "other";
  };
  CHECK(next("name") == std::string{"plain"});
  CHECK(next("name") == std::string{"escaped"});
  CHECK(next("na") == std::string{"other"});
  CHECK(next("na") == std::string{"other"});
  CHECK(next("") == std::string{"plain"});
  CHECK(next("name") == std::string{"other"});
  CHECK(value == 6);
  CHECK(in.next_raw_key() == nullptr);
  CHECK_FALSE(in.failed());
  CHECK(in.close());

  REQUIRE(in.open(R"({"\q":1})"));
  REQUIRE(in.enter_object());
  const char* const wrong = in.next_raw_key();
  CHECK_FALSE(in.unescape_key(wrong));
  CHECK(in.error().code == errc::syntax);
  CHECK_FALSE(in.unescape_key(wrong));
  CHECK(in.next_raw_key() == nullptr);

  std::string_view key;
  CHECK((in.open(R"({"\q":1})") && in.enter_object() && !in.next_key(key)));
  CHECK(in.error().code == errc::syntax);
}

TEST_CASE("the same text with escaped keys again and again: their memory is used again") {
  const std::string key(1000, 'k');
  const std::string text = "{\"\\u0061" + key + "\":1}";
  source in;
  for (int i = 0; i != 1000; ++i) {
    std::string_view found;
    REQUIRE((in.open(text) && in.enter_object() && in.next_key(found)));
    REQUIRE(found == "a" + key);
  }
}

TEST_CASE("escapes: replaced by what they stand for") {
  CHECK(text_of(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(text_of(R"("\u0041\u00e4\u20AC")") == "A\xc3\xa4\xe2\x82\xac");
  CHECK(text_of(R"("\uD83D\uDE00")") == "\xf0\x9f\x98\x80");
  CHECK(text_of(R"("\u0000")") == std::string(1, '\0'));
  CHECK(text_of(R"("at the end \\")") == "at the end \\");
}

TEST_CASE("text into a string of the caller's: replaced, or as it was if there is none to read") {
  source in;
  std::string text = "was here, and longer than what comes";
  CHECK((in.open("\"abc\" ") && in.read(text) && text == "abc" && in.close()));
  CHECK((in.open(R"(["\u00e4", "", "b" ])") && in.enter_array()));
  CHECK((in.next_element() && in.read(text) && text == "\xc3\xa4"));
  CHECK_FALSE(in.read(text));
  CHECK(to_string(in.error()) == "the document: no value is at hand");
  CHECK((in.open(R"(["a\\", "", "b" , 1])") && in.enter_array()));
  CHECK((in.next_element() && in.read(text) && text == "a\\"));
  CHECK((in.next_element() && in.read(text) && text.empty()));
  CHECK((in.next_element() && in.read(text) && text == "b"));
  CHECK((in.next_element() && !in.read(text) && text == "b"));
  CHECK(in.error().code == errc::wrong_type);
  for (const char* wrong : {R"("\q")", R"("\q" )"}) {
    CHECK((in.open(wrong) && !in.read(text) && text == "b"));
    CHECK(in.error().code == errc::syntax);
  }
}

TEST_CASE("broken escapes and lone surrogates: syntax") {
  for (const char* text : {R"("\x41")", R"("\u12")", R"("\u12G4")", R"("\uD83D")", R"("\uD83Dx")", R"("\uDE00")",
                           R"("\uD83D\uD83D")", R"("\ud800\n")"}) {
    CAPTURE(text);
    CHECK(code_of<std::string_view>(text) == errc::syntax);
  }
}

TEST_CASE("texts that are not UTF-8: not_utf8") {
  for (const char* text :
       {"\"\xff\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xc0\xaf\"", "\"\xf4\x90\x80\x80\"", "\xe2\x82"}) {
    CAPTURE(text);
    CHECK(code_of<std::string_view>(text) == errc::not_utf8);
  }
}

TEST_CASE("strings that do not end or hold a raw control character: syntax") {
  CHECK(code_of<std::string_view>("\"abc") == errc::syntax);
  CHECK(code_of<std::string_view>("\"abc\\") == errc::syntax);
  CHECK(code_of<std::string_view>("\"abc\\\"") == errc::syntax);
  CHECK(code_of<std::string_view>("\"a\nb\"") == errc::syntax);
  CHECK(code_of<std::string_view>(std::string_view{"\"a\0b\"", 5}) == errc::syntax);
}

TEST_CASE("empty texts: syntax") {
  source in;
  CHECK_FALSE(in.open(""));
  CHECK(in.error().code == errc::syntax);
  CHECK_FALSE(in.open(" \n\t"));
  CHECK(in.error().code == errc::syntax);
  CHECK_FALSE(in.open(std::string_view{}));
}

TEST_CASE("anything but white space after the value: syntax") {
  for (const char* text : {"1 2", "1,2", "1]", "1][2", "1}", "1 x", "1,", "1\"\""}) {
    CAPTURE(text);
    CHECK(code_of<std::int64_t>(text) == errc::syntax);
  }
}

TEST_CASE("objects and arrays: walked in order, with keys and without escapes in them") {
  source in;
  REQUIRE(in.open(R"({"a":[1,2,[3]],"\u0062\"":{"c":{}},"":null})"));
  REQUIRE(in.enter_object());
  std::string_view key;
  REQUIRE(in.next_key(key));
  CHECK(key == "a");
  REQUIRE(in.enter_array());
  std::int64_t number = 0;
  REQUIRE(in.next_element());
  CHECK(in.read(number));
  CHECK(number == 1);
  REQUIRE(in.next_element());
  REQUIRE(in.next_element());  // 2 was left alone
  REQUIRE(in.enter_array());
  REQUIRE(in.next_element());
  CHECK(in.read(number));
  CHECK(number == 3);
  CHECK_FALSE(in.next_element());
  CHECK_FALSE(in.next_element());  // the end of the outer array
  std::string_view escaped;
  REQUIRE(in.next_key(escaped));
  CHECK(escaped == "b\"");
  REQUIRE(in.enter_object());
  REQUIRE(in.next_key(key));
  in.leave();  // {"c":{}} is left in the middle
  REQUIRE(in.next_key(key));
  CHECK(key == "");
  CHECK(in.read_null());
  CHECK_FALSE(in.next_key(key));
  CHECK(in.close());
  CHECK(in.close());
  CHECK(escaped == "b\"");  // valid until the next open
}

TEST_CASE("number as text: as it stands, of any length") {
  source in;
  std::string_view text;
  REQUIRE(in.open(" 123456789012345678901234567890 "));
  REQUIRE(in.read_number_text(text));
  CHECK(text == "123456789012345678901234567890");
  CHECK(in.close());
  REQUIRE(in.open("true"));
  CHECK_FALSE(in.read_number_text(text));
  CHECK(in.error().code == errc::wrong_type);
}

TEST_CASE("nesting: 64 levels can be entered, the next one fails with depth") {
  for (const int levels : {64, 65}) {
    source in;
    REQUIRE(in.open(std::string(static_cast<std::size_t>(levels), '[') +
                    std::string(static_cast<std::size_t>(levels), ']')));
    int entered = 0;
    while (in.enter_array()) {
      ++entered;
      if (!in.next_element()) break;
    }
    CHECK(entered == 64);
    CHECK(in.failed() == (levels == 65));
    if (levels == 65) CHECK(in.error().code == errc::depth);
  }
}

TEST_CASE("nesting: at the deepest level a value of another kind is what is wrong") {
  const auto deepest = [](source& in, const std::string& value) {
    REQUIRE(in.open(std::string(64, '[') + value + std::string(64, ']')));
    for (int level = 0; level != 64; ++level) REQUIRE((in.enter_array() && in.next_element()));
  };
  source in;
  deepest(in, "1");
  CHECK_FALSE(in.enter_array());
  CHECK(in.error().code == errc::wrong_type);
  deepest(in, "[]");
  CHECK_FALSE(in.enter_object());
  CHECK(in.error().code == errc::wrong_type);
  deepest(in, "{}");
  CHECK_FALSE(in.enter_object());
  CHECK(in.error().code == errc::depth);
}

TEST_CASE("a hundred thousand levels in a skipped part: skipped") {
  constexpr std::size_t levels = 100'000;
  std::string deep;
  for (std::size_t i = 0; i != levels; ++i) deep += R"({"a":[)";
  for (std::size_t i = 0; i != levels; ++i) deep += "]}";
  source in;
  REQUIRE(in.open(R"({"skipped":)" + deep + R"(,"last":7})"));
  REQUIRE(in.enter_object());
  std::int64_t last = 0;
  for (std::string_view key; in.next_key(key);) {
    if (key == "last") CHECK(in.read(last));
  }
  CHECK(last == 7);
  CHECK(in.close());

  REQUIRE(in.open(R"({"skipped":)" + deep.substr(0, deep.size() / 2)));
  REQUIRE(in.enter_object());
  for (std::string_view key; in.next_key(key);) {
  }
  CHECK(in.error().code == errc::syntax);
}

TEST_CASE("after a failure: everything fails until the next open") {
  source in;
  std::int64_t number = 0;
  std::string_view text;
  REQUIRE(in.open("[1,x]"));
  REQUIRE(in.enter_array());
  CHECK(in.next_element());
  CHECK_FALSE(in.read(text));
  const auto why = in.error();
  CHECK_FALSE(in.read(number));
  CHECK_FALSE(in.next_element());
  CHECK_FALSE(in.next_key(text));
  CHECK_FALSE(in.enter_array());
  CHECK_FALSE(in.enter_object());
  CHECK_FALSE(in.read_null());
  CHECK_FALSE(in.close());
  in.leave();
  CHECK(in.kind() == kind::none);
  CHECK(in.error() == why);
  CHECK(in.open("1"));
  CHECK(in.read(number));
  CHECK(in.close());
}

TEST_CASE("misuse: an error, no crash") {
  source in;
  std::int64_t number = 0;
  std::string_view text;
  CHECK_FALSE(in.read(number));
  CHECK_FALSE(in.next_element());
  CHECK_FALSE(in.close());
  in.leave();

  CHECK(in.open("1"));
  CHECK(in.read(number));
  CHECK_FALSE(in.read(number));  // twice
  CHECK(in.failed());

  CHECK(in.open("{}"));
  CHECK_FALSE(in.next_key(text));  // not entered
  CHECK(in.failed());

  CHECK(in.open("[]"));
  CHECK(in.enter_array());
  CHECK_FALSE(in.next_key(text));  // an array
  CHECK(in.failed());

  CHECK(in.open("[1]"));
  CHECK(in.enter_array());
  CHECK_FALSE(in.close());  // still inside
  CHECK(in.failed());

  CHECK(in.open("1"));
  CHECK(in.close());
  CHECK_FALSE(in.next_element());  // after the end
  in.leave();
}

TEST_CASE("structural errors in what is walked: syntax") {
  for (const char* text : {"[1 2]", "[1,]", "[,1]", "[1", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
                           "{\"a\":1 \"b\":2}", "{\"a\":1", "[}", "{]", "{1:1}", "[1}", "{\"a\":1]"}) {
    CAPTURE(text);
    source in;
    std::int64_t number = 0;
    if (in.open(text)) {
      if (in.kind() == kind::array && in.enter_array()) {
        while (in.next_element() && in.read(number)) {
        }
      } else if (in.enter_object()) {
        for (std::string_view key; in.next_key(key) && in.read(number);) {
        }
      }
      CHECK((in.failed() || std::string_view{text} == "[1"));  // which `close` finds out
      CHECK_FALSE(in.close());
    }
    CHECK(in.error().code == errc::syntax);
  }
}

TEST_CASE("error: has no path but what its reader adds") {
  source in;
  CHECK_FALSE(in.open(""));
  in.error().path = "added";
  CHECK_FALSE(in.open(" "));
  CHECK(in.error().path == "");
}

TEST_CASE("source moved from: as new") {
  source in;
  REQUIRE(in.open("[1]"));
  source other{std::move(in)};
  CHECK(other.enter_array());
  CHECK(other.next_element());
  CHECK(other.close() == false);
  source fresh;
  fresh = std::move(other);
  CHECK(fresh.open("1"));
}

TEST_CASE("a text in the middle of a page of others: nothing behind it is read") {
  const std::string page = "12345678";
  source in;
  std::int64_t number = 0;
  REQUIRE(in.open(std::string_view{page}.substr(2, 3)));
  CHECK(in.read(number));
  CHECK(number == 345);
  CHECK(in.close());
}

TEST_CASE("is_utf8: RFC 3629") {
  using hwc::json::detail::is_utf8;
  CHECK(is_utf8(""));
  CHECK(is_utf8("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"));
  CHECK_FALSE(is_utf8("\x80"));
  CHECK_FALSE(is_utf8("\xed\xa0\x80"));
  CHECK_FALSE(is_utf8("\xe2\x82"));
}

}  // namespace

TEST_CASE(
    "wipe: texts that were read, with escapes and without, are overwritten where they stood; another one can be read") {
  hwc::json::source in;
  in.wipe();
  const std::string text = R"({"plain":"first-secret","escaped":"second\u002dsecret","key\u0073":1})";
  for (int round = 0; round != 2; ++round) {
    REQUIRE(in.open(text));
    REQUIRE(in.enter_object());
    std::string_view key, plain, escaped;
    REQUIRE(in.next_key(key));
    REQUIRE(in.read(plain));
    REQUIRE(in.next_key(key));
    REQUIRE(in.read(escaped));
    REQUIRE(in.next_key(key));
    CHECK(key == "keys");
    CHECK(plain == "first-secret");
    CHECK(escaped == "second-secret");
    in.wipe();
    // The memory is still there, but for what it held.
    CHECK(plain.find_first_not_of(std::string_view{"0\0", 2}) == std::string_view::npos);
    CHECK(escaped.find_first_not_of(std::string_view{"0\0", 2}) == std::string_view::npos);
    CHECK(key.find_first_not_of('\0') == std::string_view::npos);
    CHECK(in.failed());
    CHECK(!in.enter_object());
  }
}
