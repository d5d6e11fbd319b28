// SPDX-License-Identifier: BSL-1.0
// An exchange over libcurl's multiplexer in which one allocation fails, for each of those that it makes.
#include <hwc/curl/transport.hpp>
#include <hwc/http.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/transport.hpp>

#include "support/heap.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace {

// How many of the requests that came after so many are this one.
std::size_t requests_of(const hwc::testing::socket_server& server, const hwc::http_request& which, std::size_t before) {
  std::size_t count = 0;
  for (auto i = before; i != server.requests(); ++i) {
    count += server.request(i).starts_with("POST " + which.target + ' ') ? 1U : 0U;
  }
  return count;
}

}  // namespace

TEST_CASE("out of memory, over libcurl with many at once: the exchange is told once, with a true verdict, no leak") {
  using std::chrono::steady_clock;
  hwc::testing::socket_server server;
  hwc::http_request request{.method = hwc::http_method::post, .origin = server.origin(), .target = "/a/long/target"};
  request.headers.add("X-Header", "a value that is no short string");
  request.body = "{}";
  auto next = request;
  next.target = "/what/comes/next";
  const auto limits = [] { return hwc::exchange_options{.deadline = steady_clock::now() + std::chrono::seconds{5}}; };
  const std::atomic<int> nothing = 0;
  bool happened = true;
  std::size_t failed = 0;
  for (std::size_t which = 1; happened; ++which) {
    CAPTURE(which);
    const auto live = heap::mine.live;
    const auto before = server.requests();
    bool sent = false;
    {
      auto many = hwc::curl::transport{}.multiplex(1);
      hwc::http_response response;
      std::optional<hwc::exchange_completion> ended;
      {
        const heap::failure planned{which, nothing};
        many.start(0, request, response, limits());
        ended = many.next(steady_clock::now() + std::chrono::seconds{2}, {});
        happened = planned.happened();
      }
      REQUIRE(ended);
      CHECK(ended->slot == 0);
      sent = ended->outcome || ended->outcome.error().sent != hwc::delivery::not_sent;
      if (!happened) CHECK(ended->outcome);
      if (!ended->outcome) ++failed;
      CHECK_FALSE(many.next(steady_clock::now(), {}));
      many.start(0, next, response, limits());
      ended = many.next(steady_clock::now() + std::chrono::seconds{2}, {});
      REQUIRE(ended);
      CHECK(ended->outcome);
    }
    // What is still under way counts when it has arrived.
    CHECK(server.await_no_connections());
    CHECK(requests_of(server, request, before) == (sent ? 1 : 0));
    CHECK(requests_of(server, next, before) == 1);
    CHECK(heap::mine.live == live);
  }
  CHECK(failed > 3);
}
