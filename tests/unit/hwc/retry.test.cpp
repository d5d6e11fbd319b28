// SPDX-License-Identifier: BSL-1.0
#include <hwc/retry.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>

using namespace std::chrono_literals;
using hwc::delivery;
using hwc::repetition;

TEST_CASE("statuses: every one outside 2xx has a verdict, and only refusals count as answered") {
  for (int status = -1; status < 1000; ++status) {
    if (status >= 200 && status <= 299) continue;
    CAPTURE(status);
    const auto rule = hwc::rule_for_status(status);
    const bool refusal = status >= 300 && status <= 499 && status != 408;
    CHECK(rule.sent == (refusal ? delivery::answered : delivery::unknown));
    const bool repeated_at_once = status == 421 || status == 425;
    CHECK((rule.again == repetition::fresh_connection) == repeated_at_once);
    CHECK((rule.again == repetition::after_pause) == (status == 429));
    CHECK((rule.again == repetition::if_harmless) == (status == 504));
    CHECK((rule.again == repetition::if_allowed) == (!refusal && status != 504));
  }
}

TEST_CASE("documented statuses: a kind of error for each") {
  using hwc::error_kind;
  CHECK(hwc::rule_for_status(400).kind == error_kind::bad_request);
  CHECK(hwc::rule_for_status(401).kind == error_kind::unauthorized);
  CHECK(hwc::rule_for_status(403).kind == error_kind::forbidden);
  CHECK(hwc::rule_for_status(404).kind == error_kind::not_found);
  CHECK(hwc::rule_for_status(405).kind == error_kind::method_not_allowed);
  CHECK(hwc::rule_for_status(500).kind == error_kind::internal_server_error);
  CHECK(hwc::rule_for_status(503).kind == error_kind::service_unavailable);
  CHECK(hwc::rule_for_status(429).kind == error_kind::throttled);
  CHECK(hwc::rule_for_status(302).kind == error_kind::unexpected_status);
  CHECK(hwc::rule_for_status(409).kind == error_kind::unexpected_status);
  CHECK(hwc::rule_for_status(504).kind == error_kind::unexpected_status);
  for (const int status : {300, 499, 501, 599})
    CHECK(hwc::rule_for_status(status).kind == error_kind::unexpected_status);
  CHECK(hwc::rule_for_status(99).kind == error_kind::malformed_response);
  CHECK(hwc::rule_for_status(600).kind == error_kind::malformed_response);
}

TEST_CASE("gateway codes: pair of status and code, only where they are trusted") {
  using hwc::repetition;
  using hwc::rule_for_answer;
  for (const auto& known : hwc::gateway_codes) {
    for (const std::string from : {"APIG.", "APIGW.", "APIC."}) {
      const auto code = from + std::string{known.number};
      CAPTURE(code);
      CHECK(rule_for_answer(known.status, code, true).sent == delivery::answered);
      CHECK(rule_for_answer(known.status, code, true).again == known.again);
      CHECK(rule_for_answer(known.status, code, true).kind == hwc::rule_for_status(known.status).kind);
      CHECK(rule_for_answer(known.status, code, false).sent == delivery::unknown);
      CHECK(rule_for_answer(504, code, true).sent == delivery::unknown);
    }
    CHECK(rule_for_answer(known.status, "WKS." + std::string{known.number}, true).sent == delivery::unknown);
    CHECK(rule_for_answer(known.status, known.number, true).sent == delivery::unknown);
  }
  for (const auto* open : {"APIG.0201", "APIG.0202", "APIG.0203", "APIG.0601", "APIG.", "APIG", "", "APIG.06051"}) {
    for (const int status : {500, 502, 503, 504}) CHECK(rule_for_answer(status, open, true).sent == delivery::unknown);
  }
}

TEST_CASE("gateway codes: these, and no others") {
  struct row {
    int status;
    const char* number;
    repetition again;
  };
  std::size_t count = 0;
  for (const auto& known :
       {row{500, "0605", repetition::never}, row{500, "0606", repetition::after_pause},
        row{500, "0608", repetition::after_pause}, row{500, "0609", repetition::never},
        row{500, "0611", repetition::never}, row{500, "0612", repetition::never}, row{500, "0705", repetition::never},
        row{502, "0610", repetition::after_pause}, row{503, "0613", repetition::after_pause}}) {
    CAPTURE(known.number);
    const auto rule = hwc::rule_for_answer(known.status, std::string{"APIG."} + known.number, true);
    CHECK(rule.sent == delivery::answered);
    CHECK(rule.again == known.again);
    ++count;
  }
  CHECK(std::size(hwc::gateway_codes) == count);
}

TEST_CASE("credentials that are refused: a 401 but for denials, and temporary keys that have expired") {
  CHECK(hwc::refuses_credentials(401, ""));
  CHECK(hwc::refuses_credentials(401, "APIGW.0301"));
  CHECK(hwc::refuses_credentials(400, "IAM.1108"));
  for (const auto* denial : {"EPS.0003", "IAM.0064"}) CHECK_FALSE(hwc::refuses_credentials(401, denial));
  CHECK_FALSE(hwc::refuses_credentials(400, ""));
  CHECK_FALSE(hwc::refuses_credentials(403, "IAM.1108"));
}

TEST_CASE("jittered pauses: from zero to a limit that doubles up to the cap") {
  const hwc::backoff limits{.first = 100ms, .longest = 350ms};
  const auto longest = [&](int attempts) {
    auto most = 0ms;
    for (std::uint64_t random = 0; random != 2000; ++random)
      most = std::max(most, hwc::jittered_pause(limits, attempts, random));
    return most;
  };
  CHECK(hwc::jittered_pause(limits, 1, 0) == 0ms);
  CHECK(longest(1) == 100ms);
  CHECK(longest(2) == 200ms);
  CHECK(longest(3) == 350ms);
  CHECK(longest(1000) == 350ms);
  CHECK(hwc::jittered_pause(limits, 3, ~std::uint64_t{0}) <= 350ms);
  for (const auto none : {0ms, -1ms}) CHECK(hwc::jittered_pause({.first = none}, 1, 1) == 0ms);
}

TEST_CASE("the usual limits of pauses") {
  CHECK(hwc::backoff{}.first == 250ms);
  CHECK(hwc::backoff{}.longest == 10s);
  CHECK(hwc::backoff{}.retry_after == 60s);
}

TEST_CASE("Retry-After: seconds or a date, within the cap; anything else is not read") {
  const hwc::wall_time now = std::chrono::sys_days{2025y / 3 / 14} + 9h;
  const auto read = [&](const char* text) { return hwc::parse_retry_after(text, now, 60s); };
  CHECK(read("0") == 0ms);
  CHECK(read("7") == 7000ms);
  CHECK(read("61") == 60000ms);
  CHECK(read("1000000000000000000") == 60000ms);
  CHECK(read("99999999999999999999999") == 60000ms);
  CHECK(read("Fri, 14 Mar 2025 09:00:05 GMT") == 5000ms);
  CHECK(read("Fri, 14 Mar 2025 08:00:00 GMT") == 0ms);
  CHECK(read("Fri, 14 Mar 2036 08:00:00 GMT") == 60000ms);
  CHECK(read("Fri, 31 Dec 9999 23:59:59 GMT") == 60000ms);
  CHECK(read("Sat, 01 Jan 0000 00:00:00 GMT") == 0ms);
  CHECK(hwc::parse_retry_after("1", now, 1500ms) == 1000ms);
  CHECK(hwc::parse_retry_after("2", now, 1500ms) == 1500ms);
  CHECK(hwc::parse_retry_after("2", now, 2001ms) == 2000ms);
  for (const auto* text : {"", "-1", "1.5", "soon", "5 5", " 5"}) {
    CAPTURE(text);
    CHECK_FALSE(read(text).has_value());
  }
}
