// SPDX-License-Identifier: BSL-1.0
#include <hwc/transports/rate_limited.hpp>

#include <hwc/client.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/transports/any.hpp>
#include <hwc/transports/logged.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/deferring_transport.hpp"
#include "support/made_range.hpp"
#include "support/stepping_transport.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using hwc::error_kind;
using hwc::workspace::resend_email;

namespace {

const hwc::endpoint where{"https://workspace.example", "project"};
const hwc::token_signer signer{"token"};

// A transport in memory that notes when each request arrives.
struct arrivals {
  std::vector<hwc::steady_time> at;
  std::vector<hwc::http_response> answers;  // the first ones; then 200
  hwc::fake::transport transport = make();

  hwc::fake::transport make() {
    return hwc::fake::transport{[this](const hwc::http_request&) {
      at.push_back(transport.clock().now().steady);
      return at.size() > answers.size() ? hwc::http_response{.status = 200} : answers[at.size() - 1];
    }};
  }
  // The next request is answered so, a moment later, when others may have begun to wait.
  void answer_slowly(hwc::http_response answer = {.status = 200}) {
    transport.expect({.response = std::move(answer), .delay = 1ms, .meanwhile = [this] {
                        at.push_back(transport.clock().now().steady);
                      }});
  }
  [[nodiscard]] std::ptrdiff_t most_within(std::chrono::milliseconds span) const {
    std::ptrdiff_t most = 0;
    for (auto first = at.begin(); first != at.end(); ++first) {
      most = std::max(most, std::lower_bound(first, at.end(), *first + span) - first);
    }
    return most;
  }
};

std::vector<resend_email> users(int count) {
  std::vector<resend_email> all;
  for (int i = 0; i != count; ++i) all.push_back({.user_id = "u" + std::to_string(i)});
  return all;
}

// What the service answers when it is asked too often.
hwc::http_response throttled(std::string_view seconds) {
  hwc::http_response answer{.status = 429};
  answer.headers.add("Retry-After", seconds);
  return answer;
}

// A transport over the fake in whose waiting something else may happen, as on another thread.
struct interrupted_transport {
  struct interrupted_clock {
    hwc::fake::clock inner;
    std::function<void()> meanwhile{};

    [[nodiscard]] hwc::moment now() const { return inner.now(); }
    bool wait_until(hwc::steady_time until, const std::stop_token& stop) {
      if (const auto happens = std::exchange(meanwhile, {})) happens();
      return inner.wait_until(until, stop);
    }
  };

  hwc::exchange_result send(const hwc::http_request& request, hwc::http_response& response,
                            const hwc::exchange_options& options) {
    return inner.send(request, response, options);
  }
  interrupted_clock& clock() { return time; }

  struct multiplexed {
    void start(std::size_t slot, const hwc::http_request& request, hwc::http_response& response,
               const hwc::exchange_options& options) {
      inner.start(slot, request, response, options);
    }
    std::optional<hwc::exchange_completion> next(hwc::steady_time until, const std::stop_token& stop) {
      if (const auto happens = std::exchange(*meanwhile, {})) happens();
      return inner.next(until, stop);
    }
    hwc::fake::transport::multiplexed inner;
    std::function<void()>* meanwhile;
  };
  multiplexed multiplex(std::size_t concurrency) { return {inner.multiplex(concurrency), &time.meanwhile}; }

  hwc::fake::transport inner;
  interrupted_clock time{inner.clock()};
};

// Exchanges that are begun at once over a multiplexer, whether they may leave or not.
template <class Transport>
class begun {
 public:
  begun(Transport& transport, std::size_t count, const hwc::exchange_options& options)
      : many_{transport.multiplex(count)}, responses_(count) {
    for (std::size_t i = 0; i != count; ++i) many_.start(i, request_, responses_[i], options);
  }
  auto next() { return many_.next(hwc::steady_time::max(), {}); }

 private:
  decltype(std::declval<Transport&>().multiplex(1)) many_;
  hwc::http_request request_{.origin = {.host = "a.example"}, .target = "/"};
  std::vector<hwc::http_response> responses_;
};

// Users for each of whom, right before he is taken, somebody else is given the turn.
template <class Transport>
auto robbed(const std::vector<resend_email>& all, Transport& transport) {
  return support::made_range{all.size(), [&](std::size_t i) {
                               hwc::http_response response;
                               CHECK(transport.send({.origin = {.host = "a.example"}, .target = "/"}, response, {}));
                               return all[i];
                             }};
}

}  // namespace

TEST_CASE("rate_limited: no more requests than the limit in any minute, evenly spread") {
  arrivals seen;
  hwc::client client{where, hwc::rate_limited{seen.transport, {.requests = 100, .per = 60s}}, signer};
  for (int i = 0; i != 250; ++i) client.send(resend_email{.user_id = "u"});
  CHECK(seen.at.size() == 250);
  CHECK(seen.most_within(60s) == 100);
  CHECK(seen.at.back() - seen.at.front() == 249 * 600ms);
}

TEST_CASE("rate_limited with a burst: so many at once after a rest, then at the rate") {
  arrivals seen;
  hwc::client client{where, hwc::rate_limited{seen.transport, {.requests = 10, .per = 10s, .burst = 3}}, signer};
  for (int i = 0; i != 5; ++i) client.send(resend_email{.user_id = "u"});
  CHECK(seen.at[2] == seen.at[0]);
  CHECK(seen.at[3] == seen.at[0] + 1s);
  CHECK(seen.at[4] == seen.at[0] + 2s);
}

TEST_CASE("rate_limited with many at once: the same limit for all of them together") {
  arrivals seen;
  hwc::client client{where, hwc::rate_limited{seen.transport, {.requests = 100, .per = 60s}}, signer};
  const auto sum = client.send_all(users(250), [](const auto&, const auto&) {}, {.concurrency = 16});
  CHECK(sum.sent == 250);
  CHECK(seen.most_within(60s) == 100);
}

TEST_CASE(
    "rate_limited with a range for which the timeout is far too short: each is sent at its turn, none is given up") {
  arrivals seen;
  const auto start = seen.transport.clock().now().steady;
  const hwc::rate_limit limit{.requests = 10, .per = 1s};
  const auto send = [](auto transport) {
    hwc::client client{where, std::move(transport), signer, hwc::return_result{}};
    return client.send_all(users(1000), [](const auto&, const auto&) {}, {.concurrency = 32, .each = {.timeout = 2s}});
  };
  hwc::send_all_summary sum;
  SUBCASE("as it is") { sum = send(hwc::rate_limited{seen.transport, limit}); }
  SUBCASE("held by others") {
    sum = send(hwc::any_transport{hwc::logged{hwc::rate_limited{seen.transport, limit}, [](std::string_view) {}}});
  }
  CHECK(sum == hwc::send_all_summary{.sent = 1000});
  CHECK(seen.at.size() == 1000);
  CHECK(seen.at.back() - start == 99'900ms);
}

TEST_CASE("rate_limited with answers that take longer than a turn: the rate is kept up, not one call after the other") {
  arrivals seen;
  const auto start = seen.transport.clock().now().steady;
  for (int i = 0; i != 50; ++i) {
    seen.transport.expect({.delay = 1s, .meanwhile = [&] { seen.at.push_back(seen.transport.clock().now().steady); }});
  }
  hwc::client client{where, hwc::rate_limited{seen.transport, {.requests = 10, .per = 1s}}, signer};
  const auto sum = client.send_all(users(50), [](const auto&, const auto&) {}, {.concurrency = 32});
  CHECK(sum.sent == 50);
  CHECK(seen.transport.clock().now().steady - start == 5900ms);
}

TEST_CASE("rate_limited with a range while the service wants everybody to wait: nobody is taken, none is given up") {
  arrivals seen;
  seen.answers = {throttled("60")};
  const auto start = seen.transport.clock().now().steady;
  hwc::client client{where, hwc::rate_limited{seen.transport, {.requests = 10, .per = 1s}}, signer,
                     hwc::return_result{}};
  const auto sum =
      client.send_all(users(100), [](const auto&, const auto&) {}, {.concurrency = 32, .each = {.timeout = 10s}});
  CHECK(sum == hwc::send_all_summary{.sent = 99, .not_sent = 1});  // the one that was throttled had no time for that
  CHECK(seen.at.size() == 100);
  CHECK(seen.at[1] - start == 60s);
}

TEST_CASE("rate_limited with a range: each operation is taken when its request leaves, and the end needs no turn") {
  arrivals seen;
  const hwc::rate_limit limit{.requests = 1, .per = 10s};
  std::vector<hwc::steady_time> taken;
  hwc::send_all_summary sum;
  const auto all = users(5);
  support::made_range noting{all.size(), [&](std::size_t i) {
                               taken.push_back(seen.transport.clock().now().steady);
                               return all[i];
                             }};
  const auto send = [&](auto inner) {
    hwc::client client{where, hwc::rate_limited{std::move(inner), limit}, signer, hwc::return_result{}};
    sum = client.send_all(noting, [](const auto&, const auto&) {}, {.concurrency = 8, .each = {.timeout = 1s}});
  };
  const auto start = seen.transport.clock().now().steady;
  SUBCASE("many at once") { send(seen.transport); }
  SUBCASE("over a transport that can do one at a time") { send(interrupted_transport{seen.transport}); }
  SUBCASE("a 429 is heeded") {
    seen.answers = {throttled("45")};
    send(seen.transport);
    CHECK(sum == hwc::send_all_summary{.sent = 4, .not_sent = 1});
    CHECK(seen.at == taken);
    CHECK(seen.at[1] == start + 45s);
    return;
  }
  CHECK(sum == hwc::send_all_summary{.sent = 5});
  CHECK(seen.at == taken);
  CHECK(seen.at.size() == 5);
  CHECK(seen.transport.clock().now().steady == start + 40s);
}

TEST_CASE("rate_limited with a range, over a clock that is never the same when it is read again") {
  // The fake, whose time goes on with each look at it, as real time does.
  struct going_clock {
    hwc::fake::clock* of;
    int* looks;
    hwc::moment now() const {
      if (++*looks > 10'000) throw std::runtime_error{"it goes round in circles"};
      of->advance(1ms);
      return of->now();
    }
    bool wait_until(hwc::steady_time until, const std::stop_token& stop) const { return of->wait_until(until, stop); }
  };
  struct going_transport {
    hwc::fake::transport inner{[](const hwc::http_request&) { return hwc::http_response{.status = 200}; }};
    int looks = 0;
    auto send(const hwc::http_request& request, hwc::http_response& response, const hwc::exchange_options& options) {
      return inner.send(request, response, options);
    }
    going_clock clock() { return {&inner.clock(), &looks}; }
  };
  hwc::client client{where, hwc::rate_limited{going_transport{}, {}}, signer, hwc::return_result{}};
  CHECK(client.send_all(users(3), [](const resend_email&, const hwc::result<hwc::no_content>& sent) { CHECK(sent); })
            .sent == 3);
}

TEST_CASE("rate_limited with a range, asked to finish while nobody may leave: none is taken any more, at once") {
  arrivals seen;
  seen.answer_slowly();
  std::stop_source finish;
  hwc::client client{where, hwc::rate_limited{seen.transport, {.requests = 1, .per = 60s}}, signer,
                     hwc::return_result{}};
  const auto sum = client.send_all(users(5), [&](const auto&, const auto&) { finish.request_stop(); },
                                   {.concurrency = 3, .finish = finish.get_token()});
  CHECK(sum == hwc::send_all_summary{.sent = 1});
  CHECK(seen.at.size() == 1);
  CHECK(seen.transport.clock().now().steady - seen.at.front() < 1s);
}

TEST_CASE("rate_limited: a turn after the deadline is given up at once, not sent") {
  arrivals seen;
  hwc::client client{where, hwc::rate_limited{seen.transport, {.requests = 1, .per = 60s}}, signer,
                     hwc::return_result{}};
  CHECK(client.send(resend_email{.user_id = "u"}));
  const auto before = seen.transport.clock().now().steady;
  const auto late = client.send(resend_email{.user_id = "u"}, {.timeout = 10s});
  CHECK(late.error().kind == error_kind::timeout);
  CHECK(late.error().sent == hwc::delivery::not_sent);
  CHECK(seen.transport.clock().now().steady == before);
  CHECK(seen.at.size() == 1);
  begun many{client.transport(), 3, {.deadline = before + 10s}};
  for (int i = 0; i != 3; ++i) {
    const auto ended = many.next();
    REQUIRE(ended);
    CHECK(ended->outcome.error().kind == error_kind::timeout);
    CHECK(ended->outcome.error().sent == hwc::delivery::not_sent);
  }
  CHECK(seen.transport.clock().now().steady == before);
  CHECK(seen.at.size() == 1);
}

TEST_CASE("rate_limited: a stop ends the wait for a turn, not sent") {
  arrivals seen;
  seen.answer_slowly();
  std::stop_source stop;
  hwc::client client{where, hwc::rate_limited{seen.transport, {.requests = 1, .per = 60s}}, signer,
                     hwc::return_result{}};
  const auto sum = client.send_all(users(5), [&](const auto&, const auto&) { stop.request_stop(); },
                                   {.concurrency = 3, .each = {.timeout = 1h, .stop = stop.get_token()}});
  CHECK(sum == hwc::send_all_summary{.sent = 1});  // the others were not taken
  begun many{client.transport(), 1, {.stop = stop.get_token()}};
  const auto ended = many.next();
  REQUIRE(ended);
  CHECK(ended->outcome.error().kind == error_kind::cancelled);
  CHECK(ended->outcome.error().sent == hwc::delivery::not_sent);
  CHECK(seen.at.size() == 1);
}

TEST_CASE("rate_limited: a request of many that has to wait leaves when its turn has come") {
  arrivals seen;
  hwc::rate_limited limited{seen.transport, {.requests = 1, .per = 60s}};
  begun many{limited, 3, {}};
  for (int i = 0; i != 3; ++i) CHECK(many.next());
  REQUIRE(seen.at.size() == 3);
  CHECK(seen.at[1] - seen.at[0] == 60s);
  CHECK(seen.at[2] - seen.at[1] == 60s);
  CHECK_FALSE(many.next());  // nothing is left to wait for
}

TEST_CASE("rate_limited: a stop while many wait for their turn ends those that it is for; the others leave in theirs") {
  arrivals seen;
  hwc::rate_limited limited{interrupted_transport{seen.transport}, {.requests = 1, .per = 60s}};
  auto many = limited.multiplex(3);
  const hwc::http_request request{.origin = {.host = "a.example"}, .target = "/"};
  hwc::http_response responses[3];
  std::stop_source stop;
  many.start(0, request, responses[0], {});
  many.start(1, request, responses[1], {.stop = stop.get_token()});
  many.start(2, request, responses[2], {});
  CHECK(many.next(hwc::steady_time::max(), {}));
  limited.inner().time.meanwhile = [&] { stop.request_stop(); };
  auto ended = many.next(hwc::steady_time::max(), stop.get_token());
  REQUIRE(ended);
  CHECK(ended->slot == 1);
  CHECK(ended->outcome.error().kind == error_kind::cancelled);
  CHECK(ended->outcome.error().sent == hwc::delivery::not_sent);
  CHECK_FALSE(many.next(hwc::steady_time::max(), stop.get_token()));
  CHECK(seen.at.size() == 1);
  ended = many.next(hwc::steady_time::max(), {});
  REQUIRE(ended);
  CHECK(ended->slot == 2);
  CHECK(ended->outcome);
  CHECK(seen.at.size() == 2);
}

TEST_CASE("rate_limited over an asynchronous transport: an exchange that fails is repeated in its turn") {
  arrivals seen;
  seen.transport.expect({.failure = hwc::fake::connection_refused()});
  hwc::client client{where,
                     hwc::rate_limited{support::deferring_transport{seen.transport}, {.requests = 1, .per = 60s}},
                     signer, hwc::return_result{}};
  const auto start = seen.transport.clock().now().steady;
  hwc::call_info info;
  bool sent = false;
  client.async_send(resend_email{.user_id = "u"}, {.timeout = 1h, .info = &info},
                    [&](const auto& outcome) { sent = outcome.has_value(); });
  CHECK(sent);
  CHECK(info.attempts == 2);
  REQUIRE(seen.at.size() == 1);
  CHECK(seen.at[0] - start >= 60s);
}

TEST_CASE("rate_limited over an asynchronous transport: the same limit, and the same way to give up") {
  arrivals seen;
  hwc::client client{where,
                     hwc::rate_limited{support::deferring_transport{seen.transport}, {.requests = 10, .per = 10s}},
                     signer, hwc::return_result{}};
  int sent = 0;
  for (int i = 0; i != 4; ++i) {
    client.async_send(resend_email{.user_id = "u"}, [&](const auto& outcome) { sent += outcome ? 1 : 0; });
  }
  CHECK(sent == 4);
  CHECK(seen.at.back() - seen.at.front() == 3s);
  hwc::error late;
  client.async_send(resend_email{.user_id = "u"}, {.timeout = 500ms},
                    [&](const auto& outcome) { late = outcome.error(); });
  CHECK(late.kind == error_kind::timeout);
  CHECK(late.sent == hwc::delivery::not_sent);
  CHECK(seen.at.size() == 4);
}

TEST_CASE("rate_limited: what is given up while it waits is no attempt, and what was known before it stays known") {
  hwc::fake::transport t;
  t.expect({.response = throttled("30")});
  const hwc::rate_limit limit{.requests = 1, .per = 60s};
  std::stop_source stop;
  std::optional<hwc::error> why;
  hwc::call_info info;
  std::size_t requests = 1;
  const auto note = [&](const auto& outcome) {
    REQUIRE_FALSE(outcome);
    why = outcome.error();
  };
  const resend_email op{.user_id = "u"};
  // The second attempt would be after 30 seconds, its turn is after 60.
  SUBCASE("blocking") {
    hwc::client client{where, hwc::rate_limited{t, limit}, signer, hwc::return_result{}};
    note(client.send(op, {.timeout = 50s, .info = &info}));
    CHECK(why->attempts == 1);
    CHECK(why->sent == hwc::delivery::answered);
    note(client.send(op, {.timeout = 10s, .info = &info}));
  }
  SUBCASE("many at once") {
    hwc::client client{where, hwc::rate_limited{t, limit}, signer, hwc::return_result{}};
    const auto sink = [&](const auto&, const auto& outcome, const hwc::call_info& told) {
      note(outcome);
      info = told;
    };
    client.send_all(users(1), sink, {.each = {.timeout = 50s}});
    CHECK(why->attempts == 1);
    CHECK(why->sent == hwc::delivery::answered);
    requests = 2;
    t.expect({});
    const auto one = users(1);
    client.send_all(robbed(one, client.transport()), sink, {.each = {.timeout = 10s}});
  }
  SUBCASE("asynchronous") {
    hwc::client client{where, hwc::rate_limited{support::deferring_transport{t}, limit}, signer, hwc::return_result{}};
    client.async_send(op, {.timeout = 50s, .info = &info}, note);
    CHECK(why->attempts == 1);
    CHECK(why->sent == hwc::delivery::answered);
    client.async_send(op, {.timeout = 10s, .info = &info}, note);
  }
  SUBCASE("blocking, stopped") {
    hwc::rate_limited limited{interrupted_transport{t}, limit};
    hwc::client client{where, limited, signer, hwc::return_result{}};
    note(client.send(op, {.timeout = 1s, .info = &info}));
    CHECK(why->attempts == 1);
    client.transport().clock().meanwhile = [&] { stop.request_stop(); };
    note(client.send(op, {.timeout = 1h, .stop = stop.get_token(), .info = &info}));
    CHECK(why->kind == error_kind::cancelled);
  }
  CHECK(why->attempts == 0);
  CHECK(why->sent == hwc::delivery::not_sent);
  CHECK(info.attempts == 0);
  CHECK(info.sent == hwc::delivery::not_sent);
  CHECK(t.requests().size() == requests);
  CHECK(t.violations() == "");
}

TEST_CASE("rate_limited: a 429 with Retry-After holds up everybody") {
  hwc::fake::transport t;
  t.expect({.response = throttled("30")});
  t.expect({});
  hwc::client client{where, hwc::rate_limited{t, {.requests = 1000, .per = 1s}}, signer, hwc::return_result{}};
  const auto start = t.clock().now().steady;
  CHECK(client.send(resend_email{.user_id = "a"}, {.max_attempts = 1}).error().kind == error_kind::throttled);
  CHECK(client.send(resend_email{.user_id = "b"}, {.timeout = 1h}));
  CHECK(t.clock().now().steady == start + 30s);
  CHECK(t.violations() == "");
}

TEST_CASE("rate_limited: what is not evenly divisible stays within the limit too") {
  arrivals seen;
  hwc::client client{where, hwc::rate_limited{seen.transport, {.requests = 3, .per = 1s}}, signer};
  for (int i = 0; i != 10; ++i) client.send(resend_email{.user_id = "u"});
  CHECK(seen.most_within(1s) == 3);
}

TEST_CASE("rate_limited: calls that are given up take no turn from those after them") {
  arrivals seen;
  const hwc::rate_limit limit{.requests = 1, .per = 1s};
  const auto start = seen.transport.clock().now().steady;
  SUBCASE("one after the other") {
    hwc::client client{where, hwc::rate_limited{seen.transport, limit}, signer, hwc::return_result{}};
    CHECK(client.send(resend_email{.user_id = "u"}));
    for (int i = 0; i != 100; ++i) {
      CHECK(client.send(resend_email{.user_id = "u"}, {.timeout = 100ms}).error().sent == hwc::delivery::not_sent);
    }
    CHECK(client.send(resend_email{.user_id = "u"}, {.timeout = 30s}));
  }
  SUBCASE("many at once") {
    hwc::client client{where, hwc::rate_limited{seen.transport, limit}, signer, hwc::return_result{}};
    CHECK(client.send(resend_email{.user_id = "u"}));
    begun many{client.transport(), 9, {.deadline = start + 100ms}};
    for (int i = 0; i != 9; ++i) CHECK(many.next()->outcome.error().kind == error_kind::timeout);
    CHECK(client.send(resend_email{.user_id = "u"}, {.timeout = 30s}));
  }
  SUBCASE("asynchronous") {
    hwc::client client{where, hwc::rate_limited{support::deferring_transport{seen.transport}, limit}, signer,
                       hwc::return_result{}};
    int sent = 0;
    const auto count = [&](const auto& outcome) { sent += outcome ? 1 : 0; };
    client.async_send(resend_email{.user_id = "u"}, count);
    for (int i = 0; i != 100; ++i) client.async_send(resend_email{.user_id = "u"}, {.timeout = 100ms}, count);
    CHECK(sent == 1);
    client.async_send(resend_email{.user_id = "u"}, {.timeout = 30s}, count);
    CHECK(sent == 2);
  }
  CHECK(seen.at == std::vector{start, start + 1s});
}

TEST_CASE("rate_limited: a stop while a request waits hands its turn back") {
  arrivals seen;
  const hwc::rate_limit limit{.requests = 1, .per = 1s};
  const auto start = seen.transport.clock().now().steady;
  std::stop_source stop;
  SUBCASE("one after the other") {
    interrupted_transport inner{seen.transport};
    hwc::rate_limited limited{inner, limit};
    hwc::client client{where, limited, signer, hwc::return_result{}};
    CHECK(client.send(resend_email{.user_id = "u"}));
    for (int i = 0; i != 5; ++i) {
      stop = std::stop_source{};
      hwc::http_response response;
      limited.clock().meanwhile = [&] { stop.request_stop(); };
      const auto outcome =
          limited.send({.origin = {.host = "a.example"}, .target = "/"}, response, {.stop = stop.get_token()});
      CHECK(outcome.error().kind == error_kind::cancelled);
      CHECK(outcome.error().sent == hwc::delivery::not_sent);
    }
    CHECK(client.send(resend_email{.user_id = "u"}, {.timeout = 1h}));
  }
  SUBCASE("many at once") {
    hwc::client client{where, hwc::rate_limited{seen.transport, limit}, signer, hwc::return_result{}};
    CHECK(client.send(resend_email{.user_id = "u"}));
    begun many{client.transport(), 5, {.stop = stop.get_token()}};
    stop.request_stop();
    for (int i = 0; i != 5; ++i) CHECK(many.next()->outcome.error().kind == error_kind::cancelled);
    CHECK(client.send(resend_email{.user_id = "u"}, {.timeout = 1h}));
  }
  SUBCASE("many at once, broken off") {
    hwc::client client{where, hwc::rate_limited{seen.transport, limit}, signer, hwc::return_result{}};
    CHECK(client.send(resend_email{.user_id = "u"}));
    { const begun many{client.transport(), 5, {}}; }
    CHECK(client.send(resend_email{.user_id = "u"}, {.timeout = 1h}));
  }
  SUBCASE("asynchronous") {
    support::stepping_transport inner{seen.transport};
    hwc::client client{where, hwc::rate_limited{inner, limit}, signer, hwc::return_result{}};
    int sent = 0;
    int stopped = 0;
    const auto count = [&](const auto& outcome) { ++(outcome ? sent : stopped); };
    client.async_send(resend_email{.user_id = "u"}, {.timeout = 1h}, count);
    for (int i = 0; i != 5; ++i) {
      client.async_send(resend_email{.user_id = "u"}, {.timeout = 1h, .stop = stop.get_token()}, count);
    }
    stop.request_stop();
    inner.run();
    CHECK(stopped == 5);
    client.async_send(resend_email{.user_id = "u"}, {.timeout = 1h}, count);
    inner.run();
    CHECK(sent == 2);
  }
  CHECK(seen.at == std::vector{start, start + 1s});
}

TEST_CASE("rate_limited with turns handed back: never more than the limit, and hardly a turn is lost") {
  arrivals seen;
  support::stepping_transport inner{seen.transport};
  hwc::client client{where, hwc::rate_limited{inner, {.requests = 10, .per = 10s, .burst = 3}}, signer,
                     hwc::return_result{}};
  const auto start = seen.transport.clock().now().steady;
  std::ptrdiff_t sent = 0;
  std::deque<std::stop_source> stops(300);
  // Thrice as fast as the limit; two of three are stopped, at once or up to six seconds later.
  for (int i = 0; i != 300; ++i) {
    auto& stop = stops[static_cast<std::size_t>(i)];
    inner.later(start + i * 333ms, {}, [&] {
      client.async_send(resend_email{.user_id = "u"}, {.timeout = 1h, .stop = stop.get_token()},
                        [&](const auto& outcome) { sent += outcome ? 1 : 0; });
    });
    if (i % 3 != 0) inner.later(start + i * 333ms + i % 7 * 1s, {}, [&] { stop.request_stop(); });
  }
  inner.run();
  CHECK(sent >= 100);
  CHECK(sent == std::ssize(seen.at));
  CHECK(seen.most_within(10s) == 12);
  CHECK(seen.at.back() - start < sent * 1s + 5s);
}

TEST_CASE("rate_limited: a 429 with Retry-After holds up those too that wait for their turn already") {
  arrivals seen;
  const hwc::rate_limit limit{.requests = 1, .per = 1s};
  const auto start = seen.transport.clock().now().steady;
  SUBCASE("one after the other") {
    // While the first waits for its turn after one second, another thread's request is throttled.
    seen.answers = {{.status = 200}, throttled("20")};
    interrupted_transport inner{seen.transport};
    hwc::rate_limited limited{inner, limit};
    const hwc::http_request request{.origin = {.host = "a.example"}, .target = "/"};
    hwc::http_response response;
    hwc::http_response other;
    CHECK(limited.send(request, response, {}));
    limited.clock().meanwhile = [&] { CHECK(limited.send(request, other, {})); };
    CHECK(limited.send(request, response, {}));
    CHECK(seen.at == std::vector{start, start + 2s, start + 22s});
    // And one whose deadline comes before that.
    seen.answers = {{}, {}, {}, throttled("20")};
    limited.clock().meanwhile = [&] { CHECK(limited.send(request, other, {})); };
    const auto late = limited.send(request, response, {.deadline = start + 30s});
    CHECK(late.error().kind == error_kind::timeout);
    CHECK(late.error().sent == hwc::delivery::not_sent);
    CHECK(seen.transport.clock().now().steady == start + 24s);
  }
  SUBCASE("many at once") {
    hwc::client client{where, hwc::rate_limited{seen.transport, limit}, signer, hwc::return_result{}};
    seen.answer_slowly(throttled("20"));
    const auto sum = client.send_all(users(4), [](const auto&, const auto&) {},
                                     {.concurrency = 4, .each = {.timeout = 1h, .max_attempts = 1}});
    CHECK(sum == hwc::send_all_summary{.sent = 3, .not_sent = 1});
    CHECK(seen.at == std::vector{start, start + 20001ms, start + 21001ms, start + 22001ms});
  }
  SUBCASE("many at once, with a deadline before that") {
    hwc::client client{where, hwc::rate_limited{seen.transport, limit}, signer, hwc::return_result{}};
    seen.answer_slowly(throttled("20"));
    begun many{client.transport(), 3, {.deadline = start + 15s}};
    CHECK(many.next()->outcome);
    for (int i = 0; i != 2; ++i) {
      const auto late = many.next();
      CHECK(late->outcome.error().kind == error_kind::timeout);
      CHECK(late->outcome.error().sent == hwc::delivery::not_sent);
    }
    CHECK(client.send(resend_email{.user_id = "u"}));
    CHECK(seen.at == std::vector{start, start + 20001ms});
  }
  SUBCASE("asynchronous") {
    seen.answers = {throttled("20")};
    support::stepping_transport inner{seen.transport};
    hwc::client client{where, hwc::rate_limited{inner, limit}, signer, hwc::return_result{}};
    std::vector<error_kind> failures;
    const auto note = [&](const auto& outcome) {
      if (!outcome) failures.push_back(outcome.error().kind);
    };
    for (int i = 0; i != 3; ++i) {
      client.async_send(resend_email{.user_id = "u"}, {.timeout = 1h, .max_attempts = 1}, note);
    }
    client.async_send(resend_email{.user_id = "u"}, {.timeout = 15s}, note);
    inner.run();
    CHECK(failures == std::vector{error_kind::throttled, error_kind::timeout});
    CHECK(seen.at == std::vector{start, start + 20s, start + 21s});
  }
}
