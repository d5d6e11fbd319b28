// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_DIGEST_HPP
#define HWC_OPENSSL_DIGEST_HPP

#include <hwc/error.hpp>

#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace hwc::openssl {
namespace detail {

inline const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

inline void append_hex(std::string& out, std::span<const unsigned char> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const auto byte : bytes) {
    out += digits[byte >> 4U];
    out += digits[byte & 0xFU];
  }
}

// The oldest error in OpenSSL's queue of this thread, which is then emptied.
inline error library_error() {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return {.kind = error_kind::credentials, .message = std::string{"OpenSSL could not sign: "} + text.data()};
}

}  // namespace detail

// A hash over everything given to `update`, by one of OpenSSL's algorithms. A failure of OpenSSL is reported by
// `finish`.
template <auto Algorithm>
class digest {
 public:
  digest() : context_{EVP_MD_CTX_new()} {
    good_ = context_ && EVP_DigestInit_ex(context_.get(), Algorithm(), nullptr) == 1;
  }

  void update(std::string_view bytes) {
    good_ = good_ && EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1;
  }

  // Appends the hash in lower-case hexadecimal digits. To be called once.
  [[nodiscard]] result<void> finish(std::string& hex) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
    unsigned size = 0;
    if (!good_ || EVP_DigestFinal_ex(context_.get(), hash.data(), &size) != 1) return detail::library_error();
    detail::append_hex(hex, {hash.data(), size});
    return {};
  }

 private:
  struct free_context {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, free_context> context_;
  bool good_ = false;
};

}  // namespace hwc::openssl

#endif  // HWC_OPENSSL_DIGEST_HPP
