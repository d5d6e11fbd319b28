// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_DETAIL_LIBRARY_HPP
#define HWC_OPENSSL_DETAIL_LIBRARY_HPP

#include <hwc/error.hpp>

#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::openssl::detail {

// An object of OpenSSL, freed by the function given.
template <class Free>
struct freed_object;
template <class Object>
struct freed_object<void (*)(Object*)> {
  using type = Object;
};
template <auto Free>
struct free_with {
  template <class Object>
  void operator()(Object* object) const noexcept {
    Free(object);
  }
};
template <auto Free>
using owned = std::unique_ptr<typename freed_object<decltype(Free)>::type, free_with<Free>>;

inline const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

// Two digits for each byte.
inline constexpr auto hex_digits = [] {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> pairs{};
  for (std::size_t i = 0; i != pairs.size(); ++i) pairs[i] = {digits[i >> 4U], digits[i & 0xFU]};
  return pairs;
}();

inline void append_hex(std::string& out, std::span<const unsigned char> bytes) {
  const auto before = out.size();
  out.resize(before + 2 * bytes.size());
  auto* to = out.data() + before;
  for (const auto byte : bytes) {
    std::memcpy(to, hex_digits[byte].data(), 2);
    to += 2;
  }
}

// The oldest error in OpenSSL's queue of this thread, which is then emptied.
inline error library_error() {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return {.kind = error_kind::credentials, .message = std::string{"OpenSSL could not sign: "} + text.data()};
}

// An OpenSSL may be built, or configured, without some of its algorithms.
inline error not_offered(std::string_view what) {
  ERR_clear_error();
  return {.kind = error_kind::credentials,
          .message = "this OpenSSL does not offer " + std::string{what} +
                     ": sign with another algorithm, or use an OpenSSL that was built with it"};
}

// Null where no provider offers it.
inline owned<EVP_MD_free> fetch_hash(const char* name) {
  return owned<EVP_MD_free>{EVP_MD_fetch(nullptr, name, nullptr)};
}

}  // namespace hwc::openssl::detail

#endif  // HWC_OPENSSL_DETAIL_LIBRARY_HPP
