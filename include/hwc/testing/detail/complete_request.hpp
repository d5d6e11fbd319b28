// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_DETAIL_COMPLETE_REQUEST_HPP
#define HWC_TESTING_DETAIL_COMPLETE_REQUEST_HPP

#include <hwc/http.hpp>

#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::testing::detail {

// Size of the first complete request in bytes of HTTP/1.1: its head, and as much body as Content-Length says; or 0.
[[nodiscard]] inline std::size_t complete_request(std::string_view in) {
  const auto head = in.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  std::size_t length = 0;
  for (auto at = in.find("\r\n"); at != head; at = in.find("\r\n", at + 2)) {
    const auto field = in.substr(at + 2, in.find("\r\n", at + 2) - at - 2);
    const auto colon = field.find(':');
    if (colon == std::string_view::npos || !same_header_name(field.substr(0, colon), "Content-Length")) continue;
    length = std::strtoul(std::string{field.substr(colon + 1)}.c_str(), nullptr, 10);
  }
  return in.size() >= head + 4 + length ? head + 4 + length : 0;
}

}  // namespace hwc::testing::detail

#endif  // HWC_TESTING_DETAIL_COMPLETE_REQUEST_HPP
