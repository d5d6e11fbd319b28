// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_V11_HMAC_SHA256_HPP
#define HWC_OPENSSL_V11_HMAC_SHA256_HPP

#include <hwc/openssl/digest.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>

#include <hwc/detail/config.hpp>
#include <hwc/error.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/signature_algorithm.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::openssl {

// The algorithm V11-HMAC-SHA256: HMAC-SHA-256 with a key that is derived, by HKDF (RFC 5869), from AK and SK for one
// day, region and service:
//
//   hwc::access_key_signer<hwc::openssl::v11_hmac_sha256> signer{{ak, sk}, {.region = "cn-north-4", .service = "…"}};
//
// The vendor's SDKs use it for endpoints outside the usual names, with a service name that is theirs to define; there
// is none for Workspace, IAM or STS.
struct v11_hmac_sha256 {
  static constexpr std::string_view name = "V11-HMAC-SHA256";
  static constexpr std::string_view content_header = "X-Sdk-Content-Sha256";

  using digest = openssl::digest<sha256>;
  using unscoped = sdk_hmac_sha256;  // for IAM, which knows no such keys

  // Keeps a copy of AK and SK, and the key that it derived last. Copies share that.
  class signing_key {
   public:
    signing_key(const access_key& key, credential_scope scope)
        : ak_{key.ak}, sk_{key.sk}, scope_{std::move(scope)}, last_{std::make_shared<derived>()} {}

    // What the key is bound to at a date of the form YYYYMMDDTHHMMSSZ: day, region and service.
    [[nodiscard]] result<std::string> scope(std::string_view sdk_date) const;

    [[nodiscard]] result<void> sign(std::string_view text, std::string_view scope, std::string& hex) const;

   private:
    struct derived {
      std::mutex mutex;
      std::string scope;
      secret key;
    };

    // Hexadecimal digits, which as text are the key.
    result<secret> derive(std::string_view scope) const;

    std::string ak_;
    secret sk_;
    credential_scope scope_;
    std::shared_ptr<derived> last_;
  };
};

static_assert(signature_algorithm<v11_hmac_sha256>);

}  // namespace hwc::openssl

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/openssl/impl/v11_hmac_sha256.ipp>
#endif

#endif  // HWC_OPENSSL_V11_HMAC_SHA256_HPP
