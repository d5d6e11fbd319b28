// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_DETAIL_HASH_HPP
#define HWC_OPENSSL_DETAIL_HASH_HPP

#include <hwc/openssl/detail/handle.hpp>

#include <hwc/detail/config.hpp>
#include <hwc/error.hpp>

#include <string>
#include <string_view>

namespace hwc::inline v0_1::openssl::detail {

// A hash by one of the algorithms of OpenSSL's providers; see `digest`, which names it.
class hash {
 public:
  explicit hash(const char* name);

  void update(std::string_view bytes);

  // Begins another hash, with the memory of the last one.
  void restart();

  // Appends the hash in lower-case hexadecimal digits.
  [[nodiscard]] result<void> finish(std::string& hex);

 private:
  const char* name_;
  hash_context context_;
  bool offered_ = false;
  bool good_ = false;
};

}  // namespace hwc::openssl::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/openssl/detail/impl/hash.ipp>
#endif

#endif  // HWC_OPENSSL_DETAIL_HASH_HPP
