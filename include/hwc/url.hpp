// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_URL_HPP
#define HWC_URL_HPP

#include <hwc/detail/append_text.hpp>
#include <hwc/detail/character_set.hpp>
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

namespace hwc {

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
[[nodiscard]] inline std::optional<std::array<unsigned, 4>> read_ipv4(std::string_view host) noexcept {
  std::array<unsigned, 4> parts{};
  for (std::size_t i = 0; i != parts.size(); ++i) {
    if (i != 0) {
      if (!host.starts_with('.')) return std::nullopt;
      host.remove_prefix(1);
    }
    const auto [end, failure] = std::from_chars(host.data(), host.data() + host.size(), parts[i]);
    if (failure != std::errc{} || parts[i] > 255) return std::nullopt;
    if (host.front() == '0' && end != host.data() + 1) return std::nullopt;
    host.remove_prefix(static_cast<std::size_t>(end - host.data()));
  }
  if (!host.empty()) return std::nullopt;
  return parts;
}

}  // namespace detail

// Whether a host name or address means this machine: `localhost`, 127.0.0.0/8 or ::1 (RFC 6761, RFC 6890). It goes by
// the text and resolves nothing.
[[nodiscard]] inline bool is_loopback(std::string_view host) noexcept {
  if (host == "localhost" || host == "::1") return true;
  const auto address = detail::read_ipv4(host);
  return address && (*address)[0] == 127;
}

// Whether an address is reached on this machine's own network segment only: 169.254.0.0/16 (RFC 3927), where a cloud
// server's metadata service is.
[[nodiscard]] inline bool is_link_local(std::string_view host) noexcept {
  const auto address = detail::read_ipv4(host);
  return address && (*address)[0] == 169 && (*address)[1] == 254;
}

// Reads a service's address: `https://host`, `http://host:port`, `https://[::1]:8443`; without a scheme, https is
// meant. A lone '/' may follow. The host is taken in lower case.
//
// Errors: `invalid_argument` for another scheme, user information, a path, query or fragment, an empty host, a
// character that no host has, or a port outside 1 to 65535.
[[nodiscard]] inline result<http_origin> parse_url(std::string_view url) {
  const auto refuse = [&](std::string_view why) {
    // The part before an '@' may be a password, so it is not repeated.
    const auto shown = url.find('@') == std::string_view::npos ? url : url.substr(url.rfind('@') + 1);
    return error{.kind = error_kind::invalid_argument,
                 .message = "the URL '" + std::string{shown} + "' cannot be used: " + std::string{why}};
  };
  http_origin origin;
  auto rest = url;
  if (const auto at = rest.find("://"); at != std::string_view::npos) {
    const auto scheme = rest.substr(0, at);
    if (!same_header_name(scheme, "https") && !same_header_name(scheme, "http")) {
      return refuse("the scheme must be https (or http)");
    }
    origin.tls = same_header_name(scheme, "https");
    rest.remove_prefix(at + 3);
  }
  origin.port = origin.tls ? 443 : 80;
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (rest.find('@') != std::string_view::npos) return refuse("it must not hold a user name or password");
  if (rest.find_first_of("/?#") != std::string_view::npos) return refuse("it must end after host and port");

  const bool bracketed = rest.starts_with('[');
  const auto host_end = bracketed ? rest.find(']') : rest.find(':');
  if (bracketed && host_end == std::string_view::npos) return refuse("']' is missing after the IPv6 address");
  const auto host = bracketed ? rest.substr(1, host_end - 1) : rest.substr(0, host_end);
  rest.remove_prefix(host_end == std::string_view::npos ? rest.size() : host_end + (bracketed ? 1 : 0));
  if (host.empty()) return refuse("the host is missing");
  if (host.front() == '-') return refuse("no host begins with '-'");  // RFC 1123, section 2.1
  for (const char c : host) {
    const char lower = to_lower(c);
    const bool address_part = bracketed && (lower == ':' || lower == '.');
    const bool name_part = !bracketed && is_unreserved(lower) && lower != '~';
    const bool hex_digit = (lower >= '0' && lower <= '9') || (lower >= 'a' && lower <= 'f');
    if (!address_part && !name_part && !(bracketed && hex_digit)) return refuse("the host has a character of no host");
    origin.host += lower;
  }
  if (bracketed && host.find(':') == std::string_view::npos) return refuse("brackets are for IPv6 addresses");
  if (!rest.empty()) {
    if (rest.front() != ':') return refuse("only a port may follow the host");
    rest.remove_prefix(1);
    const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), origin.port);
    if (failure != std::errc{} || end != rest.data() + rest.size() || origin.port == 0) {
      return refuse("the port must be a number from 1 to 65535");
    }
  }
  return origin;
}

}  // namespace hwc

#endif  // HWC_URL_HPP
