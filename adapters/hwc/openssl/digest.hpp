// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_DIGEST_HPP
#define HWC_OPENSSL_DIGEST_HPP

#include <hwc/openssl/detail/library.hpp>

#include <hwc/error.hpp>

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace hwc::openssl {

// The hashes that the algorithms are made of, by the names that OpenSSL's providers give them.
struct sha256 {
  static constexpr const char* name = "SHA256";
  static constexpr std::size_t size = 32;   // of the hash, in bytes
  static constexpr std::size_t block = 64;  // that it works on, in bytes
};
struct sm3 {
  static constexpr const char* name = "SM3";
  static constexpr std::size_t size = 32;
  static constexpr std::size_t block = 64;
};

// A hash over everything given to `update`. A failure of OpenSSL, and a hash that it does not offer, are reported by
// `finish` as `error_kind::credentials`.
template <class Hash>
class digest {
 public:
  digest() : context_{EVP_MD_CTX_new()} {
    const auto algorithm = detail::fetch_hash(Hash::name);
    offered_ = algorithm != nullptr;
    good_ = context_ && offered_ && EVP_DigestInit_ex2(context_.get(), algorithm.get(), nullptr) == 1;
  }

  void update(std::string_view bytes) {
    good_ = good_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
  }

  // Begins another hash, with the memory of the last one.
  void restart() { good_ = context_ && offered_ && EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) == 1; }

  // Appends the hash in lower-case hexadecimal digits. To be called once for each hash.
  [[nodiscard]] result<void> finish(std::string& hex) {
    std::array<unsigned char, Hash::size> hash;
    unsigned size = 0;
    if (!offered_) return detail::not_offered(Hash::name);
    if (!good_ || EVP_DigestFinal_ex(context_.get(), hash.data(), &size) != 1) return detail::library_error();
    detail::append_hex(hex, hash);
    return {};
  }

 private:
  detail::owned<EVP_MD_CTX_free> context_;
  bool offered_ = false;
  bool good_ = false;
};

}  // namespace hwc::openssl

#endif  // HWC_OPENSSL_DIGEST_HPP
