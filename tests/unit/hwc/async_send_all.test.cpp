// SPDX-License-Identifier: BSL-1.0
#include <hwc/async_send_all.hpp>

#include <hwc/client.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/transports/observed.hpp>
#include <hwc/transports/rate_limited.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/deferring_transport.hpp"
#include "support/made_range.hpp"
#include "support/stepping_transport.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using hwc::delivery;
using hwc::error_kind;
using hwc::send_all_summary;
using hwc::workspace::resend_email;
using support::deferring_transport;
using support::stepping_transport;

namespace {

const hwc::endpoint where{"https://workspace.example", "project"};
const hwc::token_signer signer{"a-secret-token"};
const auto nobody = [](const auto&, const auto&) {};

std::vector<resend_email> users(int count) {
  std::vector<resend_email> all;
  for (int i = 0; i != count; ++i) all.push_back({.user_id = "u" + std::to_string(i)});
  return all;
}

template <class Transport>
auto make_client(Transport t) {
  return hwc::client{where, std::move(t), signer, hwc::return_result{}};
}

// What the handler was called with, and how often.
struct told {
  int times = 0;
  std::exception_ptr thrown{};
  send_all_summary sum{};

  auto handler() {
    return [this](std::exception_ptr what, const send_all_summary& came) {
      ++times;
      thrown = std::move(what);
      sum = came;
    };
  }
  // That it ended well.
  void check(const send_all_summary& wanted) const {
    CHECK(times == 1);
    CHECK(thrown == nullptr);
    CHECK(sum == wanted);
  }
};

}  // namespace

TEST_CASE("async_send_all: every operation ends once, with its own result, however many are under way") {
  for (const std::size_t concurrency : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{100}}) {
    CAPTURE(concurrency);
    hwc::fake::transport t{[](const hwc::http_request& request) {
      return hwc::http_response{.status = request.target.find("/u13/") == std::string::npos ? 200 : 400};
    }};
    stepping_transport inner{t};
    auto client = make_client(inner);
    std::map<std::string, int> seen;
    told end;
    const auto sink = [&](const resend_email& op, hwc::result<hwc::no_content> outcome, const hwc::call_info& info) {
      ++seen[op.user_id];
      CHECK(outcome.has_value() == (op.user_id != "u13"));
      CHECK(info.attempts == 1);
    };
    client.async_send_all(users(50), sink, {.concurrency = concurrency}, end.handler());
    CHECK(t.requests().empty());
    inner.run();
    end.check({.sent = 49, .not_sent = 1});
    CHECK(seen.size() == 50);
    CHECK(std::all_of(seen.begin(), seen.end(), [](const auto& each) { return each.second == 1; }));
    CHECK(t.requests().size() == 50);
  }
}

TEST_CASE("async_send_all over a transport that drives calls at once: the same") {
  hwc::fake::transport t{[](const hwc::http_request&) { return hwc::http_response{.status = 200}; }};
  auto client = make_client(deferring_transport{t});
  told end;
  int ended = 0;
  client.async_send_all(
      users(50), [&](const auto&, const auto&) { ++ended; }, end.handler());
  end.check({.sent = 50});
  CHECK(ended == 50);
  CHECK(t.requests().size() == 50);
}

TEST_CASE("async_send_all of nothing: the handler is called all the same, with a summary of nothing") {
  stepping_transport inner{hwc::fake::transport{}};
  auto client = make_client(inner);
  told end;
  client.async_send_all(
      std::vector<resend_email>{}, [](const auto&, const auto&) { FAIL("called"); }, end.handler());
  CHECK(end.times == 0);
  inner.run();
  end.check({});
}

TEST_CASE("async_send_all: exchanges overlap, no more of them than the concurrency") {
  for (const int concurrency : {1, 4, 10}) {
    CAPTURE(concurrency);
    hwc::fake::transport t;
    for (int i = 0; i != 20; ++i) t.expect({.delay = 1s});
    stepping_transport inner{t};
    auto client = make_client(inner);
    const auto start = t.clock().now().steady;
    told end;
    const auto all = users(20);
    client.async_send_all(all, nobody, {.concurrency = static_cast<std::size_t>(concurrency)}, end.handler());
    std::size_t most = 0;
    while (inner.step()) most = std::max(most, inner.under_way());
    end.check({.sent = 20});
    CHECK(most == static_cast<std::size_t>(concurrency));
    CHECK(t.clock().now().steady == start + 20s / concurrency);
    CHECK(t.violations() == "");
  }
}

TEST_CASE("async_send_all: results come as they end, and a call that pauses does not hold up the others") {
  hwc::fake::transport t;
  t.expect({.response = {.status = 429, .headers = {{"Retry-After", "10"}}}});
  t.expect({.delay = 3s});
  t.expect({.delay = 1s});
  t.expect({.delay = 1s});
  t.expect({});
  stepping_transport inner{t};
  auto client = make_client(inner);
  std::string order;
  told end;
  client.async_send_all(
      users(4), [&](const resend_email& op, const auto&) { order += op.user_id + ' '; }, {.concurrency = 3},
      end.handler());
  inner.run();
  end.check({.sent = 4});
  CHECK(order == "u2 u3 u1 u0 ");
  CHECK(t.requests().size() == 5);
  CHECK(t.violations() == "");
}

namespace {

// A range of users that notes what is done with it, and can do something meanwhile; each user is made when it is looked
// at.
struct noted_range {
  struct iterator {
    using value_type = resend_email;
    using difference_type = std::ptrdiff_t;
    resend_email operator*() const {
      of->note("*" + std::to_string(at));
      return {.user_id = at == of->bad ? "" : "u" + std::to_string(at)};
    }
    iterator& operator++() {
      of->note("+" + std::to_string(++at));
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return at == of->count; }
    [[nodiscard]] bool claim() {
      of->note("c" + std::to_string(at));
      return at != of->unclaimed;
    }
    noted_range* of;
    int at = 0;
  };
  iterator begin() {
    note("b");
    return {this};
  }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }

  void note(const std::string& what) {
    notes += what + ' ';
    if (what == throws) throw std::runtime_error{what};
    if (what == stops && stop) stop->request_stop();
  }

  int count;
  std::string notes{};
  std::string throws{};
  std::string stops{};
  std::stop_source* stop = nullptr;
  int unclaimed = -1;
  int bad = -1;
};

}  // namespace

TEST_CASE(
    "async_send_all: takes from its range only what has room, claims it and sends it; a false claim ends the range") {
  hwc::fake::transport t{[](const hwc::http_request&) { return hwc::http_response{.status = 200}; }};
  stepping_transport inner{t};
  auto client = make_client(inner);
  noted_range range{.count = 5, .unclaimed = 3};
  told end;
  const auto sink = [&](const resend_email& op, const auto&) { range.note("<" + op.user_id); };
  SUBCASE("one at a time") {
    client.async_send_all(range, sink, {.concurrency = 1}, end.handler());
    CHECK(range.notes == "");
    inner.run();
    CHECK(range.notes == "b c0 *0 <u0 +1 c1 *1 <u1 +2 c2 *2 <u2 +3 c3 ");
  }
  SUBCASE("two at a time") {
    client.async_send_all(range, sink, {.concurrency = 2}, end.handler());
    inner.run();
    CHECK(range.notes == "b c0 *0 +1 c1 *1 <u0 +2 c2 *2 <u1 +3 c3 <u2 ");
  }
  end.check({.sent = 3});
  CHECK(t.requests().size() == 3);
}

TEST_CASE("async_send_all from an rvalue: the range lives in the whole, and is gone when the handler is called") {
  hwc::fake::transport t{[](const hwc::http_request&) { return hwc::http_response{.status = 200}; }};
  stepping_transport inner{t};
  auto client = make_client(inner);
  const auto alive = std::make_shared<int>();
  told end;
  client.async_send_all(
      support::made_range{3, [alive](std::size_t i) { return resend_email{.user_id = std::to_string(i)}; }},
      [alive, own = std::make_unique<int>()](const auto&, const auto&) { ++*own; }, {}, end.handler());
  CHECK(alive.use_count() == 3);
  inner.run();
  end.check({.sent = 3});
  CHECK(alive.use_count() == 1);
}

TEST_CASE("async_send_all whose transport is given up: no handler, no sink; all that it had is gone") {
  hwc::fake::transport t;
  for (int i = 0; i != 4; ++i) t.expect({.delay = 1s});
  t.expect({.response = {.status = 429, .headers = {{"Retry-After", "10"}}}});
  stepping_transport inner{t};
  auto client = make_client(inner);
  const auto alive = std::make_shared<int>();
  told end;
  client.async_send_all(
      users(50), [alive, &end](const auto&, const auto&) { end.times += 100; }, {.concurrency = 5}, end.handler());
  while (t.requests().size() != 5) CHECK(inner.step());
  inner.drop();
  CHECK_FALSE(inner.step());
  CHECK(alive.use_count() == 1);
  CHECK(end.times == 0);
  CHECK(t.violations() == "");
}

TEST_CASE("async_send_all: with the stop token what is under way ends as cancelled, and the sink is told of each") {
  hwc::fake::transport t;
  stepping_transport inner{t};
  auto client = make_client(inner);
  std::stop_source stop;
  told end;
  int cancelled = 0;
  const auto sink = [&](const auto&, const hwc::result<hwc::no_content>& outcome) {
    cancelled += outcome.error().kind == error_kind::cancelled ? 1 : 0;
  };
  client.async_send_all(users(50), sink, {.concurrency = 4, .each = {.stop = stop.get_token()}}, end.handler());
  SUBCASE("while some are under way and one pauses") {
    for (int i = 0; i != 3; ++i) t.expect({.delay = 5s});
    t.expect({.response = {.status = 429, .headers = {{"Retry-After", "10"}}}});
    while (t.requests().size() != 4) CHECK(inner.step());
    const auto then = t.clock().now().steady;
    while (inner.under_way() == 4) CHECK(inner.step());
    stop.request_stop();
    inner.run();
    end.check({.not_sent = 1, .unknown = 3});
    CHECK(cancelled == 4);
    CHECK(t.clock().now().steady == then);
    CHECK(t.violations() == "");
  }
  SUBCASE("before it began") {
    stop.request_stop();
    inner.run();
    end.check({});
    CHECK(t.requests().empty());
  }
}

TEST_CASE(
    "async_send_all: after `finish` no further one is begun, and what is under way goes on, with its repetitions") {
  hwc::fake::transport t;
  stepping_transport inner{t};
  auto client = make_client(inner);
  std::stop_source finish;
  told end;
  client.async_send_all(users(50), nobody, {.concurrency = 2, .finish = finish.get_token()}, end.handler());
  SUBCASE("while some are under way") {
    t.expect({.response = {.status = 429, .headers = {{"Retry-After", "10"}}}});
    t.expect({.delay = 5s});
    t.expect({});
    while (t.requests().size() != 2) CHECK(inner.step());
    finish.request_stop();
    inner.run();
    end.check({.sent = 2});
    CHECK(t.requests().size() == 3);
    CHECK(t.violations() == "");
  }
  SUBCASE("before it began") {
    finish.request_stop();
    inner.run();
    end.check({});
    CHECK(t.requests().empty());
  }
}

TEST_CASE("async_send_all whose range asks to finish or to stop, at any place: what it gave then is not begun") {
  for (const bool at_once : {false, true}) {
    for (const auto* place : {"b", "+1", "+2"}) {
      CAPTURE(at_once);
      CAPTURE(place);
      hwc::fake::transport t{[](const hwc::http_request&) { return hwc::http_response{.status = 200}; }};
      stepping_transport inner{t};
      auto client = make_client(inner);
      std::stop_source stop;
      noted_range range{.count = 5, .stops = place, .stop = &stop};
      told end;
      hwc::send_all_options options{.concurrency = 1};
      (at_once ? options.each.stop : options.finish) = stop.get_token();
      client.async_send_all(range, nobody, options, end.handler());
      inner.run();
      const auto before = static_cast<std::size_t>(place[0] == 'b' ? 0 : place[1] - '0');
      end.check({.sent = before});
      CHECK(t.requests().size() == before);
      CHECK(range.notes.ends_with(std::string{place} + ' '));
    }
  }
}

TEST_CASE("async_send_all whose range throws: the handler is called with it, once the rest is broken off") {
  for (const auto* place : {"b", "c0", "*0", "+2", "c2", "*2"}) {
    CAPTURE(place);
    hwc::fake::transport t;
    const bool late = place[1] == '2';
    if (late) {
      t.expect({.delay = 5s});
      t.expect({.delay = 1s});
    }
    const auto start = t.clock().now().steady;
    stepping_transport inner{t};
    auto client = make_client(inner);
    noted_range range{.count = 5, .throws = place};
    told end;
    int sunk = 0;
    client.async_send_all(
        range, [&](const auto&, const auto&) { ++sunk; }, {.concurrency = 2}, end.handler());
    inner.run();
    CHECK(end.times == 1);
    REQUIRE(end.thrown != nullptr);
    CHECK_THROWS_WITH(std::rethrow_exception(end.thrown), place);
    CHECK(sunk == (late ? 1 : 0));
    CHECK(end.sum == send_all_summary{.sent = late ? std::size_t{1} : 0});
    CHECK(t.requests().size() == (late ? 2 : 0));
    CHECK(t.clock().now().steady == start + (late ? 1s : 0s));
    CHECK(inner.under_way() == 0);
    CHECK(t.violations() == "");
  }
}

TEST_CASE("async_send_all whose sink throws: the handler is called with it, and the sink not any more") {
  hwc::fake::transport t;
  t.expect({.delay = 1s});
  for (int i = 0; i != 3; ++i) t.expect({.delay = 5s});
  stepping_transport inner{t};
  auto client = make_client(inner);
  told end;
  int sunk = 0;
  const auto sink = [&](const auto&, const auto&) {
    ++sunk;
    throw std::runtime_error{"full"};
  };
  client.async_send_all(users(50), sink, {.concurrency = 4}, end.handler());
  inner.run();
  CHECK(end.times == 1);
  CHECK_THROWS_WITH(std::rethrow_exception(end.thrown), "full");
  CHECK(end.sum == send_all_summary{.sent = 1});
  CHECK(sunk == 1);
  CHECK(t.requests().size() == 4);
  CHECK(t.violations() == "");
}

namespace {

struct throwing_later {
  int* left;
  void sign(hwc::http_request&, hwc::wall_time) const {
    if ((*left)-- == 0) throw std::runtime_error{"no pen"};
  }
};

}  // namespace

TEST_CASE("async_send_all whose signer throws: the handler is called with it, whatever the error policy") {
  hwc::fake::transport t{[](const hwc::http_request&) { return hwc::http_response{.status = 200}; }};
  stepping_transport inner{t};
  told end;
  int left = 3;
  int sunk = 0;
  const auto sink = [&](const auto&, const auto& outcome) { sunk += outcome ? 1 : 100; };
  const auto check = [&](auto client) {
    client.async_send_all(users(50), sink, {.concurrency = 1}, end.handler());
    inner.run();
    CHECK(end.times == 1);
    CHECK_THROWS_WITH(std::rethrow_exception(end.thrown), "no pen");
    CHECK(sunk == 3);
    CHECK(t.requests().size() == 3);
  };
  SUBCASE("return_result") { check(hwc::client{where, inner, throwing_later{&left}, hwc::return_result{}}); }
  SUBCASE("throw_on_error") { check(hwc::client{where, inner, throwing_later{&left}}); }
}

namespace {

// A service, and when requests arrive there.
struct paced_service {
  std::vector<hwc::steady_time> at{};
  std::string users{};
  std::map<int, hwc::http_response> answers{};  // to the n-th request; else 200
  hwc::fake::transport transport{[this](const hwc::http_request&) {
    at.push_back(transport.clock().now().steady);
    const auto special = answers.find(static_cast<int>(at.size()));
    return special == answers.end() ? hwc::http_response{.status = 200} : special->second;
  }};
  hwc::steady_time start = transport.clock().now().steady;

  [[nodiscard]] std::vector<std::chrono::milliseconds> since_start() const {
    std::vector<std::chrono::milliseconds> all;
    for (const auto each : at) all.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(each - start));
    return all;
  }
};
using times = std::vector<std::chrono::milliseconds>;
constexpr hwc::rate_limit one_per_second{.requests = 1, .per = 1s};

}  // namespace

TEST_CASE(
    "async_send_all over rate_limited: an operation is taken when its turn has come; timeouts need not allow for it") {
  paced_service service;
  stepping_transport inner{service.transport};
  const auto check = [&](auto client) {
    times taken;
    support::made_range range{4, [&](std::size_t i) {
                                const auto since = service.transport.clock().now().steady - service.start;
                                taken.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(since));
                                return resend_email{.user_id = "u" + std::to_string(i)};
                              }};
    told end;
    client.async_send_all(range, nobody, {.concurrency = 10, .each = {.timeout = 500ms}}, end.handler());
    inner.run();
    end.check({.sent = 4});
    CHECK(service.since_start() == times{0s, 1s, 2s, 3s});
    CHECK(taken == times{0s, 1s, 2s, 3s});
  };
  const auto observer = [](const hwc::observed_exchange&) {};
  SUBCASE("as it is") { check(make_client(hwc::rate_limited{inner, one_per_second})); }
  SUBCASE("observed outside") { check(make_client(hwc::observed{hwc::rate_limited{inner, one_per_second}, observer})); }
  SUBCASE("observed inside") { check(make_client(hwc::rate_limited{hwc::observed{inner, observer}, one_per_second})); }
  SUBCASE("over calls that are driven at once") {
    check(make_client(hwc::rate_limited{deferring_transport{service.transport}, one_per_second}));
  }
  SUBCASE("two limits") {
    const hwc::rate_limit wide{.requests = 2, .per = 1s};
    check(make_client(hwc::rate_limited{hwc::rate_limited{inner, one_per_second}, wide}));
  }
}

TEST_CASE("async_send_all over rate_limited with a burst: as many at once as it allows, then one by one") {
  paced_service service;
  stepping_transport inner{service.transport};
  auto client = make_client(hwc::rate_limited{inner, {.requests = 1, .per = 1s, .burst = 3}});
  told end;
  client.async_send_all(users(5), nobody, {.concurrency = 10, .each = {.timeout = 500ms}}, end.handler());
  inner.run();
  end.check({.sent = 5});
  CHECK(service.since_start() == times{0s, 0s, 0s, 1s, 2s});
}

TEST_CASE("async_send_all over rate_limited: one that ends without a request takes no turn and holds nobody up") {
  paced_service service;
  stepping_transport inner{service.transport};
  auto client = make_client(hwc::rate_limited{inner, one_per_second});
  noted_range range{.count = 3, .bad = 1};
  told end;
  client.async_send_all(range, nobody, {.concurrency = 10, .each = {.timeout = 500ms}}, end.handler());
  inner.run();
  end.check({.sent = 2, .not_sent = 1});
  CHECK(service.since_start() == times{0s, 1s});
}

TEST_CASE("async_send_all over rate_limited: a repetition has the turn that comes, and what was not begun waits") {
  paced_service service;
  service.answers[1] = {.status = 429, .headers = {{"Retry-After", "5"}}};
  stepping_transport inner{service.transport};
  auto client = make_client(hwc::rate_limited{inner, one_per_second});
  noted_range range{.count = 2};
  told end;
  client.async_send_all(range, nobody, {.concurrency = 10, .each = {.timeout = 10s}}, end.handler());
  inner.run();
  end.check({.sent = 2});
  CHECK(service.since_start() == times{0s, 5s, 6s});
  CHECK(client.transport().accepts_from() == service.start + 7s);
}

TEST_CASE(
    "async_send_all over rate_limited: another call may take the turn; the one that was begun waits, no other is "
    "begun") {
  paced_service service;
  stepping_transport inner{service.transport};
  auto client = make_client(hwc::rate_limited{inner, one_per_second});
  told end;
  times taken;
  support::made_range range{3, [&](std::size_t i) {
                              const auto since = service.transport.clock().now().steady - service.start;
                              taken.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(since));
                              // Is driven before the one that this makes.
                              if (i == 0) client.async_send(resend_email{.user_id = "other"}, [](const auto&) {});
                              return resend_email{.user_id = "u" + std::to_string(i)};
                            }};
  client.async_send_all(range, nobody, {.concurrency = 10, .each = {.timeout = 1500ms}}, end.handler());
  inner.run();
  end.check({.sent = 3});
  CHECK(service.since_start() == times{0s, 1s, 2s, 3s});
  CHECK(taken == times{0s, 2s, 3s});
}

TEST_CASE("async_send_all over rate_limited: to finish or to stop need not wait for a turn, and none is lost") {
  paced_service service;
  stepping_transport inner{service.transport};
  auto client = make_client(hwc::rate_limited{inner, one_per_second});
  std::stop_source stop;
  told end;
  hwc::send_all_options options;
  SUBCASE("finish") { options.finish = stop.get_token(); }
  SUBCASE("stop") { options.each.stop = stop.get_token(); }
  client.async_send_all(users(50), nobody, options, end.handler());
  inner.later(service.start + 200ms, {}, [&] { stop.request_stop(); });
  inner.run();
  end.check({.sent = 1});
  CHECK(service.since_start() == times{0s});
  CHECK(service.transport.clock().now().steady == service.start + 200ms);
  CHECK(client.transport().accepts_from() == service.start + 1s);
}

static_assert(std::is_same_v<hwc::detail::async_all<resend_email, hwc::token_signer, stepping_transport,
                                                    std::vector<resend_email>&, decltype(nobody)>::signature,
                             void(std::exception_ptr, send_all_summary)>);
