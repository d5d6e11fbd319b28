// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_CLOCK_SKEW_IPP
#define HWC_IMPL_CLOCK_SKEW_IPP

#include <hwc/clock_skew.hpp>

#include <atomic>
#include <chrono>
#include <optional>
#include <string_view>

namespace hwc::inline v0_1 {

HWC_DECL wall_time clock_skew::correct(wall_time now) const noexcept {
  return now + std::chrono::seconds{seconds_.load(std::memory_order_relaxed)};
}

HWC_DECL bool clock_skew::learn(const http_response& refusal, std::string_view message, wall_time now,
                                wall_time::duration used) noexcept {
  const auto theirs = named_time(message);
  const auto server = theirs ? theirs : parse_http_date(refusal.headers.find("Date").value_or(""));
  // Compared before it is subtracted, which far dates would overflow.
  if (!server || *server < now - greatest || *server > now + greatest) return false;
  const auto offset = std::chrono::round<std::chrono::seconds>(*server - now);
  const auto error = std::chrono::abs(*server - (now + used));
  if (error < (theirs ? wall_time::duration{std::chrono::minutes{1}} : wall_time::duration{allowed})) return false;
  seconds_.store(offset.count(), std::memory_order_relaxed);
  return true;
}

HWC_DECL std::optional<wall_time> clock_skew::named_time(std::string_view message) noexcept {
  constexpr std::string_view mark = "server time:";
  const auto at = message.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  message.remove_prefix(at + mark.size());
  return parse_sdk_date(message.substr(0, message.find_first_of(" ,;.\"\r\n")));
}

}  // namespace hwc

#endif  // HWC_IMPL_CLOCK_SKEW_IPP
