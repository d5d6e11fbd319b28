// SPDX-License-Identifier: BSL-1.0
#include <hwc/openssl/sdk_hmac_sha256.hpp>

#include "support/files.hpp"
#include "support/signature_checks.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

using algorithm = hwc::openssl::sdk_hmac_sha256;
using signer = hwc::access_key_signer<algorithm>;

TEST_CASE("every SDK-HMAC-SHA256 vector, quirks included: both texts and Authorization are the vendor's") {
  CHECK(support::check_vectors<algorithm>() == 19 + 3);
}

TEST_CASE("the Go SDK's own vectors: the same canonical request, string to sign and signature over fewer headers") {
  CHECK(support::check_go_vectors<algorithm>([](const auto& vector, const std::string& text) {
          std::string signature;
          CHECK(algorithm::signing_key{hwc::access_key{vector.ak, vector.sk}}.sign(text, signature));
          return signature;
        }) == 2);
}

TEST_CASE("a temporary key: its security token is added and signed as if the caller had given it") {
  for (const auto& vector : support::read_signing_vectors().vectors) {
    if (vector.id != "s012") continue;
    auto request = vector.request();
    const auto token = std::string{request.headers.find("X-Security-Token").value()};
    request.headers.erase("X-Security-Token");
    CHECK(signer{{vector.ak, vector.sk, token}}.sign(request, hwc::wall_time{}));
    CHECK(request.headers.find("X-Security-Token") == token);
    CHECK(request.headers.find("Authorization") == vector.expected->authorization);
    return;
  }
  FAIL("vector s012 is missing");
}

TEST_CASE("one signer, and a copy of it, for many requests: each signature is that of a new signer") {
  const signer kept{{"AK", hwc::secret{"SK"}, {}}};
  const auto authorization = [](const signer& with, int number) {
    hwc::http_request request{.method = hwc::http_method::post,
                              .target = "/v1/" + std::to_string(number),
                              .body = std::string(static_cast<std::size_t>(number), 'x')};
    REQUIRE(with.sign(request, hwc::wall_time{std::chrono::seconds{1'700'000'000 + number}}));
    return std::string{request.headers.find("Authorization").value()};
  };
  for (const int number : {0, 1, 700, 1, 0}) {
    CAPTURE(number);
    const auto due = authorization(signer{{"AK", hwc::secret{"SK"}, {}}}, number);
    CHECK(authorization(kept, number) == due);
    const auto copy = kept;
    CHECK(authorization(copy, number) == due);
  }
  signer changed = kept;
  CHECK(authorization(changed, 1) == authorization(kept, 1));
  changed = signer{{"AK", hwc::secret{"another"}, {}}};
  CHECK(authorization(changed, 1) == authorization(signer{{"AK", hwc::secret{"another"}, {}}}, 1));
  CHECK(authorization(changed, 1) != authorization(kept, 1));
}

TEST_CASE("the data of these tests: the same as the specification's, where that is at hand") {
  const auto original = support::source_dir() / "../shared/spec";
  for (const auto* name : {"signing-vectors.json", "endpoints.json", "error-codes.json"}) {
    if (std::filesystem::exists(original / name))
      CHECK(support::read_file(original / name) == support::read_data(name));
  }
}
