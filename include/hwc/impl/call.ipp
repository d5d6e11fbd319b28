// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_CALL_IPP
#define HWC_IMPL_CALL_IPP

#include <hwc/call.hpp>

#include <string>

namespace hwc::inline v0_1 {
namespace detail {

HWC_DECL result<void> check_headers(const http_headers& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_header_name(name))
      return error{.kind = error_kind::invalid_argument, .message = "a header has an unusable name"};
    if (!is_header_value(value)) {
      return error{.kind = error_kind::invalid_argument,
                   .message = "the value of the header '" + std::string{name} +
                              "' holds a line end or NUL; remove it (a token read from a file often ends in one)"};
    }
  }
  return {};
}

}  // namespace detail
}  // namespace hwc

#endif  // HWC_IMPL_CALL_IPP
