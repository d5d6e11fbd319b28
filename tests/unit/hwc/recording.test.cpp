// SPDX-License-Identifier: BSL-1.0
#include <hwc/recording.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

std::string masked(std::string body, bool in_request = false) {
  hwc::detail::mask_members(body, in_request);
  return body;
}

}  // namespace

TEST_CASE("secret members of a JSON body: masked wherever they stand, in a broken text too") {
  CHECK(masked(R"({"a":{"password":"x\"y","name":"n"}})") == R"({"a":{"password":"***","name":"n"}})");
  CHECK(masked(R"([{"sk" : "x"},{"sk":"y"}])") == R"([{"sk" : "***"},{"sk":"***"}])");
  CHECK(masked(R"({"secret":"","n":"m"})") == R"({"secret":"***","n":"m"})");
  CHECK(masked(R"({"secret":"x\\","n":"m"})") == R"({"secret":"***","n":"m"})");
  CHECK(masked(R"({"secret":"never closed)") == R"({"secret":"***)");
  CHECK(masked(R"({"secret":"ends in a backslash\)") == R"({"secret":"***)");
}

TEST_CASE("secret members of a JSON body: masked whatever the type of the value, which stays") {
  CHECK(masked(R"({"token_code":123456,"n":123456})") == R"({"token_code":0,"n":123456})");
  CHECK(masked(R"({"sk":-1.5e+3})") == R"({"sk":0})");
  CHECK(masked(R"({"secret":["x",{"name" : "y","n":[12, 3],"on":true}],"secrets":["z"]})") ==
        R"({"secret":["***",{"name" : "***","n":[0, 0],"on":true}],"secrets":["z"]})");
  CHECK(masked(R"({"secret":{"a":{"b":"x"},"c":"y"},"n":"z"})") == R"({"secret":{"a":{"b":"***"},"c":"***"},"n":"z"})");
  CHECK(masked(R"({"secret":{"sk":"x","a\"b":{}},"n":1})") == R"({"secret":{"sk":"***","a\"b":{}},"n":1})");
}

TEST_CASE("a token in a request: masked; in an answer the member tells of one, and stays") {
  const std::string body = R"({"token":{"id":"t","n":900}})";
  CHECK(masked(body, true) == R"({"token":{"id":"***","n":0}})");
  CHECK(masked(body) == body);
}

TEST_CASE("secret members of a JSON body: masked however their names are capitalised") {
  CHECK(masked(R"({"Password":"p1","TOKEN_CODE":1})") == R"({"Password":"***","TOKEN_CODE":0})");
}

TEST_CASE("secret members of a broken JSON body: masked as far as it goes") {
  CHECK(masked(R"({"secret":{"a":"x","b":["y)") == R"({"secret":{"a":"***","b":["***)");
  CHECK(masked(R"("odd " quotes "sk":"x")") == R"("odd " quotes "sk":"***")");
  CHECK(masked(R"({"password":hunter2, "sk":12)") == R"({"password":0, "sk":0)");
  CHECK(masked(R"({"password":},"sk":]"x")") == R"({"password":},"sk":]"x")");
  CHECK(masked(R"({"secret":[)") == R"({"secret":[)");
}

TEST_CASE("secret members of a long JSON body: in time that grows with the text, not with its square") {
  std::string body;
  std::string expected;
  for (int i = 0; i != 65536; ++i) {
    body += R"({"sk":"x"},)";
    expected += R"({"sk":"***"},)";
  }
  CHECK((masked(body) == expected));
}

TEST_CASE("what is no secret member: stays") {
  for (const std::string body : {R"({"password":null,"secret":true})", R"({"name":"password"})", R"("password")",
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
