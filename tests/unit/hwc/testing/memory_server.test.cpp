// SPDX-License-Identifier: BSL-1.0
#include <hwc/testing/memory_server.hpp>

#include <hwc/http.hpp>
#include <hwc/transport.hpp>

#include <doctest/doctest.h>

#include <string>

using hwc::testing::memory_server;
using then = hwc::testing::step::then;

namespace {

hwc::http_request some_request() {
  return {.method = hwc::http_method::post, .origin = {.host = "memory.example"}, .target = "/x", .body = "{}"};
}

}  // namespace

TEST_CASE("an answer is read back as it was written; the request is kept as bytes; 1 request") {
  memory_server server;
  server.play({{{.answer = hwc::testing::to_wire(
                     {.status = 429, .headers = {{"Retry-After", "1"}, {"X-Empty", ""}}, .body = "a\r\n\r\nb"})}}});
  auto request = some_request();
  request.headers.add("X-Sdk-Date", "now");
  hwc::http_response response;
  CHECK(server.transport().send(request, response, {}).has_value());
  CHECK(response.status == 429);
  CHECK(response.headers.size() == 3);
  CHECK(response.headers.find("retry-after") == "1");
  CHECK(response.headers.find("X-Empty") == "");
  CHECK(response.body == "a\r\n\r\nb");
  CHECK(server.requests() == 1);
  CHECK(server.request(0) == "POST /x HTTP/1.1\r\nX-Sdk-Date: now\r\n\r\n{}");
  CHECK(server.request(1).empty());
}

TEST_CASE("a connection that ends, silence, a late answer, then the echo; 4 requests") {
  memory_server server;
  int called = 0;
  server.play({{{.afterwards = then::reset, .meanwhile = [&] { ++called; }}, {.afterwards = then::stall}},
               {{.answer = std::string{hwc::testing::ok_answer}, .late = true}}},
              {.echo = true});
  hwc::http_response response;
  auto transport = server.transport();
  const auto send = [&] {
    return transport.send(some_request(), response,
                          {.deadline = transport.clock().now().steady + std::chrono::seconds{1}});
  };
  const auto lost = send();
  REQUIRE_FALSE(lost.has_value());
  CHECK(lost.error().sent == hwc::delivery::unknown);
  CHECK(called == 1);
  for (int i = 0; i != 2; ++i) {
    const auto silent = send();
    REQUIRE_FALSE(silent.has_value());
    CHECK(silent.error().kind == hwc::error_kind::timeout);
  }
  CHECK(send().has_value());
  CHECK(response.body == "{}");
  CHECK(server.requests() == 4);
}

TEST_CASE("`refuse`: nothing arrives until the next `play`, which forgets all") {
  memory_server server;
  hwc::http_response response;
  CHECK(server.transport().send(some_request(), response, {}).has_value());
  server.refuse();
  const auto refused = server.transport().send(some_request(), response, {});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().sent == hwc::delivery::not_sent);
  CHECK(server.requests() == 1);
  // What gets through all the same counts.
  for (int i = 1; i != 1000; ++i) CHECK_FALSE(server.transport().send(some_request(), response, {}).has_value());
  CHECK(server.requests() == 1);
  CHECK(server.transport().send(some_request(), response, {}).has_value());
  CHECK(server.requests() == 2);
  server.play({});
  CHECK(server.requests() == 0);
  CHECK(server.transport().send(some_request(), response, {}).has_value());
  CHECK(server.requests() == 1);
}
