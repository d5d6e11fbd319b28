// SPDX-License-Identifier: BSL-1.0
// The times that a service names, in each of their forms.
#include <hwc/http_date.hpp>

#include <hwc/clock_skew.hpp>
#include <hwc/http.hpp>
#include <hwc/retry.hpp>
#include <hwc/signers/sdk_date.hpp>
#include <hwc/time.hpp>
#include <hwc/timestamp.hpp>

#include "fuzz/target.hpp"

#include <chrono>
#include <string_view>

namespace {

void run(std::string_view input) {
  using namespace std::chrono_literals;
  const hwc::wall_time now = std::chrono::sys_days{std::chrono::year{2025} / 3 / 14};
  for (const auto most : {std::chrono::milliseconds{0}, std::chrono::milliseconds{60s}}) {
    const auto pause = hwc::parse_retry_after(input, now, most);
    fuzz::require(!pause || (pause->count() >= 0 && *pause <= most),
                  "a pause is neither negative nor beyond its limit");
  }
  static_cast<void>(hwc::parse_http_date(input));
  const hwc::timestamp as_written{input};
  const auto when = hwc::parse_timestamp(input);
  fuzz::require(!when || as_written.when() == when, "a time of one form is that of all forms");
  if (const auto time = as_written.when()) {
    const auto second = std::chrono::floor<std::chrono::seconds>(*time);
    fuzz::require(hwc::timestamp{second}.when() == second, "a time reads as it is written");
  }
  // The clock counts nanoseconds, and has no other years.
  const bool in_range = input.substr(0, 4) >= "1678" && input.substr(0, 4) <= "2261";
  if (const auto time = hwc::parse_sdk_date(input); time && in_range) {
    const auto text = hwc::format_sdk_date(*time);
    fuzz::require(std::string_view{text.data(), text.size()} == input, "a signing time has one text");
  }
  hwc::clock_skew skew;
  hwc::http_response refusal{.status = 401};
  if (hwc::is_header_value(input)) refusal.headers.add("Date", input);
  skew.learn(refusal, input, now, {});
  const auto off = skew.correct(now) - now;
  fuzz::require(off <= 24h && off >= -24h, "a clock is not believed to be off by more than a day");
}

const fuzz::target target{"dates", run};

}  // namespace
