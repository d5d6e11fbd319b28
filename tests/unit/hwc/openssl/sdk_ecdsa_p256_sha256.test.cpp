// SPDX-License-Identifier: BSL-1.0
#include <hwc/openssl/sdk_ecdsa_p256_sha256.hpp>

#include "support/elliptic_checks.hpp"

#include <doctest/doctest.h>

#include <string>

using algorithm = hwc::openssl::sdk_ecdsa_p256_sha256;

TEST_CASE(
    "every SDK-ECDSA-P256-SHA256 vector: the texts and the key are the vendor's, and its signatures and ours verify") {
  CHECK(support::check_elliptic_vectors<algorithm>() == 4);
}

TEST_CASE("an empty AK or SK: SDK-ECDSA-P256-SHA256 refuses before it computes anything") {
  for (const auto& key : {hwc::access_key{"", "sk"}, hwc::access_key{"ak", ""}}) {
    hwc::http_request request{.origin = {.host = "workspace.example"}, .target = "/"};
    const auto done = hwc::access_key_signer<algorithm>{key}.sign(request, hwc::wall_time{});
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().kind == hwc::error_kind::credentials);
    CHECK(request.headers.empty());
  }
}
