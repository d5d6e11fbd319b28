// SPDX-License-Identifier: BSL-1.0
#include <hwc/token_bucket.hpp>

#include <doctest/doctest.h>

#include <string_view>
#include <type_traits>
#include <utility>

using namespace std::chrono_literals;
using hwc::steady_time;

namespace {

constexpr auto never = steady_time::max();
constexpr steady_time start{1000s};

static_assert(!std::is_copy_constructible_v<hwc::token_bucket::turn>);

hwc::http_response throttled(std::string_view seconds) {
  hwc::http_response answer{.status = 429};
  answer.headers.add("Retry-After", seconds);
  return answer;
}

// Takes a turn and uses it when it comes. That time.
steady_time leave(hwc::token_bucket& bucket, steady_time now) {
  auto own = bucket.take(now, never);
  while (!bucket.may_leave(own, now, never)) now = own.at();
  return now;
}

}  // namespace

TEST_CASE("a token bucket: at most so many turns in any stretch of that time, after a rest a burst") {
  hwc::token_bucket bucket{{.requests = 100, .per = 60s}};
  for (int i = 0; i != 300; ++i) CHECK(leave(bucket, start) == start + i * 600ms);
  hwc::token_bucket bursts{{.requests = 10, .per = 10s, .burst = 3}};
  for (const auto at : {0s, 0s, 0s, 1s, 2s}) CHECK(leave(bursts, start) == start + at);
  for (const auto at : {60s, 60s, 60s, 61s}) CHECK(leave(bursts, start + 60s) == start + at);
}

TEST_CASE("a turn that comes only at the deadline or after it: none, and nobody else waits longer for it") {
  hwc::token_bucket bucket{{.requests = 1, .per = 1s}};
  CHECK(leave(bucket, start) == start);
  for (int i = 0; i != 100; ++i) CHECK_FALSE(bucket.take(start, start + 1s));
  CHECK(bucket.take(start, start + 1001ms).at() == start + 1s);
}

TEST_CASE("the next turn is looked at: it is the one that would be given, and is not given") {
  hwc::token_bucket bucket{{.requests = 1, .per = 1s}};
  CHECK(bucket.next_turn(start) == start);
  CHECK(leave(bucket, start) == start);
  for (int i = 0; i != 3; ++i) CHECK(bucket.next_turn(start) == start + 1s);
  CHECK(bucket.next_turn(start + 5s) == start + 5s);
  auto first = bucket.take(start, never);
  const auto second = bucket.take(start, never);
  CHECK(bucket.next_turn(start) == start + 3s);
  first = {};
  CHECK(bucket.next_turn(start) == start + 1s);  // handed back
  bucket.heed(throttled("20"), {.steady = start});
  CHECK(bucket.next_turn(start + 1s) == start + 20s);
  CHECK(bucket.take(start + 1s, never).at() == start + 20s);
}

TEST_CASE("a turn that is dropped: the next one to be taken, unless its time has passed") {
  hwc::token_bucket bucket{{.requests = 1, .per = 1s}};
  CHECK(leave(bucket, start) == start);
  auto first = bucket.take(start, never);
  auto second = bucket.take(start, never);
  CHECK(second.at() == start + 2s);
  first = {};
  first = bucket.take(start, never);
  CHECK(first.at() == start + 1s);
  first = std::move(second);  // hands the earlier one back
  CHECK_FALSE(second);
  CHECK(bucket.take(start + 1500ms, never).at() == start + 3s);
}

TEST_CASE("a turn that has not come yet: nothing leaves, and it stays") {
  hwc::token_bucket bucket{{.requests = 1, .per = 1s}};
  CHECK(leave(bucket, start) == start);
  auto own = bucket.take(start, never);
  CHECK_FALSE(bucket.may_leave(own, start + 999ms, never));
  CHECK(own.at() == start + 1s);
  CHECK(bucket.may_leave(own, start + 1s, never));
  CHECK_FALSE(own);
  CHECK_FALSE(bucket.may_leave(own, start + 2s, never));
}

TEST_CASE("a 429 with Retry-After: holds up new turns and those that were given out, one after the other") {
  hwc::token_bucket bucket{{.requests = 1, .per = 1s}};
  CHECK(leave(bucket, start) == start);
  auto early = bucket.take(start, never);
  auto late = bucket.take(start, never);
  bucket.heed({.status = 429}, {.steady = start});
  bucket.heed({.status = 200}, {.steady = start});
  bucket.heed(throttled("soon"), {.steady = start});
  bucket.heed(throttled("20"), {.steady = start});
  bucket.heed(throttled("5"), {.steady = start});
  CHECK_FALSE(bucket.may_leave(early, start + 1s, never));
  CHECK(early.at() == start + 20s);
  CHECK_FALSE(bucket.may_leave(late, start + 2s, start + 21s));
  CHECK_FALSE(late);
  CHECK(bucket.take(start + 2s, never).at() == start + 21s);
  CHECK(bucket.may_leave(early, start + 20s, never));
}
