// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_RETRY_IPP
#define HWC_IMPL_RETRY_IPP

#include <hwc/retry.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace hwc::inline v0_1 {

HWC_DECL std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text, wall_time now,
                                                                    std::chrono::milliseconds most) {
  using std::chrono::milliseconds;
  if (!text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos) {
    std::int64_t seconds = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (failure != std::errc{} || seconds > most.count() / 1000) return most;
    return milliseconds{seconds * 1000};
  }
  const auto date = parse_http_date(text);
  if (!date) return std::nullopt;
  if (*date <= now) return milliseconds{0};
  // Compared before it is subtracted, which far dates would overflow.
  if (*date > now + most) return most;
  return std::chrono::ceil<milliseconds>(*date - now);
}

}  // namespace hwc

#endif  // HWC_IMPL_RETRY_IPP
