// SPDX-License-Identifier: BSL-1.0
#include <hwc/fake/replay.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

const std::string line =
    R"({"request":"GET /a","origin":"https://a.example","request_headers":[],"request_body":"","status":200,)"
    R"("response_headers":[{"name":"Date","value":"x"}],"response_body":"{}","truncated":true,"milliseconds":7})";

}  // namespace

TEST_CASE("a replayed answer: status, headers, body and mark as they were recorded") {
  auto t = hwc::fake::replay(line).value();
  hwc::http_response response;
  CHECK(t.send({.origin = {.host = "a.example"}, .target = "/a"}, response, {}));
  CHECK(response.status == 200);
  CHECK(response.headers.find("Date") == "x");
  CHECK(response.body == "{}");
  CHECK(response.truncated);
  CHECK(t.violations() == "");
}

TEST_CASE("a line that is no recording: refused, with its number and what is wrong") {
  for (const std::string bad : {"{", "[]", R"({"request":1})", "GET /a"}) {
    const auto t = hwc::fake::replay(line + "\n\n" + bad + "\n" + line);
    REQUIRE_FALSE(t.has_value());
    CHECK(t.error().kind == hwc::error_kind::invalid_argument);
    CHECK(t.error().message.starts_with("line 3 of the recording: "));
  }
}

TEST_CASE("an empty recording: expects nothing") {
  CHECK(hwc::fake::replay("").value().violations() == "");
  CHECK(hwc::fake::replay("\n \n").value().violations() == "");
}
