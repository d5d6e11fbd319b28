// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_URL_IPP
#define HWC_IMPL_URL_IPP

#include <hwc/url.hpp>

#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace hwc::inline v0_1 {
namespace detail {

HWC_DECL std::optional<std::array<unsigned, 4>> read_ipv4(std::string_view host) noexcept {
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

HWC_DECL bool is_loopback(std::string_view host) noexcept {
  if (host == "localhost" || host == "::1") return true;
  const auto address = detail::read_ipv4(host);
  return address && (*address)[0] == 127;
}

HWC_DECL bool is_link_local(std::string_view host) noexcept {
  const auto address = detail::read_ipv4(host);
  return address && (*address)[0] == 169 && (*address)[1] == 254;
}

HWC_DECL result<http_origin> parse_url(std::string_view url) {
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

#endif  // HWC_IMPL_URL_IPP
