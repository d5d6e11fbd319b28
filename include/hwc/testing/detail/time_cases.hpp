// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_DETAIL_TIME_CASES_HPP
#define HWC_TESTING_DETAIL_TIME_CASES_HPP

#include <hwc/http.hpp>
#include <hwc/testing/detail/trial.hpp>
#include <hwc/testing/scripted_server.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <string>

// Deadlines and stop tokens.
namespace hwc::inline v0_1::testing::detail {

// A machine that is busy can be late by itself; one that is late each time is not. `exchange` gives how late it was.
template <class F>
void expect_prompt(trial& t, F exchange) {
  auto least = steady_time::duration::max();
  for (int round = 0; round != 3 && least > t.prompt && !t.hung(); ++round) least = std::min(least, exchange());
  t.expect(least <= t.prompt, "it came back only after " + in_milliseconds(least));
}

inline void silence_until_the_deadline(trial& t) {
  expect_prompt(t, [&] {
    t.play({{{.afterwards = then::stall}}});
    const auto options = t.within(milliseconds{100});
    const auto o = t.send(t.request(), options);
    t.expect_failed(o, error_kind::timeout, delivery::unknown);
    t.expect(o.ended.steady >= options.deadline - milliseconds{1}, "it came back before the deadline");
    t.expect_requests(1);
    return o.ended.steady - options.deadline;
  });
}

inline void deadline_has_passed(trial& t) {
  t.play({});
  t.expect_failed(t.send(t.request(), t.within(milliseconds{-1})), error_kind::timeout, delivery::not_sent);
  t.expect_requests(0);
}

inline void no_deadline(trial& t) {
  t.play({});
  t.expect_answered(t.send(t.request(), {}));
  t.expect_requests(1);
}

inline void stopped_beforehand(trial& t) {
  t.play({});
  std::stop_source stop;
  stop.request_stop();
  expect_prompt(t, [&] {
    const auto o = t.send(t.request(), t.with(stop.get_token()));
    t.expect_failed(o, error_kind::cancelled, delivery::not_sent);
    return o.ended.steady - o.began.steady;
  });
  t.expect_requests(0);
}

// The server asks to stop when it has the whole request, or, for the large one, a part of it.
inline void stop_while(trial& t, step when, std::string body, delivery sent, std::size_t requests) {
  expect_prompt(t, [&] {
    std::stop_source stop;
    steady_time asked;
    when.meanwhile = [&] {
      asked = t.transport().clock().now().steady;
      stop.request_stop();
    };
    t.play({{when}});
    const auto o = t.send(t.request(http_method::post, body), t.with(stop.get_token()));
    t.expect_failed(o, error_kind::cancelled, sent);
    t.expect_retryable(o, false);
    t.expect_answered(t.send());
    t.expect_requests(requests + 1);
    return o.ended.steady - asked;
  });
}

inline void stop_while_waiting(trial& t) {
  stop_while(t, {.answer = {}, .afterwards = then::stall}, "{}", delivery::unknown, 1);
}

inline void stop_while_writing(trial& t) {
  stop_while(t, {.answer = {}, .afterwards = then::stall, .read = 1}, std::string(40'000'000, 'x'), delivery::not_sent,
             0);
}

inline constexpr test_case time_cases[] = {
    {"silence: timeout at the deadline, unknown; 1 request", need::nothing, silence_until_the_deadline},
    {"the deadline has passed: timeout, not_sent; 0 requests", need::nothing, deadline_has_passed},
    {"no deadline; 1 request", need::nothing, no_deadline},
    {"stopped beforehand: cancelled, not_sent, at once; 0 requests", need::nothing, stopped_beforehand},
    {"stopped while the answer is awaited: cancelled, unknown, at once; 1 request, and 1 for the next call",
     need::nothing, stop_while_waiting},
    {"stopped while the request is written: cancelled, not_sent, at once; 0 requests, and 1 for the next call",
     need::wire, stop_while_writing},
};

}  // namespace hwc::testing::detail

#endif  // HWC_TESTING_DETAIL_TIME_CASES_HPP
