// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_DETAIL_HMAC_HPP
#define HWC_OPENSSL_DETAIL_HMAC_HPP

#include <hwc/openssl/detail/library.hpp>

#include <hwc/error.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/signature_algorithm.hpp>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <string>
#include <string_view>

namespace hwc::openssl::detail {

template <class Hash>
using hash_value = std::array<unsigned char, Hash::size>;

// RFC 2104 over a hash.
template <class Hash>
[[nodiscard]] result<void> hmac(std::string_view key, std::string_view message, hash_value<Hash>& out) {
  const auto algorithm = fetch_hash(Hash::name);
  if (!algorithm) return not_offered(Hash::name);
  unsigned size = 0;
  if (HMAC(algorithm.get(), key.data(), static_cast<int>(key.size()), bytes(message), message.size(), out.data(),
           &size) == nullptr) {
    return library_error();
  }
  return {};
}

// The signing key of the algorithms that are an HMAC with the SK as key. Keeps a copy of the SK.
template <class Hash>
class hmac_signing_key {
 public:
  explicit hmac_signing_key(const access_key& key) : sk_{key.sk} {}

  [[nodiscard]] result<void> sign(std::string_view text, std::string& hex) const {
    hash_value<Hash> mac;
    if (auto done = hmac<Hash>(sk_.reveal(), text, mac); !done) return done;
    append_hex(hex, mac);
    return {};
  }

 private:
  secret sk_;
};

}  // namespace hwc::openssl::detail

#endif  // HWC_OPENSSL_DETAIL_HMAC_HPP
