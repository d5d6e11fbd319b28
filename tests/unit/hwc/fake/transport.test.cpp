// SPDX-License-Identifier: BSL-1.0
#include <hwc/fake/transport.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <stop_token>
#include <string>
#include <utility>

using namespace std::chrono_literals;
using hwc::delivery;
using hwc::error_kind;

namespace {

hwc::http_request post(std::string target) {
  return {.method = hwc::http_method::post, .origin = {.host = "workspace.example"}, .target = std::move(target)};
}

}  // namespace

TEST_CASE("a scripted answer: given to the request it was written for, which is recorded") {
  hwc::fake::transport t;
  t.expect({.request = "POST /a", .response = {.status = 503, .body = "busy"}});
  hwc::http_response response{.status = 1, .body = "old"};
  CHECK(t.send(post("/a"), response, {}));
  CHECK(response.status == 503);
  CHECK(response.body == "busy");
  CHECK(t.requests().size() == 1);
  CHECK(t.requests().front().target == "/a");
  CHECK(t.violations() == "");
}

TEST_CASE("an unforeseen request and an exchange that did not happen: both are violations, told once") {
  hwc::fake::transport t;
  t.expect({.request = "POST /a"});
  hwc::http_response response;
  const auto sent = t.send(post("/b"), response, {});
  REQUIRE_FALSE(sent);
  CHECK_FALSE(sent.error().retryable);
  CHECK(t.violations() == "unforeseen request: POST /b\ndid not happen: POST /a\n");
  CHECK(t.violations() == "");
}

TEST_CASE("a scripted failure: reported as it is written") {
  hwc::fake::transport t;
  t.expect({.failure = hwc::fake::connection_refused()});
  t.expect({.failure = hwc::fake::connection_lost()});
  hwc::http_response response;
  CHECK(t.send(post("/"), response, {}).error().sent == delivery::not_sent);
  CHECK(t.send(post("/"), response, {}).error().sent == delivery::unknown);
  CHECK(t.violations() == "");
}

TEST_CASE("a delay: passes in virtual time, and beyond the deadline the outcome is unknown") {
  hwc::fake::transport t;
  t.expect({.delay = 2s});
  t.expect({.delay = 2s});
  const auto start = t.clock().now().steady;
  hwc::http_response response;
  CHECK(t.send(post("/"), response, {.deadline = start + 5s}));
  CHECK(t.clock().now().steady == start + 2s);
  const auto late = t.send(post("/"), response, {.deadline = start + 3s});
  REQUIRE_FALSE(late);
  CHECK(late.error().kind == error_kind::timeout);
  CHECK(late.error().sent == delivery::unknown);
  CHECK(t.clock().now().steady == start + 3s);
  CHECK(t.violations() == "");
}

TEST_CASE("no time left or asked to stop before: nothing is sent") {
  hwc::fake::transport t;
  hwc::http_response response;
  const auto late = t.send(post("/"), response, {.deadline = t.clock().now().steady});
  CHECK(late.error().kind == error_kind::timeout);
  CHECK(late.error().sent == delivery::not_sent);
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = t.send(post("/"), response, {.stop = stop.get_token()});
  CHECK(stopped.error().kind == error_kind::cancelled);
  CHECK(stopped.error().sent == delivery::not_sent);
  CHECK(t.requests().empty());
}

TEST_CASE("asked to stop while the answer is awaited: unknown") {
  hwc::fake::transport t;
  std::stop_source stop;
  t.expect({.meanwhile = [&] { stop.request_stop(); }});
  hwc::http_response response;
  const auto stopped = t.send(post("/"), response, {.stop = stop.get_token()});
  CHECK(stopped.error().kind == error_kind::cancelled);
  CHECK(stopped.error().sent == delivery::unknown);
  CHECK(t.requests().size() == 1);
  CHECK(t.violations() == "");
}

TEST_CASE("a service: answers what the script leaves to it, at the transport's time") {
  hwc::wall_time served_at;
  hwc::fake::transport t{[&](const hwc::http_request&, hwc::wall_time now) {
    served_at = now;
    return hwc::http_response{.status = 204};
  }};
  t.expect({.response = {.status = 503}});
  hwc::http_response response;
  CHECK(t.send(post("/"), response, {}));
  CHECK(response.status == 503);
  CHECK(t.send(post("/"), response, {}));
  CHECK(response.status == 204);
  CHECK(served_at == t.clock().now().wall);
}

TEST_CASE("a body over the limit: cut and marked") {
  hwc::fake::transport t{[](const hwc::http_request&) { return hwc::http_response{.status = 200, .body = "12345"}; }};
  hwc::http_response response;
  CHECK(t.send(post("/"), response, {.response_limit = 5}));
  CHECK(response.body == "12345");
  CHECK_FALSE(response.truncated);
  CHECK(t.send(post("/"), response, {.response_limit = 4}));
  CHECK(response.body == "1234");
  CHECK(response.truncated);
}

TEST_CASE("requests that are not to be kept: forgotten, and none is added until they are again") {
  hwc::fake::transport t{[](const hwc::http_request&) { return hwc::http_response{.status = 204}; }};
  hwc::http_response response;
  CHECK(t.send(post("/a"), response, {}));
  t.keep_requests(false);
  CHECK(t.requests().empty());
  CHECK(t.send(post("/b"), response, {}));
  CHECK(t.requests().empty());
  t.keep_requests(true);
  CHECK(t.send(post("/c"), response, {}));
  REQUIRE(t.requests().size() == 1);
  CHECK(t.requests().front().target == "/c");
}

TEST_CASE("copies: the same script, record and time") {
  hwc::fake::transport t;
  auto copy = t;
  copy.expect({});
  hwc::http_response response;
  CHECK(t.send(post("/a"), response, {}));
  copy.clock().advance(1s);
  CHECK(copy.requests().size() == 1);
  CHECK(t.clock().now().steady == copy.clock().now().steady);
  CHECK(copy.violations() == "");
}

TEST_CASE("what no transport can put on a wire: refused, and nothing of the script is used; 0 requests") {
  hwc::fake::transport t;
  t.expect({});
  auto request = post("/a");
  request.headers.add("X-Auth-Token", "secret\r\nX-Evil: 1");
  hwc::http_response response;
  const auto refused = t.send(request, response, {});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == hwc::error_kind::invalid_argument);
  CHECK(refused.error().sent == hwc::delivery::not_sent);
  CHECK(refused.error().message.find("secret") == std::string::npos);
  CHECK(t.requests().empty());
  CHECK(t.send(post("/a"), response, {}).has_value());
  CHECK(t.violations() == "");
}

TEST_CASE("many at once, stopped while one is under way: `next` gives nothing, at once; it goes on afterwards") {
  hwc::fake::transport t;
  t.expect({.delay = std::chrono::hours{1}});
  auto many = t.multiplex(2);
  const auto request = post("/a");
  hwc::http_response response;
  many.start(0, request, response, {});
  std::stop_source stop;
  stop.request_stop();
  const auto began = t.clock().now().steady;
  CHECK_FALSE(many.next(hwc::steady_time::max(), stop.get_token()).has_value());
  CHECK(t.clock().now().steady == began);
  const auto ended = many.next(hwc::steady_time::max(), {});
  REQUIRE(ended.has_value());
  CHECK(ended->outcome.has_value());
  CHECK(t.requests().size() == 1);
}
