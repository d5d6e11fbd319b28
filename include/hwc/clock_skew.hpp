// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CLOCK_SKEW_HPP
#define HWC_CLOCK_SKEW_HPP

#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>
#include <hwc/http_date.hpp>
#include <hwc/signers/sdk_date.hpp>
#include <hwc/time.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hwc::inline v0_1 {

// By how much the service's clock is ahead of this machine's, as learned from its answers: requests are signed for the
// service's time, since it refuses those that are more than 15 minutes off. A client keeps one for all its calls. May
// be used from many threads at once.
class clock_skew {
 public:
  static constexpr std::chrono::minutes allowed{15};  // by the service
  static constexpr std::chrono::hours greatest{24};   // that is believed; what is beyond is no clock, or no service

  // The time that a request is to be signed for.
  [[nodiscard]] wall_time correct(wall_time now) const noexcept;

  // Learns from a 401 to a request that was signed with the correction `used`: `message` is the service's text, which
  // names its time ("server time:20211217T065804Z") where the clock is the reason; otherwise the Date header tells, if
  // it is off by more than is allowed. True if it was, so that signing again makes another signature, also when another
  // call learned the same meanwhile; false leaves all as it is.
  bool learn(const http_response& refusal, std::string_view message, wall_time now, wall_time::duration used) noexcept;

 private:
  static std::optional<wall_time> named_time(std::string_view message) noexcept;

  std::atomic<std::int64_t> seconds_{0};
};

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/clock_skew.ipp>
#endif

#endif  // HWC_CLOCK_SKEW_HPP
