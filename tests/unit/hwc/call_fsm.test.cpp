// SPDX-License-Identifier: BSL-1.0
#include <hwc/call_fsm.hpp>

#include <hwc/http.hpp>
#include <hwc/retry_budget.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace std::chrono_literals;
using hwc::call_action;
using hwc::delivery;
using hwc::error_kind;

namespace {

const hwc::transport_error refused{
    .kind = error_kind::connection, .sent = delivery::not_sent, .retryable = true, .message = "refused"};
const hwc::transport_error lost{
    .kind = error_kind::connection, .sent = delivery::unknown, .retryable = true, .message = "lost"};
const hwc::transport_error unknown_host{
    .kind = error_kind::connection, .sent = delivery::not_sent, .retryable = false, .message = "unknown host"};

// Plays events against the machine in virtual time, and counts what it asked for.
struct player {
  explicit player(hwc::call_options options = {}, bool idempotent = false, std::uint64_t seed = 1)
      : fsm{idempotent, options, seed} {
    fsm.begin(now);
    attempt();
  }

  void attempt() {
    if (fsm.may_send(now))
      ++sends;
    else
      finished = true;
  }

  void after(call_action next) {
    if (next == call_action::finished) finished = true;
    if (next != call_action::wait) return;
    waited = std::chrono::duration_cast<std::chrono::milliseconds>(fsm.wake_at() - now.steady);
    now.steady = fsm.wake_at();
    attempt();
  }

  void fail(const hwc::transport_error& why) {
    fsm.count_attempt();
    after(fsm.failed(why, now));
  }

  void answer(int status, const char* retry_after = nullptr) {
    fsm.count_attempt();
    hwc::http_response response{.status = status};
    if (retry_after) response.headers.add("Retry-After", retry_after);
    after(fsm.refused(response, {.message = "said so"}, now));
  }

  void succeed() {
    fsm.count_attempt();
    after(fsm.succeed());
  }

  [[nodiscard]] const hwc::error& failure() { return fsm.failure().value(); }

  hwc::moment now{.steady = hwc::steady_time{1h}, .wall = std::chrono::sys_days{2025y / 3 / 14}};
  hwc::call_fsm fsm;
  int sends = 0;
  bool finished = false;
  std::chrono::milliseconds waited{0};
};

}  // namespace

TEST_CASE("a success: one send, no failure") {
  player play;
  play.succeed();
  CHECK(play.finished);
  CHECK(play.sends == 1);
  CHECK_FALSE(play.fsm.failure().has_value());
}

TEST_CASE("connection refused: repeated until the attempts are used up, and proved not sent") {
  player play;
  while (!play.finished) play.fail(refused);
  CHECK(play.sends == 4);
  CHECK(play.failure().kind == error_kind::connection);
  CHECK(play.failure().sent == delivery::not_sent);
  CHECK(play.failure().attempts == 4);
}

TEST_CASE("connection refused, then a success: two sends") {
  player play;
  play.fail(refused);
  CHECK(play.fsm.exchange().fresh_connection);
  play.succeed();
  CHECK(play.sends == 2);
  CHECK_FALSE(play.fsm.failure().has_value());
}

TEST_CASE("an unknown host: not sent, and not tried again") {
  player play;
  play.fail(unknown_host);
  CHECK(play.finished);
  CHECK(play.sends == 1);
  CHECK(play.failure().sent == delivery::not_sent);
}

TEST_CASE("a lost connection: unknown, and never tried again by itself") {
  player play;
  play.fail(lost);
  CHECK(play.finished);
  CHECK(play.sends == 1);
  CHECK(play.failure().sent == delivery::unknown);
}

TEST_CASE("a transport that claims an answer it does not bring: believed no more than an unknown outcome") {
  player play;
  play.fail({.kind = error_kind::connection, .sent = delivery::answered, .retryable = true});
  CHECK(play.finished);
  CHECK(play.sends == 1);
  CHECK(play.failure().sent == delivery::unknown);
}

TEST_CASE("an exchange that was not begun: no attempt, and the end; what the attempts before it proved stays") {
  const hwc::transport_error given_up{
      .kind = error_kind::timeout, .sent = delivery::not_sent, .retryable = true, .begun = false};
  player first;
  first.fail(given_up);
  CHECK(first.finished);
  CHECK(first.failure().kind == error_kind::timeout);
  CHECK(first.failure().sent == delivery::not_sent);
  CHECK(first.failure().attempts == 0);
  player second;
  second.answer(429);
  second.fail(given_up);
  CHECK(second.finished);
  CHECK(second.failure().sent == delivery::answered);
  CHECK(second.failure().attempts == 1);
  player third{{.allow_duplicates = true}};
  third.fail(lost);
  third.fail(given_up);
  CHECK(third.failure().sent == delivery::unknown);
  player lies;
  lies.fail({.kind = error_kind::timeout, .sent = delivery::unknown, .begun = false});
  CHECK(lies.failure().sent == delivery::unknown);
  CHECK(lies.failure().attempts == 1);
}

TEST_CASE("a lost connection where a repetition is harmless or allowed: tried again") {
  player idempotent{{}, true};
  idempotent.fail(lost);
  CHECK(idempotent.sends == 2);
  player allowed{{.allow_duplicates = true}};
  allowed.fail(lost);
  CHECK(allowed.sends == 2);
}

TEST_CASE("a lost connection, then whatever proves nothing was done: the first attempt leaves the outcome unknown") {
  for (const int status : {0, 403, 429}) {
    player play{{.allow_duplicates = true}};
    play.fail(lost);
    while (!play.finished) {
      if (status == 0)
        play.fail(refused);
      else
        play.answer(status);
    }
    CAPTURE(status);
    CHECK(play.failure().sent == delivery::unknown);
  }
}

TEST_CASE("what is known between attempts: once one may have been processed, nothing that comes later changes it") {
  player play{{.allow_duplicates = true}};
  play.fail(refused);
  CHECK(play.fsm.sent_so_far() == delivery::not_sent);
  play.fail(lost);
  CHECK(play.fsm.sent_so_far() == delivery::unknown);
  play.fail(refused);
  CHECK_FALSE(play.finished);
  CHECK(play.fsm.sent_so_far() == delivery::unknown);
}

TEST_CASE("a refusal by status: answered, one send") {
  for (const int status : {301, 302, 307, 400, 401, 403, 404, 405, 409, 413, 414, 415, 431, 494}) {
    CAPTURE(status);
    player play;
    play.answer(status);
    CHECK(play.finished);
    CHECK(play.sends == 1);
    CHECK(play.failure().sent == delivery::answered);
    CHECK(play.failure().status == status);
    CHECK(play.failure().message == "said so");
  }
}

TEST_CASE("a status after which the work may be done: unknown, one send, with Retry-After too") {
  for (const int status : {100, 408, 500, 502, 503, 504, 599, 600}) {
    for (const char* retry_after : {static_cast<const char*>(nullptr), "1"}) {
      CAPTURE(status);
      player play;
      play.answer(status, retry_after);
      CHECK(play.finished);
      CHECK(play.sends == 1);
      CHECK(play.failure().sent == delivery::unknown);
    }
  }
}

TEST_CASE("504: not repeated where duplicates are allowed, as it was most likely done; only what does no harm is") {
  player allowed{{.allow_duplicates = true}};
  allowed.answer(504, "1");
  CHECK(allowed.finished);
  CHECK(allowed.sends == 1);
  CHECK(allowed.failure().sent == delivery::unknown);
  player other{{.allow_duplicates = true}};
  other.answer(503);
  CHECK(other.sends == 2);
  player idempotent{{}, true};
  idempotent.answer(504);
  CHECK(idempotent.sends == 2);
}

TEST_CASE("421 and 425: once more on another connection, at once; then final") {
  for (const int status : {421, 425}) {
    player play;
    CHECK_FALSE(play.fsm.exchange().fresh_connection);
    play.answer(status);
    CHECK(play.waited == 0ms);
    CHECK(play.fsm.exchange().fresh_connection);
    play.answer(status);
    CHECK(play.finished);
    CHECK(play.sends == 2);
    CHECK(play.failure().sent == delivery::answered);
  }
}

TEST_CASE("429: tried again after the pause that the service asks for, or a jittered one") {
  player asked;
  asked.answer(429, "7");
  CHECK(asked.sends == 2);
  CHECK(asked.waited >= 7s);
  CHECK(asked.waited <= 7250ms);
  player dated;
  dated.answer(429, "Fri, 14 Mar 2025 00:00:09 GMT");
  CHECK(dated.waited >= 9s);
  CHECK(dated.waited <= 9250ms);
  // Those who were told the same do not come back at the same moment.
  player other{{}, false, 2};
  other.answer(429, "7");
  CHECK(other.waited != asked.waited);
  for (const char* junk : {static_cast<const char*>(nullptr), "-1", "soon", "0"}) {
    player play;
    play.answer(429, junk);
    CHECK(play.sends == 2);
    CHECK(play.waited <= 250ms);
  }
}

TEST_CASE("a pause that the service asks for costs no repetition, however short") {
  hwc::retry_budget none{0};
  const hwc::http_response asks{.status = 429, .headers = {{"Retry-After", "Fri, 14 Mar 2025 00:00:09 GMT"}}};
  hwc::moment now{.steady = hwc::steady_time{1h}, .wall = std::chrono::sys_days{2025y / 3 / 14} + 9s - 1ms};
  for (const auto next : {call_action::wait, call_action::finished}) {
    hwc::call_fsm fsm{false, {}, 1, &none};
    fsm.begin(now);
    fsm.count_attempt();
    CHECK(fsm.refused(asks, {}, now) == next);
    now.wall += 1ms;  // then it asks for none
  }
}

TEST_CASE("429 with a pause beyond the deadline: returns at once instead of waiting in vain") {
  for (const char* retry_after : {"30", "1000000000000000000"}) {
    player play{{.timeout = 30s}};
    const auto before = play.now.steady;
    play.answer(429, retry_after);
    CHECK(play.finished);
    CHECK(play.now.steady == before);
    CHECK(play.failure().kind == error_kind::throttled);
  }
}

TEST_CASE("max_attempts: no more sends than that, and below 1 counts as 1") {
  for (const int attempts : {-1, 0, 1, 2, 7}) {
    player play{{.timeout = 1h, .max_attempts = attempts}};
    while (!play.finished) play.answer(429);
    CHECK(play.sends == std::max(attempts, 1));
  }
}

TEST_CASE("no time at all: ends with timeout before anything is sent") {
  for (const auto timeout : {0ms, -5ms}) {
    player play{{.timeout = timeout}};
    CHECK(play.finished);
    CHECK(play.sends == 0);
    CHECK(play.failure().kind == error_kind::timeout);
    CHECK(play.failure().sent == delivery::not_sent);
    CHECK(play.failure().attempts == 0);
  }
}

TEST_CASE(
    "another call does what this one needs: looks again 10 ms later, and gives up where that is no sooner than its "
    "end") {
  player p{{.timeout = 11ms}};
  CHECK(p.fsm.sent_so_far() == delivery::not_sent);
  CHECK(p.fsm.wait_for_another(p.now) == call_action::wait);
  CHECK(p.fsm.wake_at() == p.now.steady + 10ms);
  p.now.steady += 1ms;
  CHECK(p.fsm.wait_for_another(p.now) == call_action::finished);
  REQUIRE(p.fsm.failure());
  CHECK(p.fsm.failure()->kind == error_kind::timeout);
  CHECK(p.fsm.failure()->sent == delivery::not_sent);
}

TEST_CASE("another signature: once more, at once") {
  player p;
  p.fsm.count_attempt();
  CHECK(p.fsm.sign_anew({.status = 401}, {.message = "no"}, p.now) == call_action::wait);
  CHECK(p.fsm.wake_at() == p.now.steady);
}

TEST_CASE("a repetition that could leave only at the deadline is not waited for") {
  player p{{.timeout = 1s}};
  p.fsm.count_attempt();
  p.now.steady += 1s;
  CHECK(p.fsm.sign_anew({.status = 401}, {.message = "no"}, p.now) == call_action::finished);
  CHECK(p.fsm.failure()->kind == error_kind::unauthorized);
}

TEST_CASE("a driver that wakes too late: the last verdict, no further send") {
  player play{{.timeout = 10s}};
  play.fsm.count_attempt();
  CHECK(play.fsm.failed(refused, play.now) == call_action::wait);
  play.now.steady += 10s;
  play.attempt();
  CHECK(play.finished);
  CHECK(play.sends == 1);
  CHECK(play.failure().kind == error_kind::connection);
}

TEST_CASE("cancelled between attempts: what the last attempt proved") {
  player play;
  play.fsm.count_attempt();
  CHECK(play.fsm.failed(refused, play.now) == call_action::wait);
  CHECK(play.fsm.abandon({.kind = error_kind::cancelled}) == call_action::finished);
  CHECK(play.failure().kind == error_kind::cancelled);
  CHECK(play.failure().sent == delivery::not_sent);
  CHECK(play.failure().attempts == 1);
}

TEST_CASE("the longest timeout: no overflow, the deadline is the end of time") {
  player play{{.timeout = std::chrono::milliseconds::max()}};
  CHECK(play.fsm.exchange().deadline == hwc::steady_time::max());
  play.succeed();
  CHECK(play.sends == 1);
}

TEST_CASE("two seeds: other pauses, so that clients do not come back together") {
  std::vector<std::chrono::milliseconds> pauses;
  for (std::uint64_t seed = 0; seed != 8; ++seed) {
    player play{{}, false, seed};
    play.fail(refused);
    pauses.push_back(play.waited);
  }
  CHECK(std::count(pauses.begin(), pauses.end(), pauses.front()) < 4);
}
