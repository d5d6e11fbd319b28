// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_ELLIPTIC_CHECKS_HPP
#define HWC_TESTS_SUPPORT_ELLIPTIC_CHECKS_HPP

#include <hwc/signers/signature_algorithm.hpp>

#include "signature_checks.hpp"

#include <doctest/doctest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace support {

inline std::vector<unsigned char> from_hex(const std::string& text) {
  std::vector<unsigned char> bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<unsigned char>(std::stoul(text.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

// OpenSSL's own verifier, with a public key that is made from the vector and not from ours.
template <class Algorithm>
bool verifies(const std::string& public_key_hex, const std::string& text, const std::string& signature_hex) {
  auto point = from_hex(public_key_hex);
  std::string group = Algorithm::group;
  std::array parameters{OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
                        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
                        OSSL_PARAM_construct_end()};
  const std::unique_ptr<EVP_PKEY_CTX, void (*)(EVP_PKEY_CTX*)> maker{
      EVP_PKEY_CTX_new_from_name(nullptr, Algorithm::key_type, nullptr), &EVP_PKEY_CTX_free};
  EVP_PKEY* made = nullptr;
  REQUIRE(EVP_PKEY_fromdata_init(maker.get()) == 1);
  REQUIRE(EVP_PKEY_fromdata(maker.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.data()) == 1);
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key{made, &EVP_PKEY_free};
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  EVP_PKEY_CTX* settings = nullptr;
  REQUIRE(EVP_DigestVerifyInit_ex(context.get(), &settings, Algorithm::hash::name, nullptr, nullptr, key.get(),
                                  nullptr) == 1);
  REQUIRE(Algorithm::signing_key::identify(settings));
  const auto signature = from_hex(signature_hex);
  return EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                          reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

// The private key, as 64 hexadecimal digits.
inline std::string private_key_of(EVP_PKEY* key) {
  BIGNUM* number = nullptr;
  REQUIRE(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1);
  std::array<unsigned char, 32> bytes{};
  BN_bn2binpad(number, bytes.data(), static_cast<int>(bytes.size()));
  BN_clear_free(number);
  std::string hex;
  for (const auto byte : bytes) {
    hex += "0123456789abcdef"[byte >> 4U];
    hex += "0123456789abcdef"[byte & 15U];
  }
  return hex;
}

// Every vector: texts, private key, and that the vendor's sample signature and ours verify, and an altered text does
// not.
template <class Algorithm>
int check_elliptic_vectors() {
  int checked = 0;
  const auto all = read_signing_vectors();
  for (const auto* list : {&all.vectors, &all.quirks}) {
    for (const auto& vector : *list) {
      if (vector.algorithm != Algorithm::name) continue;
      CAPTURE(vector.id);
      const auto& expected = vector.expected ? *vector.expected : vector.python_sdk_result.value();
      const auto request = check_texts<Algorithm>(vector, expected);
      const std::string authorization{request.headers.find("Authorization").value()};
      const auto& prefix = expected.authorization_prefix.value();
      REQUIRE(authorization.starts_with(prefix));
      const auto signature = authorization.substr(prefix.size());
      const auto& text = expected.string_to_sign;
      const auto& public_key = expected.public_key_hex.value();
      const typename Algorithm::signing_key key{hwc::access_key{vector.ak, vector.sk}};
      CHECK(private_key_of(key.get()) == expected.private_key_hex);
      CHECK(verifies<Algorithm>(public_key, text, signature));
      CHECK_FALSE(verifies<Algorithm>(public_key, text + " ", signature));
      if (expected.sample_signature_der_hex && vector.expected) {
        CHECK(verifies<Algorithm>(public_key, text, *expected.sample_signature_der_hex));
      }
      ++checked;
    }
  }
  return checked;
}

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_ELLIPTIC_CHECKS_HPP
