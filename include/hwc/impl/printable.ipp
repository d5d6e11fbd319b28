// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_PRINTABLE_IPP
#define HWC_IMPL_PRINTABLE_IPP

#include <hwc/printable.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace hwc::inline v0_1 {

HWC_DECL std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  for (std::size_t i = 0; i != text.size(); ++i) {
    const auto rest = text.substr(i);
    const auto c = static_cast<unsigned char>(text[i]);
    const bool c1 = c == 0xC2 && rest.size() > 1 && static_cast<unsigned char>(rest[1]) >= 0x80 &&
                    static_cast<unsigned char>(rest[1]) < 0xA0;
    const bool separator = rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9");
    if (c1) i += 1;
    if (separator) i += 2;
    shown += c < 0x20 || c == 0x7F || c1 || separator ? '?' : text[i];
  }
  return shown;
}

}  // namespace hwc

#endif  // HWC_IMPL_PRINTABLE_IPP
