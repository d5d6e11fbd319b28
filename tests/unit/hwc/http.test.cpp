// SPDX-License-Identifier: BSL-1.0
#include <hwc/http.hpp>

#include <doctest/doctest.h>

#include <string>

TEST_CASE("headers: found without regard to case, kept in order and spelling") {
  hwc::http_headers headers{{"Content-Type", "application/json"}, {"x-request-id", "1"}};
  headers.add("X-Request-Id", "2");
  CHECK(headers.find("X-REQUEST-ID") == "1");
  CHECK(headers.contains("content-type"));
  CHECK_FALSE(headers.find("Host").has_value());
  std::string all;
  for (const auto& [name, value] : headers) all += std::string{name} + '=' + std::string{value} + ';';
  CHECK(all == "Content-Type=application/json;x-request-id=1;X-Request-Id=2;");
}

TEST_CASE("set: replaces every field of that name by one") {
  hwc::http_headers headers{{"A", "1"}, {"b", "2"}, {"a", "3"}};
  headers.set("A", "4");
  CHECK(headers.size() == 2);
  CHECK(headers.at(0).name == "b");
  CHECK(headers.find("a") == "4");
}

TEST_CASE("erase and clear: the fields are gone, an absent one is no error") {
  hwc::http_headers headers{{"A", "1"}, {"B", "2"}};
  headers.erase("a");
  headers.erase("none");
  CHECK(headers.size() == 1);
  CHECK(headers.at(0).value == "2");
  headers.clear();
  CHECK(headers.empty());
  CHECK_FALSE(headers.contains("B"));
}

TEST_CASE("a copy of headers: independent of the original") {
  hwc::http_headers original{{"A", "1"}};
  auto copy = original;
  copy.set("A", "2");
  CHECK(original.find("A") == "1");
  CHECK(copy.find("A") == "2");
  copy = original;
  CHECK(copy.find("A") == "1");
  CHECK(copy.size() == 1);
  copy = *&copy;
  CHECK(copy.size() == 1);
}

TEST_CASE("equal headers: the same fields, spelled alike, in the same order, whatever was there before") {
  const hwc::http_headers headers{{"A", "1"}, {"B", "2"}};
  hwc::http_headers same{{"C", "3"}, {"A", "1"}, {"B", "2"}};
  CHECK(same != headers);
  same.erase("C");
  CHECK(same == headers);
  CHECK(hwc::http_headers{} == hwc::http_headers{});
  for (const auto& other : {hwc::http_headers{{"B", "2"}, {"A", "1"}},
                            {{"A", "1"}},
                            {{"a", "1"}, {"B", "2"}},
                            {{"A", "1"}, {"B", "3"}},
                            {{"A1", ""}, {"B", "2"}}}) {
    CHECK(other != headers);
  }
}

TEST_CASE("headers are gone through one by one, also by the step that gives the last one") {
  const hwc::http_headers headers{{"a", "1"}, {"b", "2"}};
  auto at = headers.begin();
  CHECK((*at++).name == "a");
  CHECK((*at).name == "b");
  CHECK(++at == headers.end());
}

TEST_CASE("header names: only tokens") {
  CHECK(hwc::is_header_name("X-Sdk-Date"));
  CHECK(hwc::is_header_name("a_b!#$%&'*+.^`|~"));
  for (const auto* name : {"", "a b", "a:b", "a\r", "a\n", "\xC3\xA9", "a\t"}) CHECK_FALSE(hwc::is_header_name(name));
}

TEST_CASE("header values: anything without CR, LF and NUL") {
  CHECK(hwc::is_header_value(""));
  CHECK(hwc::is_header_value("a \t \xC3\xA9"));
  CHECK_FALSE(hwc::is_header_value("a\rb"));
  CHECK_FALSE(hwc::is_header_value("a\nb"));
  CHECK_FALSE(hwc::is_header_value(std::string_view{"a\0b", 3}));
}

TEST_CASE("authority: the port only where it is not the scheme's own, IPv6 in brackets") {
  const auto authority = [](const hwc::http_origin& origin) {
    std::string text;
    append_authority(text, origin);
    return text;
  };
  CHECK(authority({.tls = true, .host = "a.example", .port = 443}) == "a.example");
  CHECK(authority({.tls = true, .host = "a.example", .port = 80}) == "a.example:80");
  CHECK(authority({.tls = false, .host = "a.example", .port = 80}) == "a.example");
  CHECK(authority({.tls = false, .host = "::1", .port = 8080}) == "[::1]:8080");
}

TEST_CASE("clear: makes request and response as new") {
  hwc::http_request request{.method = hwc::http_method::post, .target = "/", .body = "{}", .project_id = "p"};
  request.headers.add("A", "1");
  request.clear();
  CHECK(request.method == hwc::http_method::get);
  CHECK((request.target + request.body + request.project_id).empty());
  CHECK(request.headers.empty());
  hwc::http_response response{.status = 200, .body = "x", .truncated = true};
  response.clear();
  CHECK(response.status == 0);
  CHECK(response.body.empty());
  CHECK_FALSE(response.truncated);
}

TEST_CASE("methods: written as they stand on the request line") {
  CHECK(to_string(hwc::http_method::get) == "GET");
  CHECK(to_string(hwc::http_method::post) == "POST");
  CHECK(to_string(hwc::http_method::put) == "PUT");
  CHECK(to_string(hwc::http_method::patch) == "PATCH");
  CHECK(to_string(hwc::http_method::delete_) == "DELETE");
}
