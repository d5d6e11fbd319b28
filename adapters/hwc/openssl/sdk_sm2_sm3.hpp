// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_SDK_SM2_SM3_HPP
#define HWC_OPENSSL_SDK_SM2_SM3_HPP

#include <hwc/openssl/detail/elliptic_key.hpp>
#include <hwc/openssl/digest.hpp>

#include <hwc/signers/signature_algorithm.hpp>

#include <string_view>

namespace hwc::inline v0_1::openssl {

// The algorithm SDK-SM2-SM3: the hash SM3, and SM2 signatures (GB/T 32918.2) with a private key that follows from AK
// and SK and is computed once, when the signer is made. The user id is 1234567812345678; coordinates that go into the
// hash of identity and key (ZA) have 32 bytes each, as the standard says, with zeros in front where needed. Where
// OpenSSL does not offer SM2 or SM3, `sign` fails with `error_kind::credentials` and says so.
struct sdk_sm2_sm3 {
  static constexpr std::string_view name = "SDK-SM2-SM3";
  static constexpr std::string_view content_header = "X-Sdk-Content-Sm3";

  // For the key.
  using hash = sm3;
  static constexpr int curve = detail::curve_sm2;
  static constexpr const char* key_type = "SM2";
  static constexpr const char* group = "SM2";
  static constexpr std::string_view distinguishing_id = "1234567812345678";

  using digest = openssl::digest<hash>;
  using signing_key = detail::elliptic_signing_key<sdk_sm2_sm3>;
};

static_assert(signature_algorithm<sdk_sm2_sm3>);

}  // namespace hwc::openssl

#endif  // HWC_OPENSSL_SDK_SM2_SM3_HPP
