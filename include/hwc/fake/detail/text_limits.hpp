// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_DETAIL_TEXT_LIMITS_HPP
#define HWC_FAKE_DETAIL_TEXT_LIMITS_HPP

#include <hwc/detail/config.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::fake::detail {

// Whether the text has so many characters, as the service's documents count them; the text is UTF-8.
[[nodiscard]] bool has_length(std::string_view text, std::size_t least, std::size_t most);

// The same of a parameter that may be left out.
[[nodiscard]] bool fits_in(const std::optional<std::string>& text, std::size_t most, std::size_t least = 0);

// What the documents say of a user's name, of a mailbox, and of the time when an account ends.
[[nodiscard]] bool is_user_name(std::string_view text);
[[nodiscard]] bool is_mailbox(std::string_view text);
[[nodiscard]] bool is_end_of_account(std::string_view text);

}  // namespace hwc::fake::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/detail/impl/text_limits.ipp>
#endif

#endif  // HWC_FAKE_DETAIL_TEXT_LIMITS_HPP
