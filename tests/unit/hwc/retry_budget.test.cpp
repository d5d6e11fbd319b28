// SPDX-License-Identifier: BSL-1.0
#include <hwc/retry_budget.hpp>

#include <hwc/client.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/http.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using hwc::delivery;
using hwc::error_kind;
using hwc::retry_budget;
using hwc::workspace::resend_email;

namespace {

// A client of a service that answers every request in the same way, or takes none.
struct wired {
  explicit wired(int status, const char* retry_after = nullptr)
      : transport{[=](const hwc::http_request&) {
          hwc::http_response answer{.status = status};
          if (retry_after) answer.headers.add("Retry-After", retry_after);
          return answer;
        }} {}
  auto send(hwc::call_options options = {}) {
    options.info = &info;
    return client.send(resend_email{.user_id = "u"}, options);
  }
  [[nodiscard]] std::size_t requests() const { return transport.requests().size(); }

  hwc::fake::transport transport;
  hwc::call_info info;
  hwc::client<hwc::fake::transport, hwc::token_signer, hwc::return_result> client{
      hwc::endpoint{"https://workspace.example", "p"}, transport, hwc::token_signer{"t"}, {}};
};

}  // namespace

TEST_CASE(
    "a budget: so many repetitions, then none; ten final answers give one back, and never more than it began with") {
  retry_budget budget{3};
  for (int left = 3; left != 0; --left) {
    CHECK(budget.left() == left);
    CHECK(budget.take());
  }
  CHECK_FALSE(budget.take());
  for (int i = 0; i != 9; ++i) budget.put_back();
  CHECK_FALSE(budget.take());
  budget.put_back();
  CHECK(budget.take());
  CHECK_FALSE(budget.take());
  for (int i = 0; i != 1000; ++i) budget.put_back();
  CHECK(budget.left() == 3);
  for (int i = 0; i != 3; ++i) CHECK(budget.take());
  for (int i = 0; i != 9; ++i) budget.put_back();
  CHECK_FALSE(budget.take());
}

TEST_CASE("a budget of nothing, or less: no repetition") {
  for (const int none : {0, -1, -1'000'000}) {
    retry_budget budget{none};
    budget.put_back();
    CHECK(budget.left() == 0);
    CHECK_FALSE(budget.take());
  }
}

TEST_CASE("a budget, and many threads: no repetition is given twice, and no answer is forgotten") {
  constexpr int most = 200'000;
  retry_budget budget{most};
  const auto in_four_threads = [](auto what) {
    std::atomic<int> begun = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i != 4; ++i) {
      threads.emplace_back([&] {
        for (++begun; begun != 4;) std::this_thread::yield();
        what();
      });
    }
    for (auto& each : threads) each.join();
  };
  std::atomic<int> taken = 0;
  in_four_threads([&] {
    while (budget.take()) ++taken;
  });
  CHECK(taken == most);
  in_four_threads([&] {
    for (int i = 0; i != most; ++i) budget.put_back();
  });
  CHECK(budget.left() == 4 * most / 10);
}

TEST_CASE(
    "a service that throttles all: about one request per call once the budget is spent; the error stays the same") {
  wired w{429};
  int calls = 0;
  while (w.requests() < 4 * 33) {
    CHECK(w.send().error().kind == error_kind::throttled);
    CHECK_FALSE(w.info.budget_spent);
    ++calls;
  }
  CHECK(calls == 33);  // of three repetitions each; one of the hundred is left
  for (; calls != 133; ++calls) {
    const auto outcome = w.send();
    CHECK(outcome.error().kind == error_kind::throttled);
    CHECK(outcome.error().sent == delivery::answered);
    CHECK(w.info.budget_spent);
  }
  CHECK(w.requests() == 133 + 100);
}

TEST_CASE("connections refused: repetitions are taken from the budget that the options name, shared by two clients") {
  retry_budget shared{2};
  wired first{204}, second{204};
  first.transport.expect({.failure = hwc::fake::connection_refused()});
  first.transport.expect({.failure = hwc::fake::connection_refused()});
  CHECK(first.send({.budget = &shared}));
  CHECK(shared.left() == 0);
  second.transport.expect({.failure = hwc::fake::connection_refused()});
  const auto outcome = second.send({.budget = &shared});
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().kind == error_kind::connection);
  CHECK(outcome.error().sent == delivery::not_sent);
  CHECK(second.info.budget_spent);
  CHECK(second.requests() == 1);
}

TEST_CASE("what does not flood is free: the pause that the service names, and one more connection") {
  retry_budget none{0};
  wired told{429, "2"};
  CHECK_FALSE(told.send({.budget = &none}));
  CHECK(told.requests() == 4);
  CHECK_FALSE(told.info.budget_spent);
  wired moved{421};
  CHECK_FALSE(moved.send({.budget = &none}));
  CHECK(moved.requests() == 2);
  // "At once" names no pause.
  wired at_once{429, "0"};
  CHECK_FALSE(at_once.send({.budget = &none}));
  CHECK(at_once.requests() == 1);
  CHECK(at_once.info.budget_spent);
}

TEST_CASE("final answers fill the budget: successes and plain refusals do, failures do not") {
  retry_budget budget{1};
  for (const int status : {204, 404}) {
    CHECK(budget.take());
    wired good{status};
    for (int i = 0; i != 10; ++i) static_cast<void>(good.send({.budget = &budget}));
    CHECK(budget.left() == 1);
  }
  CHECK(budget.take());
  wired bad{500};
  for (int i = 0; i != 10; ++i) static_cast<void>(bad.send({.budget = &budget}));
  CHECK(budget.left() == 0);
}
