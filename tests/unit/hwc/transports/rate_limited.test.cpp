// SPDX-License-Identifier: BSL-1.0
#include <hwc/transports/rate_limited.hpp>

#include <hwc/client.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/deferring_transport.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
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
  hwc::fake::transport transport = make();

  hwc::fake::transport make() {
    return hwc::fake::transport{[this](const hwc::http_request&) {
      at.push_back(transport.clock().now().steady);
      return hwc::http_response{.status = 200};
    }};
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
  int timeouts = 0;
  const auto sum = client.send_all(users(3), [&](const auto&, const auto& outcome) { timeouts += outcome ? 0 : 1; },
                                   {.concurrency = 3, .each = {.timeout = 10s}});
  CHECK(sum.not_sent == 3);
  CHECK(timeouts == 3);
  CHECK(seen.at.size() == 1);
}

TEST_CASE("rate_limited: a stop ends the wait for a turn, not sent") {
  arrivals seen;
  std::stop_source stop;
  hwc::client client{where, hwc::rate_limited{seen.transport, {.requests = 1, .per = 60s}}, signer,
                     hwc::return_result{}};
  const auto sum = client.send_all(users(5), [&](const auto&, const auto&) { stop.request_stop(); },
                                   {.concurrency = 3, .each = {.timeout = 1h, .stop = stop.get_token()}});
  CHECK(sum == hwc::send_all_summary{.sent = 1, .not_sent = 2});
  CHECK(seen.at.size() == 1);
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

TEST_CASE("rate_limited: a 429 with Retry-After holds up everybody") {
  hwc::fake::transport t;
  hwc::http_response throttled{.status = 429};
  throttled.headers.add("Retry-After", "30");
  t.expect({.response = throttled});
  t.expect({});
  hwc::client client{where, hwc::rate_limited{t, {.requests = 1000, .per = 1s}}, signer, hwc::return_result{}};
  const auto start = t.clock().now().steady;
  CHECK(client.send(resend_email{.user_id = "a"}, {.max_attempts = 1}).error().kind == error_kind::throttled);
  CHECK(client.send(resend_email{.user_id = "b"}, {.timeout = 1h}));
  CHECK(t.clock().now().steady == start + 30s);
  CHECK(t.violations() == "");
}
