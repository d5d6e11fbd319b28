// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_DETAIL_IMPL_HMAC_IPP
#define HWC_OPENSSL_DETAIL_IMPL_HMAC_IPP

#include <hwc/openssl/detail/hmac.hpp>
#include <hwc/openssl/detail/library.hpp>

#include <hwc/error.hpp>
#include <hwc/secret.hpp>

#include <openssl/core.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::openssl::detail {

HWC_DECL result<void> hmac(const char* hash, std::string_view key, std::string_view message,
                           std::span<unsigned char> out) {
  const auto algorithm = fetch_hash(hash);
  if (!algorithm) return not_offered(hash);
  unsigned size = 0;
  if (HMAC(algorithm.get(), key.data(), static_cast<int>(key.size()), bytes(message), message.size(), out.data(),
           &size) == nullptr) {
    return library_error();
  }
  return {};
}

HWC_DECL keyed_hmac::keyed_hmac(const char* hash, const secret& key) : hash_{hash} {
  const owned<EVP_MAC_free> hmac{EVP_MAC_fetch(nullptr, "HMAC", nullptr)};
  offered_ = hmac && fetch_hash(hash);
  if (!offered_) return;
  context_.reset(EVP_MAC_CTX_new(hmac.get()));
  std::string name{hash};
  const OSSL_PARAM with[] = {OSSL_PARAM_construct_utf8_string("digest", name.data(), 0), OSSL_PARAM_construct_end()};
  good_ = context_ && EVP_MAC_init(context_.get(), bytes(key.reveal()), key.reveal().size(), with) == 1;
}

HWC_DECL result<void> keyed_hmac::operator()(std::string_view message, std::string& hex) {
  if (!offered_) return not_offered(hash_);
  std::array<unsigned char, EVP_MAX_MD_SIZE> code;
  std::size_t size = 0;
  // Without a key it begins anew with the one that it has (EVP_MAC_init(3)).
  good_ = good_ && EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1 &&
          EVP_MAC_update(context_.get(), bytes(message), message.size()) == 1 &&
          EVP_MAC_final(context_.get(), code.data(), &size, code.size()) == 1;
  if (!good_) return library_error();
  append_hex(hex, {code.data(), size});
  return {};
}

}  // namespace hwc::openssl::detail

#endif  // HWC_OPENSSL_DETAIL_IMPL_HMAC_IPP
