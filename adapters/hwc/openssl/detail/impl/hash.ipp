// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_DETAIL_IMPL_HASH_IPP
#define HWC_OPENSSL_DETAIL_IMPL_HASH_IPP

#include <hwc/openssl/detail/hash.hpp>
#include <hwc/openssl/detail/library.hpp>

#include <hwc/error.hpp>

#include <openssl/evp.h>

#include <array>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::openssl::detail {

HWC_DECL hash::hash(const char* name) : name_{name}, context_{EVP_MD_CTX_new()} {
  const auto algorithm = fetch_hash(name);
  offered_ = algorithm != nullptr;
  good_ = context_ && offered_ && EVP_DigestInit_ex2(context_.get(), algorithm.get(), nullptr) == 1;
}

HWC_DECL void hash::update(std::string_view bytes) {
  good_ = good_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
}

HWC_DECL void hash::restart() {
  good_ = context_ && offered_ && EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1;
}

HWC_DECL result<void> hash::finish(std::string& hex) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> value;
  unsigned size = 0;
  if (!offered_) return not_offered(name_);
  if (!good_ || EVP_DigestFinal_ex(context_.get(), value.data(), &size) != 1) return library_error();
  append_hex(hex, {value.data(), size});
  return {};
}

}  // namespace hwc::openssl::detail

#endif  // HWC_OPENSSL_DETAIL_IMPL_HASH_IPP
