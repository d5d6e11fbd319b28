// SPDX-License-Identifier: BSL-1.0
// The options of an easy handle that outlive an exchange, where an allocation fails as they are set.
#include <hwc/curl/detail/easy.hpp>

#include <hwc/curl/detail/open_sockets.hpp>
#include <hwc/http.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/transport.hpp>

#include "support/heap.hpp"

#include <curl/curl.h>
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <new>

TEST_CASE("out of memory as a handle is given another origin: the next exchange goes there; 1 request each") {
  const std::atomic<int> nothing = 0;
  std::size_t failed = 0;
  for (std::size_t which = 1;; ++which) {
    CAPTURE(which);
    hwc::testing::socket_server one;
    hwc::testing::socket_server other;
    hwc::curl::detail::open_sockets sockets;
    hwc::curl::detail::easy exchange{{}, sockets, false};
    const auto start = [&](const hwc::http_request& request, hwc::http_response& response) {
      exchange.start(request, response, {.deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5}});
    };
    hwc::http_response response;
    const hwc::http_request to_one{.method = hwc::http_method::post, .origin = one.origin(), .target = "/"};
    const hwc::http_request to_other{.method = hwc::http_method::post, .origin = other.origin(), .target = "/"};
    start(to_one, response);
    REQUIRE(curl_easy_perform(exchange.get()) == CURLE_OK);
    bool happened = false;
    {
      const heap::failure planned{which, nothing};
      try {
        start(to_other, response);
      } catch (const std::bad_alloc&) {
        ++failed;
      }
      happened = planned.happened();
    }
    start(to_other, response);
    CHECK(curl_easy_perform(exchange.get()) == CURLE_OK);
    CHECK(one.requests() == 1);
    CHECK(other.requests() == 1);
    if (!happened) break;
  }
  CHECK(failed > 0);
}
