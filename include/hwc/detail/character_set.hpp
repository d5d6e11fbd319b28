// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_CHARACTER_SET_HPP
#define HWC_DETAIL_CHARACTER_SET_HPP

#include <array>
#include <cstddef>
#include <string_view>

namespace hwc::inline v0_1::detail {

// For each byte whether it is in the set.
using character_set = std::array<bool, 256>;

[[nodiscard]] constexpr character_set letters_digits_and(std::string_view more) noexcept {
  character_set set{};
  for (const auto characters :
       {std::string_view{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"}, more}) {
    for (const char c : characters) set[static_cast<unsigned char>(c)] = true;
  }
  return set;
}

// How many characters at the front of the text are in the set: in steps of eight, as most texts are all of them.
[[nodiscard]] constexpr std::size_t count_leading(std::string_view text, const character_set& set) noexcept {
  const auto in_set = [&](std::size_t at) -> unsigned { return set[static_cast<unsigned char>(text[at])]; };
  std::size_t count = 0;
  while (text.size() - count >= 8 &&
         (in_set(count) & in_set(count + 1) & in_set(count + 2) & in_set(count + 3) & in_set(count + 4) &
          in_set(count + 5) & in_set(count + 6) & in_set(count + 7)) != 0) {
    count += 8;
  }
  while (count != text.size() && in_set(count) != 0) ++count;
  return count;
}

[[nodiscard]] constexpr bool has_only(std::string_view text, const character_set& set) noexcept {
  return count_leading(text, set) == text.size();
}

}  // namespace hwc::detail

#endif  // HWC_DETAIL_CHARACTER_SET_HPP
