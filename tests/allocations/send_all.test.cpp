// SPDX-License-Identifier: BSL-1.0
#include <hwc/client.hpp>
#include <hwc/http.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/heap.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

// What the library keeps, by counting what is allocated.

namespace {

using hwc::workspace::resend_email;

// Answers everything with 204 and remembers nothing, as the fake would: that one keeps the requests.
struct forgetful_transport {
  // An exchange ends when nothing else is left to do than to wait for that: the last one that began.
  struct many {
    void start(std::size_t slot, const hwc::http_request&, hwc::http_response& response, const hwc::exchange_options&) {
      response.clear();
      response.status = 204;
      response.headers.add("X-Request-Id", "42");
      slots[started++] = slot;
    }
    std::optional<hwc::exchange_completion> next(hwc::steady_time until, const std::stop_token&) {
      if (until != hwc::steady_time::max()) return std::nullopt;
      return hwc::exchange_completion{.slot = slots[--started]};
    }
    std::size_t slots[16]{};  // as many as `concurrency` is by default
    std::size_t started = 0;
  };
  hwc::exchange_result send(const hwc::http_request& request, hwc::http_response& response,
                            const hwc::exchange_options& options) {
    many{}.start(0, request, response, options);
    return {};
  }
  many multiplex(std::size_t) { return {}; }
};

// So many users with names of one length, each made when it is asked for.
struct users {
  struct iterator {
    using value_type = resend_email;
    using difference_type = std::ptrdiff_t;
    int at;
    resend_email operator*() const { return {.user_id = std::to_string(1'000'000 + at)}; }
    iterator& operator++() {
      ++at;
      return *this;
    }
    void operator++(int) { ++at; }
    bool operator==(const iterator&) const = default;
  };
  [[nodiscard]] iterator begin() const { return {0}; }
  [[nodiscard]] iterator end() const { return {count}; }
  int count;
};

}  // namespace

TEST_CASE("send_all: a million operations take as much memory as a thousand, and as many allocations") {
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, forgetful_transport{},
                     hwc::token_signer{"token"}};
  std::size_t ended = 0;
  struct usage {
    std::size_t most;
    std::size_t left;
    std::size_t allocations;
  };
  const auto send = [&](int count) {
    const auto before = heap::mine;
    heap::mine.most = heap::mine.live;
    ended = 0;
    const auto sum = client.send_all(users{count}, [&](const auto&, const auto&) { ++ended; });
    const usage used{heap::mine.most - before.live, heap::mine.live - before.live,
                     heap::mine.allocations - before.allocations};
    CHECK(sum.sent == static_cast<std::size_t>(count));
    CHECK(ended == static_cast<std::size_t>(count));
    return used;
  };
  static_cast<void>(send(1));  // what stays with the client is there now
  const auto thousand = send(1'000);
  const auto million = send(1'000'000);
  CHECK(million.most == thousand.most);
  CHECK(million.left == 0);
  CHECK(million.allocations == thousand.allocations);
  CHECK(thousand.allocations < 1'000);  // or they would not be counted
}

TEST_CASE("send: a thousand calls after the first one allocate nothing") {
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, forgetful_transport{},
                     hwc::token_signer{"token"}};
  const resend_email op{.user_id = "user"};
  client.send(op);
  const auto before = heap::mine;
  for (int i = 0; i != 1'000; ++i) client.send(op);
  CHECK(heap::mine.allocations == before.allocations);
  CHECK(heap::mine.live == before.live);
}
