// SPDX-License-Identifier: BSL-1.0
#include <hwc/json/error.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <string>

namespace {

using hwc::json::errc;
using hwc::json::error;

TEST_CASE("error with a path: printed as path and message on one line") {
  const error e{errc::wrong_type, "users[3].id", "expected a string, found a number"};
  CHECK(to_string(e) == "users[3].id: expected a string, found a number");
  std::ostringstream out;
  out << e;
  CHECK(out.str() == to_string(e));
}

TEST_CASE("error without a path: it is the document's") {
  CHECK(to_string(error{errc::syntax, {}, "the text is empty"}) == "the document: the text is empty");
}

TEST_CASE("error without a message: the code's name stands for it") {
  CHECK(to_string(error{errc::depth, "a", {}}) == "a: depth");
}

TEST_CASE("every code has a name of its own") {
  std::string names;
  for (int i = 0; i <= static_cast<int>(errc::no_memory); ++i) {
    const std::string name{to_string(static_cast<errc>(i))};
    CHECK(!name.empty());
    CHECK(names.find(" " + name + " ") == std::string::npos);
    names += " " + name + " ";
  }
}

TEST_CASE("path: steps are put in front, with a dot only between names") {
  std::string path;
  hwc::json::detail::prepend_step(path, "id");
  CHECK(path == "id");
  hwc::json::detail::prepend_index(path, 3);
  CHECK(path == "[3].id");
  hwc::json::detail::prepend_index(path, 0);
  CHECK(path == "[0][3].id");
  hwc::json::detail::prepend_step(path, "users");
  CHECK(path == "users[0][3].id");
}

TEST_CASE("path: a key of a map is a step if it is a word, else quoted, stripped of control characters and cut") {
  const auto path_of = [](std::string_view key) {
    std::string path;
    hwc::json::detail::prepend_key(path, key);
    return path;
  };
  CHECK(path_of("x-y_1") == "x-y_1");
  CHECK(path_of("a b") == "[\"a b\"]");
  CHECK(path_of("") == "[\"\"]");
  CHECK(path_of("a\n\x7f") == "[\"a??\"]");
  CHECK(path_of(std::string(64, 'k')) == std::string(64, 'k'));
  CHECK(path_of(std::string(65, 'k')) == "[\"" + std::string(64, 'k') + "...\"]");
  CHECK(path_of(std::string(63, 'k') + "\xc3\xa4") == "[\"" + std::string(63, 'k') + "...\"]");  // not half a character
}

TEST_CASE("result that holds a string: value and error are told apart") {
  const hwc::json::result<std::string> good{boost::system::in_place_value, "text"};
  const hwc::json::result<std::string> bad{boost::system::in_place_error, error{errc::depth, "a", "m"}};
  CHECK(good.has_value());
  REQUIRE(bad.has_error());
  CHECK(bad.error() == error{errc::depth, "a", "m"});
}

#ifndef HWC_NO_EXCEPTIONS
TEST_CASE("value() of a result that holds an error: throws json::exception with that error") {
  const hwc::json::result<int> bad{boost::system::in_place_error, error{errc::depth, "a", "m"}};
  try {
    static_cast<void>(bad.value());
    FAIL("no exception");
  } catch (const hwc::json::exception& e) {
    CHECK(e.error() == bad.error());
    CHECK(std::string{e.what()} == "a: m");
  }
}
#endif

}  // namespace
