// SPDX-License-Identifier: BSL-1.0
#include <hwc/beast/detail/turns.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using hwc::beast::detail::sleeper;
using hwc::beast::detail::turn;
using hwc::beast::detail::turn_taker;
using hwc::beast::detail::turns;
using std::chrono::steady_clock;

const hwc::http_origin here{.tls = false, .host = "127.0.0.1", .port = 80};
const hwc::http_origin there{.tls = false, .host = "127.0.0.1", .port = 81};

// Does with its turn what it is told to.
struct taker final : turn_taker {
  taker(const std::shared_ptr<turns>& of, std::function<void(turn)> what) : turn_taker{of}, act{std::move(what)} {}
  void granted(turn own) noexcept override { act(std::move(own)); }
  std::function<void(turn)> act;
};

}  // namespace

TEST_SUITE_BEGIN("beast::detail::turns");

TEST_CASE("as many turns as the limit says for each origin, and again when one is gone") {
  const auto all = std::make_shared<turns>(2);
  auto first = all->take(here);
  const auto second = all->take(here);
  CHECK(first);
  CHECK(second);
  CHECK_FALSE(all->take(here));
  CHECK(all->take(there));
  first = {};
  const auto third = all->take(here);
  CHECK(third);
  CHECK_FALSE(all->take(here));
}

TEST_CASE("who waits is served in the order of coming, one for each turn that is given up, and nobody passes") {
  const auto all = std::make_shared<turns>(1);
  auto held = all->take(here);
  std::vector<int> served;
  std::vector<std::shared_ptr<taker>> line;
  for (int i = 0; i != 3; ++i) {
    line.push_back(std::make_shared<taker>(all, [&, i](turn own) {
      served.push_back(i);
      held = std::move(own);
    }));
    CHECK_FALSE(all->take(here, line.back().get()));
  }
  CHECK(served.empty());
  for (int i = 0; i != 3; ++i) {
    CHECK_FALSE(all->take(here));
    auto given_up = std::exchange(held, {});
    given_up = {};
    REQUIRE(served.size() == static_cast<std::size_t>(i) + 1);
    CHECK(served.back() == i);
  }
  held = {};
  CHECK(all->take(here));
}

TEST_CASE("who leaves the line is passed over, and a turn that nobody wants any more goes on to the next") {
  const auto all = std::make_shared<turns>(1);
  auto held = all->take(here);
  turn kept;
  int refused = 0;
  auto gone = std::make_shared<taker>(all, [](turn) { FAIL("has left"); });
  const auto refuses = std::make_shared<taker>(all, [&](turn own) {
    ++refused;
    own = {};
    CHECK_FALSE(all->take(here));  // it is the next one's
  });
  const auto last = std::make_shared<taker>(all, [&](turn own) { kept = std::move(own); });
  for (auto* each : {gone.get(), refuses.get(), last.get()}) CHECK_FALSE(all->take(here, each));
  gone.reset();
  held = {};
  CHECK(refused == 1);
  CHECK(kept);
}

TEST_CASE("a million that refuse their turn, one after the other: no deeper on the stack than one") {
  const auto all = std::make_shared<turns>(1);
  auto held = all->take(here);
  std::size_t refused = 0;
  std::vector<std::shared_ptr<taker>> line;
  for (int i = 0; i != 1'000'000; ++i) {
    line.push_back(std::make_shared<taker>(all, [&refused](turn) { ++refused; }));
    static_cast<void>(all->take(here, line.back().get()));
  }
  held = {};
  CHECK(refused == line.size());
  CHECK(all->take(here));
}

TEST_CASE("a thread that waits: has its turn when one is given up, none at the deadline or when asked to stop") {
  const auto all = std::make_shared<turns>(1);
  auto held = all->take(here);
  std::stop_source source;
  const auto wait = [&](hwc::steady_time until) {
    const auto line = std::make_shared<sleeper>(all);
    auto own = all->take(here, line.get());
    if (!own) own = line->wait(until, source.get_token());
    return static_cast<bool>(own);
  };
  CHECK_FALSE(wait(steady_clock::now() + 10ms));
  {
    const std::jthread other{[&] { held = {}; }};
    CHECK(wait(hwc::steady_time::max()));
  }
  held = all->take(here);
  const std::jthread other{[&] { source.request_stop(); }};
  CHECK_FALSE(wait(hwc::steady_time::max()));
}

TEST_CASE("eight threads at two turns, some of which give up as their turn comes: never three inside, none is lost") {
  const auto all = std::make_shared<turns>(2);
  std::atomic<int> inside = 0, most = 0, served = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread != 8; ++thread) {
      threads.emplace_back([&, thread] {
        for (int i = 0; i != 2000; ++i) {
          const auto line = std::make_shared<sleeper>(all);
          auto own = all->take(here, line.get());
          // A deadline that has passed already gives up in the very moment at which the turn may come.
          const bool patient = (i + thread) % 3 != 0;
          if (!own) own = line->wait(patient ? hwc::steady_time::max() : steady_clock::now(), {});
          if (!own) continue;
          const int now = ++inside;
          int before = most;
          while (before < now && !most.compare_exchange_weak(before, now)) {
          }
          ++served;
          --inside;
        }
      });
    }
  }
  CHECK(most <= 2);
  CHECK(served >= 8 * 2000 * 2 / 3 - 8);
  const auto one = all->take(here), two = all->take(here);
  CHECK(one);
  CHECK(two);
}

TEST_SUITE_END();
