// SPDX-License-Identifier: BSL-1.0
#include <hwc/openssl/sdk_hmac_sm3.hpp>

#include "support/signature_checks.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>

#include <string>

using algorithm = hwc::openssl::sdk_hmac_sm3;

TEST_CASE("every SDK-HMAC-SM3 vector: both texts and Authorization are the vendor's") {
  CHECK(support::check_vectors<algorithm>() == 7);
}

TEST_CASE("the Go SDK's own vectors for SM3") {
  CHECK(support::check_go_vectors<algorithm>([](const auto& vector, const std::string& text) {
          std::string signature;
          CHECK(algorithm::signing_key{hwc::access_key{vector.ak, vector.sk}}.sign(text, signature));
          return signature;
        }) == 2);
}

TEST_CASE("an OpenSSL that does not offer SM3: credentials, the algorithm and the remedy named; then it works again") {
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
