// SPDX-License-Identifier: BSL-1.0
#include <hwc/openssl/sdk_hmac_sha256.hpp>

#include <hwc/signers/access_key.hpp>
#include <hwc/signers/canonical_request.hpp>

#include "support/files.hpp"
#include "support/signing_vectors.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

namespace {

using algorithm = hwc::openssl::sdk_hmac_sha256;
using signer = hwc::access_key_signer<algorithm>;

std::string sha256(std::string_view text) {
  std::string hex;
  algorithm::digest digest;
  digest.update(text);
  CHECK(digest.finish(hex));
  return hex;
}

// The canonical request over all headers that are there, and the string to sign that follows from it.
std::string canonical_request(const hwc::http_request& request) {
  std::string hash;
  std::string text;
  CHECK(signer::payload_hash(request, hash));
  append_canonical_request(text, request, hwc::signed_headers::of(request.headers).value(), hash);
  return text;
}

std::string string_to_sign(const std::string& date, const std::string& canonical) {
  return "SDK-HMAC-SHA256\n" + date + '\n' + sha256(canonical);
}

void check(const support::signing_vector& vector, const support::expected_signature& expected) {
  CAPTURE(vector.id);
  auto request = vector.request();
  const signer with{{vector.ak, vector.sk}};
  // The date in the vector's headers is the one that counts.
  CHECK(with.sign(request, hwc::wall_time{}));
  const auto canonical = canonical_request(request);
  CHECK(canonical == expected.canonical_request);
  CHECK(string_to_sign(vector.x_sdk_date, canonical) == expected.string_to_sign);
  CHECK(request.headers.find("Authorization") == expected.authorization);
}

}  // namespace

TEST_CASE("every SDK-HMAC-SHA256 vector: canonical request, string to sign and Authorization are the vendor's") {
  int checked = 0;
  for (const auto& vector : support::read_signing_vectors().vectors) {
    if (vector.algorithm != algorithm::name) continue;
    check(vector, vector.expected.value());
    ++checked;
  }
  CHECK(checked == 19);
}

TEST_CASE("the quirk vectors of SDK-HMAC-SHA256: signed as the vendor's Python SDK does") {
  int checked = 0;
  for (const auto& vector : support::read_signing_vectors().quirks) {
    if (vector.algorithm != algorithm::name) continue;
    check(vector, vector.python_sdk_result.value());
    ++checked;
  }
  CHECK(checked == 3);
}

TEST_CASE("the Go SDK's own vectors: the same canonical request, string to sign and signature over fewer headers") {
  int checked = 0;
  for (const auto& vector : support::read_signing_vectors().go_sdk_vectors) {
    if (vector.algorithm != algorithm::name) continue;
    CAPTURE(vector.id);
    auto request = vector.request();
    request.headers.add("X-Sdk-Date", vector.x_sdk_date);
    const auto canonical = canonical_request(request);
    CHECK(canonical == vector.canonical_request);
    const auto text = string_to_sign(vector.x_sdk_date, canonical);
    CHECK(text == vector.string_to_sign);
    std::string signature;
    CHECK(algorithm::signing_key{hwc::access_key{vector.ak, vector.sk}}.sign(text, signature));
    CHECK(vector.authorization.value().ends_with("Signature=" + signature));
    ++checked;
  }
  CHECK(checked == 2);
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

TEST_CASE("the data of these tests: the same as the specification's, where that is at hand") {
  const auto original = support::source_dir() / "../shared/spec";
  for (const auto* name : {"signing-vectors.json", "endpoints.json", "error-codes.json"}) {
    if (std::filesystem::exists(original / name))
      CHECK(support::read_file(original / name) == support::read_data(name));
  }
}
