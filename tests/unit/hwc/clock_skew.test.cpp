// SPDX-License-Identifier: BSL-1.0
#include <hwc/clock_skew.hpp>

#include <hwc/advice.hpp>
#include <hwc/client.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/readable_algorithm.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace std::chrono_literals;
using hwc::clock_skew;
using hwc::error_kind;
using hwc::workspace::resend_email;

namespace {

const hwc::wall_time now = std::chrono::sys_days{std::chrono::year{2021} / 12 / 17} + 6h + 43min;
const std::string text = "signature expired, signature time:20211217T064303Z,server time:20211217T065804Z";

using signer = hwc::access_key_signer<support::readable_algorithm>;

// The service with a clock that is ahead of the client's.
auto ahead_by(hwc::fake::workspace service, std::chrono::seconds skew) {
  return [service, skew](const hwc::http_request& request, hwc::wall_time at) mutable {
    return service(request, at + skew);
  };
}

}  // namespace

TEST_CASE("a text that names the server's time: learned, and news to every request that was signed without") {
  clock_skew skew;
  CHECK(skew.correct(now) == now);
  CHECK(skew.learn({.status = 401}, text, now, 0s));
  CHECK(skew.correct(now) == now + 15min + 4s);
  CHECK(skew.learn({.status = 401}, text, now, 0s));
  CHECK_FALSE(skew.learn({.status = 401}, text, now + 30s, 15min + 4s));
  CHECK(skew.correct(now) == now + 15min + 4s);
}

TEST_CASE("a Date header counts only when it is off by more than is allowed") {
  clock_skew skew;
  CHECK_FALSE(skew.learn({.headers = {{"Date", "Fri, 17 Dec 2021 06:57:00 GMT"}}}, "no", now, 0s));
  CHECK(skew.learn({.headers = {{"Date", "Fri, 17 Dec 2021 05:43:00 GMT"}}}, "no", now, 0s));
  CHECK(skew.correct(now) == now - 1h);
  CHECK_FALSE(skew.learn({.headers = {{"Date", "Fri, 17 Dec 2021 05:44:00 GMT"}}}, "no", now, -1h));
}

TEST_CASE("what is beyond 24 hours, no date or no text changes nothing") {
  for (const auto* date : {"", "junk", "Sun, 19 Dec 2021 06:43:00 GMT", "Fri, 17 Dec 9999 06:43:00 GMT",
                           "Sun, 17 Dec 1600 06:43:00 GMT"}) {
    clock_skew skew;
    CHECK_FALSE(skew.learn({.headers = {{"Date", date}}}, "signature expired", now, 0s));
    CHECK(skew.correct(now) == now);
  }
  for (const auto* message : {"server time:", "server time:junk", "server time:20221217T065804Z", ""}) {
    clock_skew skew;
    CHECK_FALSE(skew.learn({}, message, now, 0s));
    CHECK(skew.correct(now) == now);
  }
}

TEST_CASE("a client whose clock is off: signed again once for the service's time, which is kept; 2 + 1 requests") {
  for (const auto skew : {3h, -3h, 23h}) {
    const signer with{{"ak", "sk"}};
    hwc::fake::workspace service{{.id = "p", .users = {{.id = "u", .user_email = "u@workspace.example"}}}, with};
    hwc::fake::transport t{ahead_by(service, skew)};
    hwc::client client{hwc::endpoint{"https://workspace.example", "p"}, t, with, hwc::return_result{}};
    hwc::call_info info;
    CHECK(client.send(resend_email{.user_id = "u"}, {.info = &info}));
    CHECK(info.attempts == 2);
    CHECK(t.requests().size() == 2);
    CHECK(client.send(resend_email{.user_id = "u"}, {.info = &info}));
    CHECK(info.attempts == 1);
    CHECK(service.outbox().size() == 2);
  }
}

TEST_CASE("many calls under way when a clock turns out to be off: each is signed again once, and all are sent") {
  const signer with{{"ak", "sk"}};
  hwc::fake::workspace service{{.id = "p", .users = {{.id = "u", .user_email = "u@workspace.example"}}}, with};
  hwc::fake::transport t{ahead_by(service, 3h)};
  hwc::client client{hwc::endpoint{"https://workspace.example", "p"}, t, with, hwc::return_result{}};
  const std::vector<resend_email> operations(16, resend_email{.user_id = "u"});
  const auto sum = client.send_all(operations, [](const auto&, const auto&) {}, {.concurrency = 16});
  CHECK(sum.sent == 16);
  CHECK(service.outbox().size() == 16);
  CHECK(t.requests().size() <= 32);
}

TEST_CASE("a clock that is off by more than a day: unauthorized, after one request, and the advice names the clock") {
  const signer with{{"ak", "sk"}};
  hwc::fake::workspace service{{.id = "p", .users = {{.id = "u", .user_email = "u@workspace.example"}}}, with};
  hwc::fake::transport t{ahead_by(service, 25h)};
  hwc::client client{hwc::endpoint{"https://workspace.example", "p"}, t, with, hwc::return_result{}};
  const auto refused = client.send(resend_email{.user_id = "u"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == error_kind::unauthorized);
  CHECK(refused.error().attempts == 1);
  CHECK(hwc::advice(refused.error()).find("clock") != std::string::npos);
  CHECK(service.outbox().empty());
}
