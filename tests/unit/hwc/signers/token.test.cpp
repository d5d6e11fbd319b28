// SPDX-License-Identifier: BSL-1.0
#include <hwc/signers/token.hpp>

#include <doctest/doctest.h>

TEST_CASE("a token: sent as X-Auth-Token, in place of an older one") {
  hwc::http_request request;
  request.headers.add("x-auth-token", "old");
  CHECK(hwc::token_signer{"a-token"}.sign(request, {}));
  CHECK(request.headers.size() == 1);
  CHECK(request.headers.find("X-Auth-Token") == "a-token");
}

TEST_CASE("an empty token: refused as unusable credentials") {
  hwc::http_request request;
  const auto done = hwc::token_signer{""}.sign(request, {});
  REQUIRE_FALSE(done);
  CHECK(done.error().kind == hwc::error_kind::credentials);
  CHECK(request.headers.empty());
}
