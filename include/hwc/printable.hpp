// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_PRINTABLE_HPP
#define HWC_PRINTABLE_HPP

#include <hwc/detail/config.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace hwc::inline v0_1 {

// A text from outside as it may be shown on a line of a log or terminal: control characters, which could end the line
// or steer the terminal (C0, DEL, C1, and the line separators U+2028 and U+2029), become '?'. It may be no UTF-8 at
// all.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/printable.ipp>
#endif

#endif  // HWC_PRINTABLE_HPP
