// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_SDK_HMAC_SHA256_HPP
#define HWC_OPENSSL_SDK_HMAC_SHA256_HPP

#include <hwc/openssl/digest.hpp>

#include <hwc/secret.hpp>
#include <hwc/signers/signature_algorithm.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <string>
#include <string_view>

namespace hwc::openssl {

// The algorithm SDK-HMAC-SHA256, the default of the vendor's SDKs: SHA-256, and HMAC-SHA-256 with the SK as key.
struct sdk_hmac_sha256 {
  static constexpr std::string_view name = "SDK-HMAC-SHA256";
  static constexpr std::string_view content_header = "X-Sdk-Content-Sha256";

  using digest = openssl::digest<&EVP_sha256>;

  // Keeps a copy of the SK.
  class signing_key {
   public:
    explicit signing_key(const access_key& key) : sk_{key.sk} {}

    [[nodiscard]] result<void> sign(std::string_view text, std::string& hex) const {
      std::array<unsigned char, EVP_MAX_MD_SIZE> mac;
      unsigned size = 0;
      const auto sk = sk_.reveal();
      if (HMAC(EVP_sha256(), sk.data(), static_cast<int>(sk.size()), detail::bytes(text), text.size(), mac.data(),
               &size) == nullptr) {
        return detail::library_error();
      }
      detail::append_hex(hex, {mac.data(), size});
      return {};
    }

   private:
    secret sk_;
  };
};

static_assert(signature_algorithm<sdk_hmac_sha256>);

}  // namespace hwc::openssl

#endif  // HWC_OPENSSL_SDK_HMAC_SHA256_HPP
