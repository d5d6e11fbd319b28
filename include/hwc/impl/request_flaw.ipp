// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_REQUEST_FLAW_IPP
#define HWC_IMPL_REQUEST_FLAW_IPP

#include <hwc/request_flaw.hpp>

#include <charconv>
#include <cstddef>
#include <string_view>
#include <system_error>

namespace hwc::inline v0_1 {

HWC_DECL std::string_view request_flaw(const http_request& request) {
  if (request.origin.host.empty() || request.origin.port == 0) return "the origin has no host or no port";
  // An allow-list, because the host becomes part of a URL: no '/', '@', '?' or '#' may move its borders.
  constexpr auto host_characters = detail::letters_digits_and("-._:");
  if (!detail::has_only(request.origin.host, host_characters)) {
    return "the origin's host is neither a name nor an address";
  }
  if (request.target.empty() || request.target.front() != '/') return "the target does not begin with '/'";
  for (const char c : request.target) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == '\x7f') return "the target holds a space or control character";
  }
  for (const auto& [name, value] : request.headers) {
    if (!is_header_name(name)) return "a header name is not a token of RFC 9110";
    if (!is_header_value(value)) return "a header value holds CR, LF or NUL";
    // These say where the body begins and ends, which is the transport's to decide.
    if (same_header_name(name, "Transfer-Encoding")) return "Transfer-Encoding is not the request's to set";
    if (same_header_name(name, "Expect")) return "Expect is not the request's to set";
    if (same_header_name(name, "Content-Length")) {
      std::size_t length = 0;
      const auto* end = value.data() + value.size();
      const auto parsed = std::from_chars(value.data(), end, length);
      if (parsed.ec != std::errc{} || parsed.ptr != end || length != request.body.size()) {
        return "Content-Length is not the size of the body";
      }
    }
  }
  return {};
}

}  // namespace hwc

#endif  // HWC_IMPL_REQUEST_FLAW_IPP
