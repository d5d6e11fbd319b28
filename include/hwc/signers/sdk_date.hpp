// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SIGNERS_SDK_DATE_HPP
#define HWC_SIGNERS_SDK_DATE_HPP

#include <hwc/detail/config.hpp>
#include <hwc/time.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace hwc::inline v0_1 {

// The value of X-Sdk-Date: `YYYYMMDDTHHMMSSZ`, UTC, without a terminating NUL.
using sdk_date_text = std::array<char, 16>;

// Formats a time between the years 0 and 9999, to the second (rounded down).
[[nodiscard]] sdk_date_text format_sdk_date(wall_time time);

// Reads what `format_sdk_date` writes; nothing for any other text or a date that does not exist.
[[nodiscard]] std::optional<wall_time> parse_sdk_date(std::string_view text);

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/signers/impl/sdk_date.ipp>
#endif

#endif  // HWC_SIGNERS_SDK_DATE_HPP
