// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_HTTP_DATE_IPP
#define HWC_IMPL_HTTP_DATE_IPP

#include <hwc/http_date.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace hwc::inline v0_1 {

HWC_DECL std::optional<wall_time> parse_http_date(std::string_view text) {
  constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
  // Cuts the text into its words and numbers: day name, then day, month, year, time in one of two orders.
  std::string_view words[7];
  std::size_t count = 0;
  while (!text.empty()) {
    const auto size = text.find_first_of(" ,-:");
    if (size != 0) {
      if (count == 7) {
        if (text == "GMT") break;
        return std::nullopt;
      }
      words[count++] = text.substr(0, size);
    }
    text.remove_prefix(size == std::string_view::npos ? text.size() : size + 1);
  }
  if (count != 7) return std::nullopt;
  const bool month_first = words[1].find_first_not_of("0123456789") != std::string_view::npos;  // the form of asctime
  const auto number = [](std::string_view digits) {
    if (digits.empty() || digits.size() > 4) return -1;
    int value = 0;
    for (const char c : digits) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  const auto month_name = words[month_first ? 1 : 2];
  const auto month_at = month_name.size() == 3 ? months.find(month_name) : std::string_view::npos;
  const int day = number(words[month_first ? 2 : 1]);
  const auto time = month_first ? 3U : 4U;
  const int hour = number(words[time]), minute = number(words[time + 1]), second = number(words[time + 2]);
  const auto year_text = words[month_first ? 6 : 3];
  int year = number(year_text);
  if (year_text.size() == 2 && year >= 0) year += year < 70 ? 2000 : 1900;
  if (month_at % 3 != 0 || day < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month_at / 3 + 1)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (year < 0 || !date.ok()) return std::nullopt;
  return clamp_to_wall_time(std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
                            std::chrono::seconds{second});
}

}  // namespace hwc

#endif  // HWC_IMPL_HTTP_DATE_IPP
