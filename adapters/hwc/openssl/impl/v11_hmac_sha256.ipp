// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_IMPL_V11_HMAC_SHA256_IPP
#define HWC_OPENSSL_IMPL_V11_HMAC_SHA256_IPP

#include <hwc/openssl/detail/hmac.hpp>
#include <hwc/openssl/detail/library.hpp>
#include <hwc/openssl/digest.hpp>
#include <hwc/openssl/v11_hmac_sha256.hpp>

#include <hwc/error.hpp>
#include <hwc/secret.hpp>

#include <openssl/crypto.h>

#include <array>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::openssl {

HWC_DECL result<std::string> v11_hmac_sha256::signing_key::scope(std::string_view sdk_date) const {
  if (scope_.region.empty() || scope_.service.empty()) {
    return error{.kind = error_kind::credentials,
                 .message = scope_.region.empty() ? "V11-HMAC-SHA256 needs a region; give its id, e.g. cn-north-4"
                                                  : "V11-HMAC-SHA256 needs the name of the service; give it"};
  }
  return std::string{sdk_date.substr(0, 8)} + '/' + scope_.region + '/' + scope_.service;
}

HWC_DECL result<void> v11_hmac_sha256::signing_key::sign(std::string_view text, std::string_view scope,
                                                         std::string& hex) const {
  auto key = derive(scope);
  if (!key) return std::move(key).error();
  std::array<unsigned char, sha256::size> mac;
  if (auto done = detail::hmac(sha256::name, key->reveal(), text, mac); !done) return done;
  detail::append_hex(hex, mac);
  return {};
}

HWC_DECL result<secret> v11_hmac_sha256::signing_key::derive(std::string_view scope) const {
  const std::lock_guard lock{last_->mutex};
  if (last_->scope == scope) return last_->key;
  std::array<unsigned char, sha256::size> prk, okm;
  if (auto done = detail::hmac(sha256::name, ak_, sk_.reveal(), prk); !done) return done.error();
  const std::string info = std::string{scope} + '\x01';
  auto done = detail::hmac(sha256::name, {reinterpret_cast<const char*>(prk.data()), prk.size()}, info, okm);
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

}  // namespace hwc::openssl

#endif  // HWC_OPENSSL_IMPL_V11_HMAC_SHA256_IPP
