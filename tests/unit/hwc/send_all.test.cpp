// SPDX-License-Identifier: BSL-1.0
#include <hwc/send_all.hpp>

#include <hwc/client.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/made_range.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using hwc::delivery;
using hwc::error_kind;
using hwc::workspace::resend_email;

namespace {

const hwc::endpoint where{"https://workspace.example", "project"};
const hwc::token_signer signer{"a-secret-token"};

std::vector<resend_email> users(int count) {
  std::vector<resend_email> all;
  for (int i = 0; i != count; ++i) all.push_back({.user_id = "u" + std::to_string(i)});
  return all;
}

auto make_client(hwc::fake::transport t) { return hwc::client{where, std::move(t), signer, hwc::return_result{}}; }

// A transport that can do one exchange at a time.
struct plain_transport {
  hwc::exchange_result send(const hwc::http_request& request, hwc::http_response& response,
                            const hwc::exchange_options& options) {
    return inner.send(request, response, options);
  }
  hwc::fake::clock& clock() { return inner.clock(); }
  hwc::fake::transport inner;
};
static_assert(!hwc::detail::has_multiplex<plain_transport> && hwc::detail::has_multiplex<hwc::fake::transport>);

// What a range-based for takes: iterators found by functions beside the type, or made constant or by reference.
namespace beside {
struct found_by_name {
  std::vector<resend_email> all;
};
inline auto begin(found_by_name& range) { return range.all.begin(); }
inline auto end(found_by_name& range) { return range.all.end(); }
}  // namespace beside
struct begins_with_a_constant {
  std::vector<resend_email> all;
  // NOLINTNEXTLINE(readability-const-return-type)
  const std::vector<resend_email>::iterator begin() { return all.begin(); }
  std::vector<resend_email>::iterator end() { return all.end(); }
};
struct begins_with_a_reference {
  explicit begins_with_a_reference(std::vector<resend_email> of) : all{std::move(of)} {}
  std::vector<resend_email>::iterator& begin() { return first; }
  std::vector<resend_email>::iterator& end() { return last; }
  std::vector<resend_email> all;
  std::vector<resend_email>::iterator first = all.begin(), last = all.end();
};

}  // namespace

TEST_CASE("send_all: any range that a range-based for takes") {
  hwc::fake::transport t{[](const hwc::http_request&) { return hwc::http_response{.status = 204}; }};
  auto client = make_client(t);
  const auto sink = [](const resend_email&, hwc::result<hwc::no_content> outcome) { CHECK(outcome); };
  const resend_email array[] = {{.user_id = "a"}, {.user_id = "b"}};
  const auto constant = users(3);
  beside::found_by_name by_name{users(4)};
  begins_with_a_constant by_constant{users(5)};
  begins_with_a_reference by_reference{users(6)};
  CHECK(client.send_all(array, sink).sent == 2);
  CHECK(client.send_all(constant, sink).sent == 3);
  CHECK(client.send_all(by_name, sink).sent == 4);
  CHECK(client.send_all(by_constant, sink).sent == 5);
  CHECK(client.send_all(by_reference, sink).sent == 6);
  CHECK(t.requests().size() == 20);
}

TEST_CASE("send_all: every operation ends once, with its own result") {
  for (const std::size_t concurrency : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{100}}) {
    hwc::fake::transport t{[](const hwc::http_request& request) {
      return hwc::http_response{.status = request.target.find("/u13/") == std::string::npos ? 200 : 400};
    }};
    auto client = make_client(t);
    std::map<std::string, int> seen;
    const auto sum =
        client.send_all(users(50),
                        [&](const resend_email& op, hwc::result<hwc::no_content> outcome, const hwc::call_info& info) {
                          ++seen[op.user_id];
                          CHECK(outcome.has_value() == (op.user_id != "u13"));
                          CHECK(info.attempts == 1);
                        },
                        {.concurrency = concurrency});
    CHECK(sum == hwc::send_all_summary{.sent = 49, .not_sent = 1});
    CHECK(seen.size() == 50);
    CHECK(std::all_of(seen.begin(), seen.end(), [](const auto& each) { return each.second == 1; }));
    CHECK(t.requests().size() == 50);
  }
}

TEST_CASE("send_all of nothing: nothing") {
  hwc::fake::transport t;
  auto client = make_client(t);
  CHECK(client.send_all(std::vector<resend_email>{}, [](const auto&, const auto&) { FAIL("called"); }) ==
        hwc::send_all_summary{});
}

TEST_CASE("send_all from an input range that can be read once: each element is taken when its turn comes") {
  std::istringstream words{"ada bob carol"};
  std::vector<std::string> served;
  hwc::fake::transport t{[](const hwc::http_request&) { return hwc::http_response{.status = 204}; }};
  auto client = make_client(t);
  struct words_range {
    struct iterator {
      using value_type = resend_email;
      using difference_type = std::ptrdiff_t;
      std::istream_iterator<std::string> at;
      resend_email operator*() const { return {.user_id = *at}; }
      iterator& operator++() {
        ++at;
        return *this;
      }
      void operator++(int) { ++at; }
      bool operator==(std::default_sentinel_t) const { return at == std::istream_iterator<std::string>{}; }
    };
    iterator begin() { return {std::istream_iterator<std::string>{in}}; }
    std::default_sentinel_t end() { return {}; }
    std::istringstream& in;
  };
  const auto sum =
      client.send_all(words_range{words}, [&](const resend_email& op, const auto&) { served.push_back(op.user_id); },
                      {.concurrency = 2});
  CHECK(sum.sent == 3);
  CHECK(std::set<std::string>{served.begin(), served.end()} == std::set<std::string>{"ada", "bob", "carol"});
}

TEST_CASE("send_all: exchanges overlap, no more of them than the concurrency") {
  for (const int concurrency : {1, 4, 10}) {
    hwc::fake::transport t;
    for (int i = 0; i != 20; ++i) t.expect({.delay = 1s});
    auto client = make_client(t);
    const auto start = t.clock().now().steady;
    const auto sum = client.send_all(users(20), [](const auto&, const auto&) {},
                                     {.concurrency = static_cast<std::size_t>(concurrency)});
    CHECK(sum.sent == 20);
    CHECK(t.clock().now().steady == start + 20s / concurrency);
    CHECK(t.violations() == "");
  }
}

TEST_CASE("send_all: results come as they end, not as they began") {
  hwc::fake::transport t;
  t.expect({.delay = 3s});
  t.expect({.delay = 1s});
  t.expect({.delay = 1s});
  auto client = make_client(t);
  std::string order;
  static_cast<void>(client.send_all(users(3), [&](const resend_email& op, const auto&) { order += op.user_id + ' '; },
                                    {.concurrency = 2}));
  CHECK(order == "u1 u2 u0 ");
  CHECK(t.violations() == "");
}

TEST_CASE("send_all: a call that pauses before another attempt does not hold up the others") {
  hwc::fake::transport t;
  hwc::http_response throttled{.status = 429};
  throttled.headers.add("Retry-After", "10");
  t.expect({.response = throttled});
  for (int i = 0; i != 5; ++i) t.expect({.delay = 1s});
  auto client = make_client(t);
  std::string order;
  const auto start = t.clock().now().steady;
  const auto sum = client.send_all(users(5), [&](const resend_email& op, const auto&) { order += op.user_id + ' '; },
                                   {.concurrency = 2});
  CHECK(sum.sent == 5);
  CHECK(order == "u1 u2 u3 u4 u0 ");
  CHECK(t.clock().now().steady >= start + 11s);
  CHECK(t.clock().now().steady <= start + 11s + 250ms);  // of jitter
  CHECK(t.requests().size() == 6);
  CHECK(t.violations() == "");
}

TEST_CASE("send_all that is stopped: no further operation begins, each begun one is accounted for") {
  hwc::fake::transport t;
  std::stop_source stop;
  hwc::http_response throttled{.status = 429};
  throttled.headers.add("Retry-After", "10");
  t.expect({.response = throttled});  // pauses when the stop comes: cancelled, refused so far
  t.expect({.delay = 5s});            // under way when the stop comes: unknown
  t.expect({.delay = 1s, .meanwhile = {}});
  auto client = make_client(t);
  std::map<std::string, hwc::error> failed;
  const auto sum = client.send_all(users(100),
                                   [&](const resend_email& op, const hwc::result<hwc::no_content>& outcome) {
                                     if (outcome)
                                       stop.request_stop();
                                     else
                                       failed.emplace(op.user_id, outcome.error());
                                   },
                                   {.concurrency = 3, .each = {.stop = stop.get_token()}});
  CHECK(sum == hwc::send_all_summary{.sent = 1, .not_sent = 1, .unknown = 1});
  REQUIRE(failed.size() == 2);
  CHECK(failed["u0"].kind == error_kind::cancelled);
  CHECK(failed["u0"].sent == delivery::answered);
  CHECK(failed["u1"].kind == error_kind::cancelled);
  CHECK(failed["u1"].sent == delivery::unknown);
  CHECK(t.requests().size() == 3);
  CHECK(t.violations() == "");
}

TEST_CASE("send_all that was stopped before: nothing begins") {
  hwc::fake::transport t;
  std::stop_source stop;
  stop.request_stop();
  auto client = make_client(t);
  const auto sum =
      client.send_all(users(3), [](const auto&, const auto&) { FAIL("called"); }, {.each = {.stop = stop.get_token()}});
  CHECK(sum == hwc::send_all_summary{});
  CHECK(t.requests().empty());
}

TEST_CASE("send_all that is asked to finish: no further operation begins, each begun one goes on to its end") {
  hwc::fake::transport t;
  std::stop_source finish;
  hwc::http_response throttled{.status = 429};
  throttled.headers.add("Retry-After", "10");
  t.expect({.response = throttled});
  t.expect({.delay = 5s});
  t.expect({.delay = 1s});
  t.expect({});  // the one that pauses goes on
  auto client = make_client(t);
  std::string order;
  const auto sum = client.send_all(users(100),
                                   [&](const resend_email& op, const auto&) {
                                     order += op.user_id + ' ';
                                     finish.request_stop();
                                   },
                                   {.concurrency = 3, .finish = finish.get_token()});
  CHECK(sum == hwc::send_all_summary{.sent = 3});
  CHECK(order == "u2 u1 u0 ");
  CHECK(t.requests().size() == 4);
  CHECK(t.violations() == "");
}

TEST_CASE("send_all that is asked to finish and then to stop: what is under way ends as cancelled") {
  hwc::fake::transport t;
  std::stop_source finish;
  std::stop_source stop;
  t.expect({.delay = 1s});
  t.expect({.delay = 2s});
  t.expect({.delay = 30s});
  auto client = make_client(t);
  const auto start = t.clock().now().steady;
  const auto sum = client.send_all(
      users(100),
      [&](const auto&, const auto&) {
        if (!finish.request_stop()) stop.request_stop();
      },
      {.concurrency = 3, .each = {.timeout = 1h, .stop = stop.get_token()}, .finish = finish.get_token()});
  CHECK(sum == hwc::send_all_summary{.sent = 2, .unknown = 1});
  CHECK(t.clock().now().steady == start + 2s);
  CHECK(t.requests().size() == 3);
  CHECK(t.violations() == "");
}

TEST_CASE("send_all that was asked to finish or to stop from another thread while it waits: it wakes up; 1 request") {
  hwc::fake::transport t;
  t.expect({});
  std::stop_source finish;
  std::stop_source stop;
  // Says that nothing may be begun for an hour once the first exchange has ended, and waits for that in real time.
  struct slow_transport {
    struct many {
      void start(std::size_t slot, const hwc::http_request& request, hwc::http_response& response,
                 const hwc::exchange_options& options) {
        inner.start(slot, request, response, options);
        started = true;
      }
      std::optional<hwc::exchange_completion> next(hwc::steady_time until, const std::stop_token& token) {
        if (until != hwc::steady_time{24h}) return inner.next(until, token);
        waits();
        hwc::real_clock{}.wait_until(std::chrono::steady_clock::now() + 1min, token);
        return std::nullopt;
      }
      [[nodiscard]] hwc::steady_time accepts_from() const {
        return started ? hwc::steady_time{24h} : hwc::steady_time::min();
      }
      hwc::fake::transport::multiplexed inner;
      std::function<void()> waits;
      bool started = false;
    };
    hwc::exchange_result send(const hwc::http_request& request, hwc::http_response& response,
                              const hwc::exchange_options& options) {
      return inner.send(request, response, options);
    }
    many multiplex(std::size_t concurrency) { return {inner.multiplex(concurrency), waits}; }
    hwc::fake::clock& clock() { return inner.clock(); }
    hwc::fake::transport inner;
    std::function<void()> waits;
  };
  std::jthread other;
  SUBCASE("finish") {
    hwc::client client{where, slow_transport{t, [&] { other = std::jthread{[&] { finish.request_stop(); }}; }}, signer};
    CHECK(client.send_all(users(5), [](const auto&, const auto&) {},
                          {.each = {.stop = stop.get_token()}, .finish = finish.get_token()}) ==
          hwc::send_all_summary{.sent = 1});
  }
  SUBCASE("stop") {
    hwc::client client{where, slow_transport{t, [&] { other = std::jthread{[&] { stop.request_stop(); }}; }}, signer};
    CHECK(client.send_all(users(5), [](const auto&, const auto&) {},
                          {.each = {.stop = stop.get_token()}, .finish = finish.get_token()}) ==
          hwc::send_all_summary{.sent = 1});
  }
  CHECK(t.requests().size() == 1);
  CHECK(t.violations() == "");
}

TEST_CASE("send_all from a range with `claim`: asked once for each right before it begins; false ends the range") {
  struct claimed_range {
    struct iterator {
      using value_type = resend_email;
      using difference_type = std::ptrdiff_t;
      claimed_range* of;
      resend_email operator*() const {
        of->log += 'u' + std::to_string(of->at) + ' ';
        return {.user_id = std::to_string(of->at)};
      }
      iterator& operator++() {
        ++of->at;
        return *this;
      }
      void operator++(int) { ++*this; }
      bool operator==(std::default_sentinel_t) const { return of->at == 5; }
      bool claim() {
        of->log += "c" + std::to_string(of->at) + ' ';
        return of->at != of->refused;
      }
    };
    iterator begin() { return {this}; }
    std::default_sentinel_t end() { return {}; }
    int refused;
    int at = 0;
    std::string log{};
  };
  for (const int refused : {0, 3, 99}) {
    claimed_range all{refused};
    const auto sent = static_cast<std::size_t>(std::min(refused, 5));
    hwc::fake::transport t;
    for (std::size_t i = 0; i != sent; ++i) t.expect({.delay = 1s});
    auto client = make_client(t);
    CHECK(client.send_all(all, [](const auto&, const auto&) {}, {.concurrency = 2}) ==
          hwc::send_all_summary{.sent = sent});
    CHECK(all.log == std::string{"c0 u0 c1 u1 c2 u2 c3 u3 c4 u4 "}.substr(0, 6 * sent) +
                         (sent == 5 ? "" : "c" + std::to_string(refused) + ' '));
    CHECK(t.requests().size() == sent);
    CHECK(t.violations() == "");
  }
}

TEST_CASE("send_all over a forward range begins all that have room, over another one lets each move before the next") {
  const auto order_of = [](auto operations) {
    std::string order;
    hwc::fake::transport t;
    for (int i = 0; i != 4; ++i) t.expect({.meanwhile = [&order] { order += 's'; }});
    auto client = make_client(t);
    const auto sum =
        client.send_all(operations, [&](const resend_email&, const hwc::result<hwc::no_content>&) { order += 'e'; },
                        {.concurrency = 3});
    CHECK(sum == hwc::send_all_summary{.sent = 4});
    CHECK(t.requests().size() == 4);
    CHECK(t.violations() == "");
    return order;
  };
  CHECK(order_of(users(4)) == "ssseseee");
  CHECK(order_of(support::made_range{4, [](std::size_t) { return resend_email{.user_id = "u"}; }}) == "sesesese");
}

TEST_CASE("send_all with very many operations that are refused: those under way go on between them") {
  hwc::fake::transport t{[](const hwc::http_request&) { return hwc::http_response{.status = 200}; }};
  auto client = make_client(t);
  auto some = users(50);
  for (std::size_t i = 1; i != some.size(); ++i) some[i].user_id = "..";
  std::string order;
  const auto sum = client.send_all(
      some, [&](const resend_email&, const hwc::result<hwc::no_content>& outcome) { order += outcome ? '+' : '-'; },
      {.concurrency = 2});
  CHECK(sum == hwc::send_all_summary{.sent = 1, .not_sent = 49});
  CHECK(order == "-+" + std::string(48, '-'));
  CHECK(t.requests().size() == 1);
}

TEST_CASE("send_all with operations that are refused before they are sent: told like the others") {
  hwc::fake::transport t{[](const hwc::http_request&) { return hwc::http_response{.status = 200}; }};
  auto client = make_client(t);
  auto some = users(4);
  some[0].user_id = "..";
  some[3].user_id = "";
  int refused = 0;
  const auto sum = client.send_all(some,
                                   [&](const resend_email&, const hwc::result<hwc::no_content>& outcome) {
                                     refused +=
                                         !outcome && outcome.error().kind == error_kind::invalid_argument ? 1 : 0;
                                   },
                                   {.concurrency = 2});
  CHECK(sum == hwc::send_all_summary{.sent = 2, .not_sent = 2});
  CHECK(refused == 2);
  CHECK(t.requests().size() == 2);
}

TEST_CASE("send_all over a transport that cannot multiplex: one after the other") {
  hwc::fake::transport t;
  for (int i = 0; i != 3; ++i) t.expect({.delay = 1s});
  hwc::client client{where, plain_transport{t}, signer, hwc::return_result{}};
  const auto start = t.clock().now().steady;
  CHECK(client.send_all(users(3), [](const auto&, const auto&) {}, {.concurrency = 8}).sent == 3);
  CHECK(t.clock().now().steady == start + 3s);
  CHECK(t.violations() == "");
}

TEST_CASE("send_all over a transport that cannot multiplex: a call that pauses holds up the others, without spinning") {
  hwc::http_response throttled{.status = 429};
  throttled.headers.add("Retry-After", "10");
  hwc::fake::transport t;
  t.expect({.response = throttled});
  for (int i = 0; i != 3; ++i) t.expect({.delay = 1s});
  hwc::client client{where, plain_transport{t}, signer, hwc::return_result{}};
  const auto start = t.clock().now().steady;
  std::string order;
  const auto sum = client.send_all(users(3), [&](const resend_email& op, const auto&) { order += op.user_id + ' '; },
                                   {.concurrency = 8});
  CHECK(sum.sent == 3);
  CHECK(order == "u0 u1 u2 ");
  CHECK(t.clock().now().steady >= start + 13s);
  CHECK(t.clock().now().steady <= start + 13s + 250ms);  // of jitter
  CHECK(t.requests().size() == 4);
  CHECK(t.violations() == "");
}

TEST_CASE("send_all over a transport that cannot multiplex: a stop ends the pause before another attempt") {
  // Asks to stop as soon as somebody waits.
  struct stopping_transport {
    struct stopping_clock {
      [[nodiscard]] hwc::moment now() const { return inner.now(); }
      bool wait_until(hwc::steady_time until, const std::stop_token& token) {
        stop.request_stop();
        return inner.wait_until(until, token);
      }
      hwc::fake::clock inner;
      std::stop_source stop{};
    };
    hwc::exchange_result send(const hwc::http_request& request, hwc::http_response& response,
                              const hwc::exchange_options& options) {
      return inner.send(request, response, options);
    }
    stopping_clock& clock() { return time; }
    hwc::fake::transport inner;
    stopping_clock time{inner.clock()};
  };
  hwc::fake::transport t;
  t.expect({.failure = hwc::fake::connection_refused()});
  stopping_transport stopping{t};
  const auto token = stopping.time.stop.get_token();
  hwc::client client{where, std::move(stopping), signer, hwc::return_result{}};
  const auto start = t.clock().now().steady;
  const auto sum = client.send_all(users(3), [](const auto&, const auto&) {}, {.each = {.stop = token}});
  CHECK(sum == hwc::send_all_summary{.not_sent = 1});
  CHECK(t.clock().now().steady == start);
  CHECK(t.requests().size() == 1);
  CHECK(t.violations() == "");
}

TEST_CASE("a deadline in send_all: counts from the beginning of each call") {
  hwc::fake::transport t;
  for (int i = 0; i != 4; ++i) t.expect({.delay = 3s});
  auto client = make_client(t);
  const auto sum =
      client.send_all(users(4), [](const auto&, const auto&) {}, {.concurrency = 1, .each = {.timeout = 4s}});
  CHECK(sum.sent == 4);
  CHECK(t.violations() == "");
}

TEST_CASE(
    "send_all from a range that waits for what it gave to be served: each element is taken after that; 5 requests") {
  hwc::fake::transport t{[](const hwc::http_request&) { return hwc::http_response{.status = 204}; }};
  auto client = make_client(t);
  struct numbers {
    struct iterator {
      using value_type = resend_email;
      using difference_type = std::ptrdiff_t;
      numbers* of;
      resend_email operator*() const { return {.user_id = std::to_string(of->given)}; }
      iterator& operator++() {
        of->in_time = of->in_time && of->served == ++of->given;
        return *this;
      }
      void operator++(int) { ++*this; }
      bool operator==(std::default_sentinel_t) const { return of->given == 5; }
    };
    iterator begin() { return {this}; }
    std::default_sentinel_t end() { return {}; }
    int given = 0;
    int served = 0;
    bool in_time = true;
  } all;
  const auto sum = client.send_all(all, [&](const auto&, const auto&) { ++all.served; }, {.concurrency = 4});
  CHECK(sum.sent == 5);
  CHECK(all.in_time);
  CHECK(t.requests().size() == 5);
}
