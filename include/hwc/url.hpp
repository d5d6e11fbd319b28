// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_URL_HPP
#define HWC_URL_HPP

#include <hwc/detail/append_text.hpp>
#include <hwc/detail/character_set.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>

#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace hwc::inline v0_1 {

namespace detail {

inline constexpr auto unreserved = letters_digits_and("-._~");

}  // namespace detail

// Whether a byte stands for itself in every part of a URL: the unreserved characters of RFC 3986 section 2.3.
[[nodiscard]] constexpr bool is_unreserved(char c) noexcept {
  return detail::unreserved[static_cast<unsigned char>(c)];
}

// Appends one byte, as `%XX` with upper-case digits unless it is unreserved. `out` is anything with push_back(char)
// and, for texts, better append(std::string_view) too.
template <class Out>
constexpr void append_percent_encoded(Out& out, char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  if (is_unreserved(byte)) {
    out.push_back(byte);
    return;
  }
  const auto value = static_cast<unsigned char>(byte);
  out.push_back('%');
  out.push_back(digits[value >> 4U]);
  out.push_back(digits[value & 0xFU]);
}

// Appends the text as one path segment, query name or query value (RFC 3986 section 2.1): '/' is encoded too.
template <class Out>
constexpr void append_percent_encoded(Out& out, std::string_view text) {
  while (!text.empty()) {
    const auto plain = detail::count_leading(text, detail::unreserved);
    detail::append_text(out, text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    append_percent_encoded(out, text.front());
    text.remove_prefix(1);
  }
}

// Reads one byte at the front of `text`, decoding a `%XX`, and drops what it read. A '%' without two hexadecimal digits
// stands for itself. Precondition: the text is not empty.
[[nodiscard]] constexpr char take_percent_decoded(std::string_view& text) noexcept {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  if (text.size() >= 3 && text[0] == '%' && digit(text[1]) >= 0 && digit(text[2]) >= 0) {
    const auto byte = static_cast<unsigned char>(digit(text[1]) * 16 + digit(text[2]));
    text.remove_prefix(3);
    return static_cast<char>(byte);
  }
  const char c = text.front();
  text.remove_prefix(1);
  return c;
}

namespace detail {

// The four parts of an IPv4 address as text. A part that begins with 0 is octal to some resolvers, and another address
// then, so such a text is none.
[[nodiscard]] std::optional<std::array<unsigned, 4>> read_ipv4(std::string_view host) noexcept;

}  // namespace detail

// Whether a host name or address means this machine: `localhost`, 127.0.0.0/8 or ::1 (RFC 6761, RFC 6890). It goes by
// the text and resolves nothing.
[[nodiscard]] bool is_loopback(std::string_view host) noexcept;

// Whether an address is reached on this machine's own network segment only: 169.254.0.0/16 (RFC 3927), where a cloud
// server's metadata service is.
[[nodiscard]] bool is_link_local(std::string_view host) noexcept;

// Reads a service's address: `https://host`, `http://host:port`, `https://[::1]:8443`; without a scheme, https is
// meant. A lone '/' may follow. The host is taken in lower case.
//
// Errors: `invalid_argument` for another scheme, user information, a path, query or fragment, an empty host, a
// character that no host has, or a port outside 1 to 65535.
[[nodiscard]] result<http_origin> parse_url(std::string_view url);

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/url.ipp>
#endif

#endif  // HWC_URL_HPP
