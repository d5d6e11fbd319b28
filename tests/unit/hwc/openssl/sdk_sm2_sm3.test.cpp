// SPDX-License-Identifier: BSL-1.0
#include <hwc/openssl/sdk_sm2_sm3.hpp>

#include "support/elliptic_checks.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>

#include <string>

using algorithm = hwc::openssl::sdk_sm2_sm3;

TEST_CASE("every SDK-SM2-SM3 vector: the texts and the key are the vendor's, and its signatures and ours verify") {
  CHECK(support::check_elliptic_vectors<algorithm>() == 4 + 1);
}

TEST_CASE("an empty AK or SK: SDK-SM2-SM3 refuses before it computes anything") {
  for (const auto& key : {hwc::access_key{"", "sk"}, hwc::access_key{"ak", ""}}) {
    hwc::http_request request{.origin = {.host = "workspace.example"}, .target = "/"};
    const auto done = hwc::access_key_signer<algorithm>{key}.sign(request, hwc::wall_time{});
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().kind == hwc::error_kind::credentials);
    CHECK(request.headers.empty());
  }
}

TEST_CASE(
    "an OpenSSL that does not offer SM2 and SM3: credentials, the algorithm and the remedy named; then it works "
    "again") {
  REQUIRE(EVP_set_default_properties(nullptr, "provider=nobody") == 1);
  hwc::http_request request{.origin = {.host = "workspace.example"}, .target = "/"};
  const auto refused = hwc::access_key_signer<algorithm>{{"ak", "sk"}}.sign(request, hwc::wall_time{});
  REQUIRE(EVP_set_default_properties(nullptr, "") == 1);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == hwc::error_kind::credentials);
  CHECK(refused.error().message.find("does not offer SM") != std::string::npos);
  CHECK_FALSE(request.headers.contains("Authorization"));
  CHECK(hwc::access_key_signer<algorithm>{{"ak", "sk"}}.sign(request, hwc::wall_time{}).has_value());
}
