// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_DETAIL_HMAC_HPP
#define HWC_OPENSSL_DETAIL_HMAC_HPP

#include <hwc/openssl/detail/library.hpp>

#include <hwc/detail/spare.hpp>
#include <hwc/error.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/signature_algorithm.hpp>

#include <openssl/core.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>

#include <array>
#include <cstddef>
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

// RFC 2104 with a key that it was given once, for many messages one after the other.
template <class Hash>
class keyed_hmac {
 public:
  explicit keyed_hmac(const secret& key) {
    const owned<EVP_MAC_free> hmac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
    offered_ = hmac && fetch_hash(Hash::name);
    if (!offered_) return;
    context_.reset(EVP_MAC_CTX_new(hmac.get()));
    std::string name{Hash::name};
    const OSSL_PARAM with[] = {OSSL_PARAM_construct_utf8_string("digest", name.data(), 0), OSSL_PARAM_construct_end()};
    good_ = context_ && EVP_MAC_init(context_.get(), bytes(key.reveal()), key.reveal().size(), with) == 1;
  }

  [[nodiscard]] result<void> operator()(std::string_view message, hash_value<Hash>& out) {
    if (!offered_) return not_offered(Hash::name);
    std::size_t size = 0;
    // Without a key it begins anew with the one that it has (EVP_MAC_init(3)).
    good_ = good_ && EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 &&
            EVP_MAC_update(context_.get(), bytes(message), message.size()) == 1 &&
            EVP_MAC_final(context_.get(), out.data(), &size, out.size()) == 1;
    if (!good_) return library_error();
    return {};
  }

 private:
  owned<EVP_MAC_CTX_free> context_{};
  bool offered_ = false;
  bool good_ = false;
};

// The signing key of the algorithms that are an HMAC with the SK as key. Keeps a copy of the SK.
template <class Hash>
class hmac_signing_key {
 public:
  explicit hmac_signing_key(const access_key& key) : sk_{key.sk} {}

  [[nodiscard]] result<void> sign(std::string_view text, std::string& hex) const {
    hash_value<Hash> mac;
    typename hwc::detail::spare<keyed_hmac<Hash>>::loan hmac{keyed_, sk_};
    if (auto done = (*hmac)(text, mac); !done) return done;
    append_hex(hex, mac);
    hmac.keep();
    return {};
  }

 private:
  secret sk_;
  mutable hwc::detail::spare<keyed_hmac<Hash>> keyed_{};
};

}  // namespace hwc::openssl::detail

#endif  // HWC_OPENSSL_DETAIL_HMAC_HPP
