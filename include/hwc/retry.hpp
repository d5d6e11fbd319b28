// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_RETRY_HPP
#define HWC_RETRY_HPP

#include <hwc/detail/config.hpp>
#include <hwc/error.hpp>
#include <hwc/http_date.hpp>
#include <hwc/time.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hwc::inline v0_1 {

// When a failed attempt may be repeated.
enum class repetition : unsigned char {
  never,             // it would fail again
  fresh_connection,  // refused because of the connection it came on: once more, at once, on another one
  after_pause,       // refused for now: after a pause
  if_allowed,        // it may have been processed: only if a repetition does no harm or the caller allows it
  if_harmless,       // it most likely was: only if a repetition does no harm, whatever the caller allows
};

// What an answer that is no success proves, and what may follow.
struct status_rule {
  error_kind kind;
  delivery sent;  // answered: the service refused and did nothing; unknown: it may have done it
  repetition again;
};

// The rule for a status outside 200 to 299.
[[nodiscard]] constexpr status_rule rule_for_status(int status) noexcept {
  switch (status) {
    case 400:
      return {error_kind::bad_request, delivery::answered, repetition::never};
    case 401:
      return {error_kind::unauthorized, delivery::answered, repetition::never};
    case 403:
      return {error_kind::forbidden, delivery::answered, repetition::never};
    case 404:
      return {error_kind::not_found, delivery::answered, repetition::never};
    case 405:
      return {error_kind::method_not_allowed, delivery::answered, repetition::never};
    // The server gave up waiting for a request that, as far as we know, it has.
    case 408:
      return {error_kind::unexpected_status, delivery::unknown, repetition::if_allowed};
    case 421:  // RFC 9110 section 15.5.20: this connection does not serve that origin
    case 425:  // RFC 8470 section 5.2: not over early data
      return {error_kind::unexpected_status, delivery::answered, repetition::fresh_connection};
    case 429:
      return {error_kind::throttled, delivery::answered, repetition::after_pause};
    case 500:
      return {error_kind::internal_server_error, delivery::unknown, repetition::if_allowed};
    case 503:
      return {error_kind::service_unavailable, delivery::unknown, repetition::if_allowed};
    case 504:  // the gateway passed it on, and the service did not answer in time
      return {error_kind::unexpected_status, delivery::unknown, repetition::if_harmless};
    default:
      break;
  }
  if (status >= 300 && status <= 499) return {error_kind::unexpected_status, delivery::answered, repetition::never};
  if (status >= 500 && status <= 599) return {error_kind::unexpected_status, delivery::unknown, repetition::if_allowed};
  return {error_kind::malformed_response, delivery::unknown, repetition::if_allowed};  // no status of HTTP
}

// Answers of the gateway that, as their descriptions read, it gives before it forwards anything. That is no promise of
// the vendor, so only who says `trust_gateway_codes` has them count as refusals.
struct gateway_code {
  int status;
  std::string_view number;  // the code after "APIG.", "APIGW." or "APIC."
  repetition again;
};
inline constexpr gateway_code gateway_codes[] = {
    {500, "0605", repetition::never},        // the backend's name cannot be looked up
    {500, "0606", repetition::after_pause},  // the API's settings are not loaded
    {500, "0608", repetition::after_pause},  // no token for the gateway itself
    {500, "0609", repetition::never},        // no backend in the VPC
    {500, "0611", repetition::never},        // no backend port
    {500, "0612", repetition::never},        // the API calls itself
    {500, "0705", repetition::never},        // no signature for the backend
    {502, "0610", repetition::after_pause},  // no backend can be reached
    {503, "0613", repetition::after_pause},  // IAM is not available to the gateway
};

// The rule for an answer that is no success: by its status, and by status and code where gateway codes are trusted.
[[nodiscard]] constexpr status_rule rule_for_answer(int status, std::string_view code,
                                                    bool trust_gateway_codes) noexcept {
  auto rule = rule_for_status(status);
  if (!trust_gateway_codes) return rule;
  const auto dot = code.find('.');
  const auto from = code.substr(0, dot);
  if (dot == std::string_view::npos || (from != "APIG" && from != "APIGW" && from != "APIC")) return rule;
  for (const auto& known : gateway_codes) {
    if (known.status != status || known.number != code.substr(dot + 1)) continue;
    rule.sent = delivery::answered;
    rule.again = known.again;
  }
  return rule;
}

// Whether an answer refuses the credentials of the request, so that others may help: not where it refuses what they may
// do, which the gateway says with a 401, too.
[[nodiscard]] constexpr bool refuses_credentials(int status, std::string_view code) noexcept {
  if (status == 400) return code == "IAM.1108";  // temporary keys have expired
  return status == 401 && !code.starts_with("EPS.") && code != "IAM.0064";
}

// Lengths of the pauses between attempts.
struct backoff {
  std::chrono::milliseconds first{250};                         // longest pause after the first attempt; then doubled
  std::chrono::milliseconds longest{std::chrono::seconds{10}};  // but not above this
  std::chrono::milliseconds retry_after{std::chrono::seconds{60}};  // longest pause that a service may ask for
};

// The pause after `attempts` attempts: anything from 0 to the doubled limit ("full jitter"), so that clients which
// failed together do not come back together. `random` has 64 random bits.
[[nodiscard]] constexpr std::chrono::milliseconds jittered_pause(const backoff& limits, int attempts,
                                                                 std::uint64_t random) noexcept {
  auto most = limits.first;
  for (int i = 1; i < attempts && most < limits.longest; ++i) most *= 2;
  most = std::min(most, limits.longest);
  const auto choices = static_cast<std::uint64_t>(std::max<std::int64_t>(most.count(), 0)) + 1;
  return std::chrono::milliseconds{static_cast<std::int64_t>(random % choices)};
}

// The pause that a Retry-After header asks for: seconds or a date (RFC 9110 section 10.2.3), between 0 and `most`.
// Nothing for any other text.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text, wall_time now,
                                                                         std::chrono::milliseconds most);

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/retry.ipp>
#endif

#endif  // HWC_RETRY_HPP
