// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SIGNERS_IMPL_SDK_DATE_IPP
#define HWC_SIGNERS_IMPL_SDK_DATE_IPP

#include <hwc/signers/sdk_date.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace hwc::inline v0_1 {

HWC_DECL sdk_date_text format_sdk_date(wall_time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const auto seconds = static_cast<unsigned>(std::chrono::floor<std::chrono::seconds>(time - day).count());
  sdk_date_text text{};
  std::size_t at = 0;
  const auto put = [&](unsigned two_digits) {
    text[at++] = static_cast<char>('0' + two_digits / 10);
    text[at++] = static_cast<char>('0' + two_digits % 10);
  };
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  put(year / 100);
  put(year % 100);
  put(static_cast<unsigned>(date.month()));
  put(static_cast<unsigned>(date.day()));
  text[at++] = 'T';
  put(seconds / 3600);
  put(seconds / 60 % 60);
  put(seconds % 60);
  text[at] = 'Z';
  return text;
}

HWC_DECL std::optional<wall_time> parse_sdk_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  bool digits = true;
  const auto number = [&](std::size_t at, std::size_t count) {
    unsigned value = 0;
    for (const char c : text.substr(at, count)) {
      digits = digits && c >= '0' && c <= '9';
      value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value;
  };
  const unsigned year = number(0, 4), month = number(4, 2), day = number(6, 2);
  const unsigned hour = number(9, 2), minute = number(11, 2), second = number(13, 2);
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!digits || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return clamp_to_wall_time(std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
                            std::chrono::seconds{second});
}

}  // namespace hwc

#endif  // HWC_SIGNERS_IMPL_SDK_DATE_IPP
