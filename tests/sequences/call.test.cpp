// SPDX-License-Identifier: BSL-1.0
// Every sequence of up to eight events that a call can live through, against its invariants. An event is whatever the
// driver can tell a call: how an exchange ended, that time has passed, that the caller asks to stop.
#include <hwc/call.hpp>

#include <hwc/client_state.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/errand.hpp>
#include <hwc/error.hpp>
#include <hwc/operation.hpp>
#include <hwc/retry_budget.hpp>
#include <hwc/signer.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/number_from.hpp"

#include <doctest/doctest.h>

#include <boost/describe/class.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using hwc::call_action;
using hwc::delivery;
using hwc::error_kind;

namespace {

// An operation that may be repeated.
struct look {
  using response = hwc::no_content;
  static constexpr auto route = hwc::get("/v2/{project_id}/users/{user_id}");
  std::string user_id;
};
BOOST_DESCRIBE_STRUCT(look, (), (user_id))

// Needs an exchange for its credentials before it signs, and another one once they are refused.
class fetching_signer {
 public:
  explicit fetching_signer(bool has_token) { state_->has_token = has_token; }
  void sign(hwc::http_request& request, hwc::wall_time now) const {
    request.headers.add("X-Auth-Token", "token");
    state_->signed_for = now;
  }
  [[nodiscard]] hwc::wall_time signed_for() const { return state_->signed_for; }
  // The first time somebody else is at it, and it has to wait.
  [[nodiscard]] hwc::result<hwc::preparation> prepare(hwc::moment, hwc::preparation_ticket&) const {
    if (state_->has_token) return hwc::preparation{};
    if (!std::exchange(state_->waited, true)) return hwc::preparation{.wait = true};
    return hwc::preparation{.errand = std::make_unique<run>(state_)};
  }
  [[nodiscard]] std::uint64_t generation() const { return state_->generation; }
  [[nodiscard]] bool distrust(std::uint64_t) const {
    state_->has_token = false;
    return true;
  }

 private:
  struct state {
    bool has_token = false;
    bool waited = false;
    std::uint64_t generation = 0;
    hwc::wall_time signed_for{};
  };
  class run final : public hwc::errand {
   public:
    explicit run(std::shared_ptr<state> of) : state_{std::move(of)} {
      request_.origin.host = "tokens.example";
      request_.target = "/token";
    }
    hwc::errand_action start(hwc::moment) override { return hwc::errand_action::send; }
    hwc::errand_action answered(const hwc::http_response& answer, hwc::moment) override {
      good_ = answer.status == 200;
      return hwc::errand_action::finished;
    }
    // Once more, as a source does that knows of a second address.
    hwc::errand_action failed(const hwc::transport_error&, hwc::moment) override {
      return std::exchange(tried_, true) ? hwc::errand_action::finished : hwc::errand_action::send;
    }
    [[nodiscard]] const hwc::http_request& request() const noexcept override { return request_; }
    [[nodiscard]] std::chrono::milliseconds timeout() const noexcept override { return 3s; }
    hwc::result<void> deliver(hwc::moment now) override {
      if (!good_) return give_up(now);
      state_->has_token = true;
      ++state_->generation;
      return {};
    }
    hwc::result<void> give_up(hwc::moment) override {
      return hwc::error{.kind = error_kind::credentials, .message = "no token"};
    }

   private:
    std::shared_ptr<state> state_;
    hwc::http_request request_;
    bool good_ = false;
    bool tried_ = false;
  };
  std::shared_ptr<state> state_ = std::make_shared<state>();
};
static_assert(hwc::preparing_signer<fetching_signer>);

// Takes each way through a program that asks `choose` at its forks, one way after the other.
class ways {
 public:
  // One of `count`, or 0 where the way is longer than wanted.
  std::size_t choose(std::size_t count) {
    if (at_ == longest_) return 0;
    if (at_ == taken_.size()) taken_.push_back({0, count});
    return taken_[at_++].first;
  }
  // False: all have been taken.
  bool next() {
    while (!taken_.empty() && taken_.back().first + 1 == taken_.back().second) taken_.pop_back();
    if (taken_.empty()) return false;
    ++taken_.back().first;
    at_ = 0;
    return true;
  }
  [[nodiscard]] std::string name() const {
    std::string text;
    for (const auto& [one, of] : taken_) text += std::to_string(one) + ' ';
    return text;
  }

 private:
  // Fewer where each step takes long, under valgrind for instance.
  std::size_t longest_ = support::number_from("HWC_SEQUENCES_LONGEST", 8);
  std::vector<std::pair<std::size_t, std::size_t>> taken_;
  std::size_t at_ = 0;
};

// How an exchange may end.
struct ending {
  int status = 0;  // of an answer; 0: there is none, and
  error_kind kind = error_kind::connection;
  delivery sent = delivery::unknown;  // as the transport knows it
  bool retryable = false;
  bool begun = true;
  std::chrono::seconds took{1};
  const char* retry_after = nullptr;
  const char* body = "";
  const char* type = nullptr;       // Content-Type
  bool truncated = false;           // the body
  bool ahead = false;               // its Date says that the service's clock is
  bool may_have_been_done = true;   // as the protocol has it
  bool free = false;                // another attempt takes nothing out of the budget
  bool may_be_allowed = true;       // by the caller, to be repeated though it may have been done
  bool refusal_if_trusted = false;  // a code of the gateway
};
constexpr std::chrono::seconds timeout{30};
constexpr std::chrono::hours ahead{3};
constexpr auto kind_connection = error_kind::connection;
const ending endings[] = {
    // Where a way is longer than wanted the first is what goes on: one that calls for another attempt.
    {.kind = kind_connection, .sent = delivery::not_sent, .retryable = true, .may_have_been_done = false},
    {.status = 204},
    {.status = 401, .may_have_been_done = false, .free = true},
    {.status = 404, .may_have_been_done = false},
    {.status = 408},
    {.status = 421, .may_have_been_done = false, .free = true},
    {.status = 425, .may_have_been_done = false, .free = true},
    {.status = 429, .may_have_been_done = false},
    {.status = 429, .retry_after = "5", .may_have_been_done = false, .free = true},
    {.status = 429, .took = timeout, .may_have_been_done = false},
    {.status = 500},
    {.status = 503, .retry_after = "1", .free = true},
    {.status = 504, .may_be_allowed = false},
    {.status = 502, .body = R"({"error_code":"APIG.0610"})", .refusal_if_trusted = true},
    {.kind = kind_connection, .sent = delivery::not_sent, .may_have_been_done = false},
    {.kind = error_kind::timeout,
     .sent = delivery::not_sent,
     .retryable = true,
     .took = timeout,
     .may_have_been_done = false},
    {.kind = error_kind::timeout, .sent = delivery::not_sent, .begun = false, .may_have_been_done = false},
    {.kind = kind_connection, .sent = delivery::unknown, .retryable = true},
    {.kind = error_kind::malformed_response, .sent = delivery::unknown},
    {.kind = error_kind::timeout, .sent = delivery::unknown, .retryable = true, .took = timeout},
    {.kind = error_kind::cancelled, .sent = delivery::unknown},
    {.kind = error_kind::cancelled, .sent = delivery::not_sent, .may_have_been_done = false},
    // Of the operation's own exchanges only: these are so many.
    {.status = 401, .ahead = true, .may_have_been_done = false, .free = true},
    {.status = 200, .body = "<html>log in</html>", .type = "text/html", .may_be_allowed = false},
    {.status = 200, .body = "{\"a", .truncated = true},
    {.status = 403, .body = "{\"error_code\":\"A", .truncated = true, .may_have_been_done = false},
    {.status = 502, .body = R"({"error_code":"APIG.0610","error_)", .truncated = true},
};
constexpr std::size_t own_endings = 5;

// As RFC 9110 section 5.6.7 has it.
std::string http_date(hwc::wall_time when) {
  const auto seconds = std::chrono::system_clock::to_time_t(when);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

// What all ways together have seen, so that the test knows that it played what it is about.
struct seen {
  std::size_t ways = 0;
  std::size_t successes = 0;
  std::size_t unknown = 0;
  std::size_t not_sent = 0;
  std::size_t refused = 0;
  int most_attempts = 0;
  int most_errands = 0;
  std::size_t signed_for_service = 0;
  std::size_t budget_spent = 0;
};

// Plays one way. The first broken invariant, or nothing.
template <class Op>
std::optional<std::string> broken(ways& way, hwc::call_options options, int budget, bool has_token, seen& all) {
  hwc::call_info info;
  hwc::retry_budget repetitions{budget};
  options.info = &info;
  options.budget = &repetitions;
  options.timeout = timeout;
  const fetching_signer signer{has_token};
  hwc::call_buffers buffers;
  hwc::moment now{.steady = hwc::steady_time{1h}, .wall = std::chrono::sys_days{std::chrono::year{2025} / 3 / 14}};
  const auto deadline = now.steady + timeout;
  const hwc::endpoint where{"https://workspace.example", "p"};
  hwc::client_state state;
  hwc::call<Op, const fetching_signer> call{signer, options, buffers, 1, &state};

  int attempts = 0, errands = 0, paid = 0;
  bool doubt = false;    // an attempt may have been processed, and none was seen to succeed
  bool success = false;  // the service said so
  bool refused = false;  // the last attempt was answered
  bool stopped = false;  // the caller asked
  bool free = true;      // the next attempt
  int refusals = 0;      // of credentials
  bool known = false;    // that the service's clock is ahead, from such a refusal
  bool allowed = true;   // nothing was seen that is not to be repeated even if the caller allows it
  auto next = call.start(Op{.user_id = "u"}, where, now);
  for (int steps = 0; next != call_action::finished; ++steps) {
    if (steps == 200) return "it does not end";
    if (next == call_action::send) {
      const bool own = call.request().origin.host == "workspace.example";
      const auto limits = call.exchange();
      if (now.steady >= deadline) return "it sends at or past the deadline";
      if (limits.deadline > deadline) return "an exchange may last longer than the call";
      if (success) return "it sends after a success";
      if (stopped) return "it sends after a stop";
      if (own && doubt && !hwc::is_idempotent_v<Op> && !(options.allow_duplicates && allowed))
        return "it sends again what may have been processed";
      if (own && refusals > 1) return "it signs anew more than once";
      const auto by = signer.signed_for() - now.wall;
      if (own && by != (known ? ahead : 0s)) return "it is not signed for the service's time";
      if (own && attempts >= std::max(options.max_attempts, 1)) return "it sends more often than it may";
      if (own && !free && ++paid > budget) return "it repeats beyond the budget";
      all.signed_for_service += own && by == ahead ? 1U : 0U;
      const auto all_endings = std::size(endings) - (own ? 0 : own_endings);
      const auto which = way.choose(all_endings + 1);
      if (which == all_endings) {
        stopped = true;
        next = call.cancelled();
        continue;
      }
      const auto& e = endings[which];
      now.steady += std::min<std::chrono::nanoseconds>(e.took, limits.deadline - now.steady);
      now.wall += e.took;
      if (own) {
        attempts += e.begun ? 1 : 0;
        if (e.begun) refused = e.status != 0;
        free = e.free;
        success = e.status == 204 || (e.status == 200 && !e.type);
        refusals += e.status == 401 ? 1 : 0;
        known = known || e.ahead;
        doubt = !success && (doubt || (e.may_have_been_done && !(e.refusal_if_trusted && options.trust_gateway_codes)));
        allowed = allowed && e.may_be_allowed;
      } else {
        ++errands;
      }
      if (e.kind == error_kind::cancelled) stopped = true;
      if (e.status == 0) {
        next = call.completed(
            hwc::transport_error{
                .kind = e.kind, .sent = e.sent, .retryable = e.retryable, .message = "failed", .begun = e.begun},
            now);
      } else {
        auto& answer = call.response();
        answer.clear();
        answer.status = own || e.status != 204 ? e.status : 200;
        answer.body = e.body;
        answer.truncated = e.truncated;
        if (e.type) answer.headers.add("Content-Type", e.type);
        if (e.ahead) answer.headers.add("Date", http_date(now.wall + ahead));
        if (e.retry_after) answer.headers.add("Retry-After", e.retry_after);
        next = call.completed({}, now);
      }
    } else {
      if (call.wake_at() >= deadline) return "it pauses until the deadline or beyond";
      switch (way.choose(3)) {
        case 0:
          now.steady = std::max(now.steady, call.wake_at());
          next = call.woke(now);
          break;
        case 1:  // the machine slept
          now.steady = deadline + 1s;
          next = call.woke(now);
          break;
        default:
          stopped = true;
          next = call.cancelled();
      }
    }
  }

  ++all.ways;
  const auto outcome = call.take_result();
  if (outcome.has_value() != success) return "success and answer do not agree";
  if (info.attempts != attempts) return "attempts are not counted right";
  all.most_attempts = std::max(all.most_attempts, attempts);
  all.most_errands = std::max(all.most_errands, errands);
  all.budget_spent += info.budget_spent ? 1 : 0;
  if (outcome) {
    ++all.successes;
    return std::nullopt;
  }
  const auto& why = outcome.error();
  if (why.attempts != attempts) return "the error's attempts are not counted right";
  if (doubt != (why.sent == delivery::unknown)) return "the verdict on the delivery is wrong";
  if (!doubt && attempts != 0 && refused != (why.sent == delivery::answered)) return "an answer is not told as one";
  if (attempts == 0 && why.sent != delivery::not_sent) return "nothing was sent, but the verdict says otherwise";
  ++(doubt ? all.unknown : why.sent == delivery::answered ? all.refused : all.not_sent);
  return std::nullopt;
}

template <class Op>
seen play_all(const hwc::call_options& options, int budget) {
  seen all;
  for (const bool has_token : {true, false}) {
    ways way;
    do {
      const auto why = broken<Op>(way, options, budget, has_token, all);
      if (why) {
        FAIL_CHECK(*why << ", after " << way.name());
        return all;
      }
    } while (way.next());
  }
  return all;
}

}  // namespace

TEST_CASE("sequences: never again what may have been processed, never late, always an end; what the options change") {
  const auto all = play_all<hwc::workspace::resend_email>({.max_attempts = 100}, 100);
  CHECK(all.successes != 0);
  CHECK(all.unknown != 0);
  CHECK(all.not_sent != 0);
  CHECK(all.refused != 0);
  CHECK(all.most_attempts > 4);
  CHECK(all.most_errands > 2);
  CHECK(all.signed_for_service != 0);
  CHECK(all.budget_spent == 0);
  MESSAGE(all.ways << " sequences");
}

TEST_CASE("sequences: codes of the gateway are trusted") {
  const auto all = play_all<hwc::workspace::resend_email>({.trust_gateway_codes = true, .max_attempts = 100}, 100);
  CHECK(all.successes != 0);
  CHECK(all.unknown != 0);
}

TEST_CASE("sequences: no more attempts than allowed") {
  for (const int most : {1, 2, 4}) {
    CHECK(play_all<hwc::workspace::resend_email>({.max_attempts = most}, 100).most_attempts == most);
  }
}

TEST_CASE("sequences: no more repetitions than the budget has") {
  for (const int budget : {0, 1, 2}) {
    CHECK(play_all<hwc::workspace::resend_email>({.max_attempts = 100}, budget).budget_spent != 0);
  }
}

TEST_CASE("sequences: duplicates allowed, and an operation that does no harm") {
  const auto allowed = play_all<hwc::workspace::resend_email>({.allow_duplicates = true}, 100);
  CHECK(allowed.unknown != 0);
  CHECK(allowed.most_attempts == 4);
  CHECK(play_all<look>({}, 100).most_attempts == 4);
}
