// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_V11_HMAC_SHA256_HPP
#define HWC_OPENSSL_V11_HMAC_SHA256_HPP

#include <hwc/openssl/detail/hmac.hpp>
#include <hwc/openssl/digest.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>

#include <hwc/error.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/signature_algorithm.hpp>

#include <openssl/crypto.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::openssl {

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
    [[nodiscard]] result<std::string> scope(std::string_view sdk_date) const {
      if (scope_.region.empty() || scope_.service.empty()) {
        return error{.kind = error_kind::credentials,
                     .message = scope_.region.empty() ? "V11-HMAC-SHA256 needs a region; give its id, e.g. cn-north-4"
                                                      : "V11-HMAC-SHA256 needs the name of the service; give it"};
      }
      return std::string{sdk_date.substr(0, 8)} + '/' + scope_.region + '/' + scope_.service;
    }

    [[nodiscard]] result<void> sign(std::string_view text, std::string_view scope, std::string& hex) const {
      auto key = derive(scope);
      if (!key) return std::move(key).error();
      detail::hash_value<sha256> mac;
      if (auto done = detail::hmac<sha256>(key->reveal(), text, mac); !done) return done;
      detail::append_hex(hex, mac);
      return {};
    }

   private:
    struct derived {
      std::mutex mutex;
      std::string scope;
      secret key;
    };

    // Hexadecimal digits, which as text are the key.
    result<secret> derive(std::string_view scope) const {
      const std::lock_guard lock{last_->mutex};
      if (last_->scope == scope) return last_->key;
      detail::hash_value<sha256> prk, okm;
      if (auto done = detail::hmac<sha256>(ak_, sk_.reveal(), prk); !done) return done.error();
      const std::string info = std::string{scope} + '\x01';
      auto done = detail::hmac<sha256>({reinterpret_cast<const char*>(prk.data()), prk.size()}, info, okm);
      OPENSSL_cleanse(prk.data(), prk.size());
      if (!done) return done.error();
      std::string hex;
      detail::append_hex(hex, okm);
      last_->key = hex;
      last_->scope = scope;
      OPENSSL_cleanse(okm.data(), okm.size());
      OPENSSL_cleanse(hex.data(), hex.size());
      return last_->key;
    }

    std::string ak_;
    secret sk_;
    credential_scope scope_;
    std::shared_ptr<derived> last_;
  };
};

static_assert(signature_algorithm<v11_hmac_sha256>);

}  // namespace hwc::openssl

#endif  // HWC_OPENSSL_V11_HMAC_SHA256_HPP
