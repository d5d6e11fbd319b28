// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_DETAIL_HMAC_HPP
#define HWC_OPENSSL_DETAIL_HMAC_HPP

#include <hwc/openssl/detail/handle.hpp>

#include <hwc/detail/config.hpp>
#include <hwc/detail/spare.hpp>
#include <hwc/error.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/signature_algorithm.hpp>

#include <span>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::openssl::detail {

// RFC 2104 over a hash, by the name that OpenSSL's providers give it. `out` has the hash's size.
[[nodiscard]] result<void> hmac(const char* hash, std::string_view key, std::string_view message,
                                std::span<unsigned char> out);

// The same with a key that it was given once, for many messages one after the other.
class keyed_hmac {
 public:
  keyed_hmac(const char* hash, const secret& key);

  // Appends the authentication code in lower-case hexadecimal digits.
  [[nodiscard]] result<void> operator()(std::string_view message, std::string& hex);

 private:
  const char* hash_;
  mac_context context_{};
  bool offered_ = false;
  bool good_ = false;
};

// The signing key of the algorithms that are an HMAC with the SK as key. Keeps a copy of the SK.
template <class Hash>
class hmac_signing_key {
 public:
  explicit hmac_signing_key(const access_key& key) : sk_{key.sk} {}

  [[nodiscard]] result<void> sign(std::string_view text, std::string& hex) const {
    hwc::detail::spare<keyed_hmac>::loan hmac{keyed_, Hash::name, sk_};
    if (auto done = (*hmac)(text, hex); !done) return done;
    hmac.keep();
    return {};
  }

 private:
  secret sk_;
  mutable hwc::detail::spare<keyed_hmac> keyed_{};
};

}  // namespace hwc::openssl::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/openssl/detail/impl/hmac.ipp>
#endif

#endif  // HWC_OPENSSL_DETAIL_HMAC_HPP
