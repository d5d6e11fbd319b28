// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_DIGEST_HPP
#define HWC_OPENSSL_DIGEST_HPP

#include <hwc/openssl/detail/hash.hpp>

#include <hwc/error.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::openssl {

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
  void update(std::string_view bytes) { hash_.update(bytes); }

  // Begins another hash, with the memory of the last one.
  void restart() { hash_.restart(); }

  // Appends the hash in lower-case hexadecimal digits. To be called once for each hash.
  [[nodiscard]] result<void> finish(std::string& hex) { return hash_.finish(hex); }

 private:
  detail::hash hash_{Hash::name};
};

}  // namespace hwc::openssl

#endif  // HWC_OPENSSL_DIGEST_HPP
