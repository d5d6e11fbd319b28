// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_TIMESTAMP_IPP
#define HWC_IMPL_TIMESTAMP_IPP

#include <hwc/timestamp.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace hwc {

HWC_DECL std::optional<wall_time> parse_timestamp(std::string_view text) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd";
  if (text.size() < form.size() + 1) return std::nullopt;
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t i = 0; i != form.size(); ++i) {
    if (form[i] == 'd' ? !is_digit(text[i]) : text[i] != form[i]) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    for (std::size_t i = at; i != at + digits; ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  auto rest = text.substr(form.size());
  long nanoseconds = 0;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    long unit = 100'000'000;
    if (rest.empty() || !is_digit(rest.front())) return std::nullopt;
    for (; !rest.empty() && is_digit(rest.front()); rest.remove_prefix(1), unit /= 10) {
      if (unit == 0) return std::nullopt;
      nanoseconds += unit * (rest.front() - '0');
    }
  }
  if (rest != "Z") return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{number(0, 4)},
                                         std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                         std::chrono::day{static_cast<unsigned>(number(8, 2))}};
  const int hour = number(11, 2), minute = number(14, 2), second = number(17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto whole = clamp_to_wall_time(std::chrono::sys_days{date} + std::chrono::hours{hour} +
                                        std::chrono::minutes{minute} + std::chrono::seconds{second});
  if (whole == clamp_to_wall_time(std::chrono::sys_seconds::max())) return whole;
  return whole + std::chrono::duration_cast<wall_time::duration>(std::chrono::nanoseconds{nanoseconds});
}

}  // namespace hwc

#endif  // HWC_IMPL_TIMESTAMP_IPP
