// SPDX-License-Identifier: BSL-1.0
#include <hwc/signers/canonical_request.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <initializer_list>
#include <string>

// The vendor's vectors (tests/data/signing-vectors.json) check the whole; these are the single rules.

namespace {

std::string path(std::string_view text) {
  std::string out;
  hwc::detail::append_canonical_path(out, text);
  return out;
}

std::string query(std::string_view text) {
  std::string out;
  hwc::detail::append_canonical_query(out, text);
  return out;
}

// Takes single characters only, as an output may.
struct characters {
  void push_back(char c) { text += c; }
  std::string text;
};

}  // namespace

TEST_CASE("canonical path: decoded once, encoded again, with a slash at the end") {
  CHECK(path("") == "/");
  CHECK(path("/") == "/");
  CHECK(path("/a") == "/a/");
  CHECK(path("/a/") == "/a/");
  CHECK(path("/a%2Fb") == "/a/b/");
  CHECK(path("/%25%32%46") == "/%252F/");
  CHECK(path("/a//../b") == "/a//../b/");
  CHECK(path("/a%zz+:@") == "/a%25zz%2B%3A%40/");
}

TEST_CASE("canonical query: sorted by decoded name, then value, and a missing value is empty") {
  CHECK(query("") == "");
  CHECK(query("b=2&a=1") == "a=1&b=2");
  CHECK(query("a=2&a=1&a") == "a=&a=1&a=2");
  CHECK(query("a%2Fb=1&a-b=2") == "a-b=2&a%2Fb=1");
  CHECK(query("a-=1&a=2") == "a=2&a-=1");
  CHECK(query("a=b=c&&d=%20+") == "a=b%3Dc&d=%20%2B");
}

TEST_CASE("signed headers: sorted, in lower case, without Authorization and names with an underscore") {
  hwc::http_headers headers{{"X-B", "2"}, {"Authorization", "x"}, {"a_b", "y"}, {"x-a", "1"}, {"X", "0"}};
  const auto covered = hwc::signed_headers::of(headers).value();
  CHECK(covered.names() == "x;x-a;x-b");
  CHECK(covered.lines() == "x:0\nx-a:1\nx-b:2\n");
}

TEST_CASE("a name of any length: in lower case as a whole") {
  for (const std::size_t size : std::initializer_list<std::size_t>{1, 63, 64, 65, 128, 200}) {
    std::string name, lower;
    hwc::signed_headers::append_lower(lower, name.append(size - 1, 'X') + "Z");
    CHECK(lower == std::string(size - 1, 'x') + "z");
  }
}

TEST_CASE("signed headers that cannot be signed: refused before anything is sent") {
  const auto twice = hwc::signed_headers::of({{"X-A", "1"}, {"x-a", "2"}});
  REQUIRE_FALSE(twice.has_value());
  CHECK(twice.error().kind == hwc::error_kind::invalid_argument);
  hwc::http_headers many;
  for (std::size_t i = 0; i != hwc::signed_headers::limit; ++i) many.add("X-" + std::to_string(i), "");
  CHECK(hwc::signed_headers::of(many).has_value());
  many.add("X-More", "");
  CHECK_FALSE(hwc::signed_headers::of(many).has_value());
}

TEST_CASE("signed headers made anew: nothing is left of the last ones, nor after an error") {
  hwc::signed_headers covered;
  CHECK(covered.assign({{"X-A", "1"}, {"Host", "a"}}));
  CHECK(covered.assign({{"X-B", "2"}}));
  CHECK(covered.names() == "x-b");
  CHECK(covered.lines() == "x-b:2\n");
  CHECK_FALSE(covered.assign({{"X-A", "1"}, {"x-a", "2"}}));
  CHECK(covered.names().empty());
  CHECK(covered.lines().empty());
}

TEST_CASE("header values: blanks at the ends are no part of the signature") {
  hwc::http_request request{.method = hwc::http_method::post, .target = "/a?b"};
  request.headers.add("X-A", " \t1  2\t ");
  std::string text;
  append_canonical_request(text, request, hwc::signed_headers::of(request.headers).value(), "hash");
  CHECK(text == "POST\n/a/\nb=\nx-a:1  2\n\nx-a\nhash");
  characters single;
  append_canonical_request(single, request, hwc::signed_headers::of(request.headers).value(), "hash");
  CHECK(single.text == text);
}
