// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_SDK_HMAC_SHA256_HPP
#define HWC_OPENSSL_SDK_HMAC_SHA256_HPP

#include <hwc/openssl/detail/hmac.hpp>
#include <hwc/openssl/digest.hpp>

#include <hwc/signers/signature_algorithm.hpp>

#include <string_view>

namespace hwc::inline v0_1::openssl {

// The algorithm SDK-HMAC-SHA256, the default of the vendor's SDKs: SHA-256, and HMAC-SHA-256 with the SK as key.
struct sdk_hmac_sha256 {
  static constexpr std::string_view name = "SDK-HMAC-SHA256";
  static constexpr std::string_view content_header = "X-Sdk-Content-Sha256";

  using digest = openssl::digest<sha256>;
  using signing_key = detail::hmac_signing_key<sha256>;
};

static_assert(signature_algorithm<sdk_hmac_sha256>);

}  // namespace hwc::openssl

#endif  // HWC_OPENSSL_SDK_HMAC_SHA256_HPP
