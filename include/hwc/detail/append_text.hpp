// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_APPEND_TEXT_HPP
#define HWC_DETAIL_APPEND_TEXT_HPP

#include <string_view>

namespace hwc::inline v0_1::detail {

// Appends to anything with push_back(char), in one go where it has `append`.
template <class Out>
constexpr void append_text(Out& out, std::string_view text) {
  if constexpr (requires { out.append(text); }) {
    out.append(text);
  } else {
    for (const char c : text) out.push_back(c);
  }
}

}  // namespace hwc::detail

#endif  // HWC_DETAIL_APPEND_TEXT_HPP
