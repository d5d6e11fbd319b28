// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_SDK_ECDSA_P256_SHA256_HPP
#define HWC_OPENSSL_SDK_ECDSA_P256_SHA256_HPP

#include <hwc/openssl/detail/elliptic_key.hpp>
#include <hwc/openssl/digest.hpp>

#include <hwc/signers/signature_algorithm.hpp>

#include <string_view>

namespace hwc::inline v0_1::openssl {

// The algorithm SDK-ECDSA-P256-SHA256: SHA-256, and ECDSA on the curve P-256 with a private key that follows from AK
// and SK and is computed once, when the signer is made.
struct sdk_ecdsa_p256_sha256 {
  static constexpr std::string_view name = "SDK-ECDSA-P256-SHA256";
  static constexpr std::string_view content_header = "X-Sdk-Content-Sha256";

  // For the key.
  using hash = sha256;
  static constexpr int curve = detail::curve_prime256v1;
  static constexpr const char* key_type = "EC";
  static constexpr const char* group = "prime256v1";
  static constexpr std::string_view distinguishing_id{};

  using digest = openssl::digest<hash>;
  using signing_key = detail::elliptic_signing_key<sdk_ecdsa_p256_sha256>;
};

static_assert(signature_algorithm<sdk_ecdsa_p256_sha256>);

}  // namespace hwc::openssl

#endif  // HWC_OPENSSL_SDK_ECDSA_P256_SHA256_HPP
