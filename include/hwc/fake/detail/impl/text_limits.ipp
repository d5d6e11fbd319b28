// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_DETAIL_IMPL_TEXT_LIMITS_IPP
#define HWC_FAKE_DETAIL_IMPL_TEXT_LIMITS_IPP

#include <hwc/detail/character_set.hpp>
#include <hwc/fake/detail/text_limits.hpp>
#include <hwc/timestamp.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::fake::detail {

HWC_DECL bool has_length(std::string_view text, std::size_t least, std::size_t most) {
  const auto begins_a_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  const auto size = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_a_character));
  return size >= least && size <= most;
}

HWC_DECL bool fits_in(const std::optional<std::string>& text, std::size_t most, std::size_t least) {
  return !text || has_length(*text, least, most);
}

HWC_DECL bool is_user_name(std::string_view text) {
  if (text.empty() || !has_length(text, 1, 32)) return false;
  const bool ends_well =
      text.size() == 1 || hwc::detail::has_only(text.substr(text.size() - 1), hwc::detail::letters_digits_and("-"));
  return ends_well && hwc::detail::has_only(text.substr(0, 1), hwc::detail::letters_digits_and("")) &&
         hwc::detail::has_only(text, hwc::detail::letters_digits_and("._-"));
}

HWC_DECL bool is_mailbox(std::string_view text) {
  constexpr auto plain = hwc::detail::letters_digits_and("");
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0) return false;
  const auto name = text.substr(0, at);
  auto host = text.substr(at + 1);
  if (!hwc::detail::has_only(name, hwc::detail::letters_digits_and("_.-")) ||
      !hwc::detail::has_only(name.substr(0, 1), plain) || !hwc::detail::has_only(name.substr(name.size() - 1), plain)) {
    return false;
  }
  for (auto dot = host.find('.'); dot != std::string_view::npos; dot = host.find('.')) {
    if (dot == 0 || !hwc::detail::has_only(host.substr(0, dot), hwc::detail::letters_digits_and("-_"))) return false;
    host.remove_prefix(dot + 1);
  }
  return !host.empty() && hwc::detail::has_only(host, plain);
}

HWC_DECL bool is_end_of_account(std::string_view text) { return text == "0" || parse_timestamp(text).has_value(); }

}  // namespace hwc::fake::detail

#endif  // HWC_FAKE_DETAIL_IMPL_TEXT_LIMITS_IPP
