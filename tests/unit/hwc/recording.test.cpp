// SPDX-License-Identifier: BSL-1.0
#include <hwc/recording.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

std::string masked(std::string body) {
  hwc::detail::mask_members(body);
  return body;
}

}  // namespace

TEST_CASE("secret members of a JSON body: masked wherever they stand, in a broken text too") {
  CHECK(masked(R"({"a":{"password":"x\"y","name":"n"}})") == R"({"a":{"password":"***","name":"n"}})");
  CHECK(masked(R"([{"sk" : "x"},{"sk":"y"}])") == R"([{"sk" : "***"},{"sk":"***"}])");
  CHECK(masked(R"({"secret":"never closed)") == R"({"secret":"***)");
  CHECK(masked(R"({"secret":"ends in a backslash\)") == R"({"secret":"***)");
}

TEST_CASE("what is no secret member: stays") {
  for (const std::string body : {R"({"password":null,"secret":1})", R"({"name":"password"})", R"("password")",
                                 "password", R"({"password")", R"({"password":)", "", R"({"passwords":"x"})"}) {
    CHECK(masked(body) == body);
  }
}

TEST_CASE("headers of a recording: shown only where they are known to be no secret") {
  const auto shown =
      hwc::detail::record_headers({{"content-type", "application/json"}, {"X-Auth-Token", "t"}, {"X-New", "n"}});
  REQUIRE(shown.size() == 3);
  CHECK(shown[0].value == "application/json");
  CHECK(shown[1].value == "***");
  CHECK(shown[2].value == "***");
}
