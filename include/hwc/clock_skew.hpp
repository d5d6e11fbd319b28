// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CLOCK_SKEW_HPP
#define HWC_CLOCK_SKEW_HPP

#include <hwc/http.hpp>
#include <hwc/http_date.hpp>
#include <hwc/signers/sdk_date.hpp>
#include <hwc/time.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hwc {

// By how much the service's clock is ahead of this machine's, as learned from its answers: requests are signed for the
// service's time, since it refuses those that are more than 15 minutes off. A client keeps one for all its calls. May
// be used from many threads at once.
class clock_skew {
 public:
  static constexpr std::chrono::minutes allowed{15};  // by the service
  static constexpr std::chrono::hours greatest{24};   // that is believed; what is beyond is no clock, or no service

  // The time that a request is to be signed for.
  [[nodiscard]] wall_time correct(wall_time now) const noexcept {
    return now + std::chrono::seconds{seconds_.load(std::memory_order_relaxed)};
  }

  // Learns from a 401 to a request that was signed with the correction `used`: `message` is the service's text, which
  // names its time ("server time:20211217T065804Z") where the clock is the reason; otherwise the Date header tells, if
  // it is off by more than is allowed. True if it was, so that signing again makes another signature, also when another
  // call learned the same meanwhile; false leaves all as it is.
  bool learn(const http_response& refusal, std::string_view message, wall_time now, wall_time::duration used) noexcept {
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

 private:
  static std::optional<wall_time> named_time(std::string_view message) noexcept {
    constexpr std::string_view mark = "server time:";
    const auto at = message.find(mark);
    if (at == std::string_view::npos) return std::nullopt;
    message.remove_prefix(at + mark.size());
    return parse_sdk_date(message.substr(0, message.find_first_of(" ,;.\"\r\n")));
  }

  std::atomic<std::int64_t> seconds_{0};
};

}  // namespace hwc

#endif  // HWC_CLOCK_SKEW_HPP
