// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_TIMESTAMP_IPP
#define HWC_IMPL_TIMESTAMP_IPP

#include <hwc/timestamp.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hwc::inline v0_1 {

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

HWC_DECL timestamp::timestamp(wall_time when) {
  constexpr std::chrono::sys_seconds first = std::chrono::sys_days{std::chrono::year{0} / 1 / 1};
  constexpr auto last = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1} - std::chrono::seconds{1};
  const auto second = std::clamp<std::chrono::sys_seconds>(std::chrono::floor<std::chrono::seconds>(when), first, last);
  const auto day = std::chrono::floor<std::chrono::days>(second);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{second - day};
  const auto append = [&](std::int64_t number, std::size_t digits, std::string_view after) {
    const auto text = std::to_string(number);
    text_.append(digits - std::min(digits, text.size()), '0').append(text).append(after);
  };
  append(static_cast<int>(date.year()), 4, "-");
  append(static_cast<unsigned>(date.month()), 2, "-");
  append(static_cast<unsigned>(date.day()), 2, "T");
  append(time.hours().count(), 2, ":");
  append(time.minutes().count(), 2, ":");
  append(time.seconds().count(), 2, "Z");
}

HWC_DECL std::optional<wall_time> timestamp::when() const {
  if (is_never()) return std::nullopt;
  if (!text_.empty() && text_.size() <= 18 && text_.find_first_not_of("0123456789") == std::string::npos) {
    std::int64_t milliseconds = 0;
    for (const char c : text_) milliseconds = milliseconds * 10 + (c - '0');
    const auto whole = clamp_to_wall_time(std::chrono::sys_seconds{std::chrono::seconds{milliseconds / 1000}});
    if (whole == clamp_to_wall_time(std::chrono::sys_seconds::max())) return whole;
    return whole + std::chrono::milliseconds{milliseconds % 1000};
  }
  constexpr std::size_t between = 10;  // date and time
  auto text = text_;
  if (text.size() > between && text[between] == ' ') text[between] = 'T';
  if (!text.ends_with('Z')) text += 'Z';
  return parse_timestamp(text);
}

}  // namespace hwc

#endif  // HWC_IMPL_TIMESTAMP_IPP
