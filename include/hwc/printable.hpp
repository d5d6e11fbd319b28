// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_PRINTABLE_HPP
#define HWC_PRINTABLE_HPP

#include <cstddef>
#include <string>
#include <string_view>

namespace hwc {

// A text from outside as it may be shown on a line of a log or terminal: control characters, which could end the line
// or steer the terminal (C0, DEL, C1, and the line separators U+2028 and U+2029), become '?'. It may be no UTF-8 at
// all.
[[nodiscard]] inline std::string printable(std::string_view text) {
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

#endif  // HWC_PRINTABLE_HPP
