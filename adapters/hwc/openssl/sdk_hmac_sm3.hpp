// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_SDK_HMAC_SM3_HPP
#define HWC_OPENSSL_SDK_HMAC_SM3_HPP

#include <hwc/openssl/detail/hmac.hpp>
#include <hwc/openssl/digest.hpp>

#include <hwc/signers/signature_algorithm.hpp>

#include <string_view>

namespace hwc::inline v0_1::openssl {

// The algorithm SDK-HMAC-SM3: the hash SM3 (GB/T 32905), and HMAC-SM3 with the SK as key. Where OpenSSL does not offer
// SM3, `sign` fails with `error_kind::credentials` and says so.
struct sdk_hmac_sm3 {
  static constexpr std::string_view name = "SDK-HMAC-SM3";
  static constexpr std::string_view content_header = "X-Sdk-Content-Sm3";

  using digest = openssl::digest<sm3>;
  using signing_key = detail::hmac_signing_key<sm3>;
};

static_assert(signature_algorithm<sdk_hmac_sm3>);

}  // namespace hwc::openssl

#endif  // HWC_OPENSSL_SDK_HMAC_SM3_HPP
