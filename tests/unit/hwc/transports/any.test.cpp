// SPDX-License-Identifier: BSL-1.0
#include <hwc/transports/any.hpp>

#include <hwc/client.hpp>
#include <hwc/fake/clock.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/testing/conformance.hpp>
#include <hwc/testing/memory_server.hpp>
#include <hwc/transports/logged.hpp>
#include <hwc/transports/rate_limited.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using hwc::workspace::resend_email;

namespace {

const hwc::endpoint where{"https://workspace.example", "project"};
const hwc::token_signer signer{"token"};

struct plain_transport {
  static constexpr bool thread_safe = true;
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response& response, const hwc::exchange_options&) {
    response.status = 204;
    return {};
  }
};

// The fake without its multiplexer.
struct sequential {
  static constexpr bool thread_safe = true;
  hwc::exchange_result send(const hwc::http_request& request, hwc::http_response& response,
                            const hwc::exchange_options& options) {
    return inner.send(request, response, options);
  }
  hwc::fake::clock& clock() { return inner.clock(); }
  hwc::fake::transport inner;
};

}  // namespace

TEST_CASE("any_transport: a client on it does what it does on the transport, in that one's time") {
  hwc::fake::transport t;
  t.expect({.failure = hwc::fake::connection_refused()});
  t.expect({.delay = 3s});
  hwc::client client{where, hwc::any_transport{t}, signer, hwc::return_result{}};
  const auto start = t.clock().now().steady;
  CHECK(client.send(resend_email{.user_id = "u"}));
  CHECK(t.clock().now().steady >= start + 3s);
  CHECK(t.requests().size() == 2);
  CHECK(t.violations() == "");
}

TEST_CASE("any_transport: many at once where the transport can, one by one where not") {
  hwc::fake::transport t;
  for (int i = 0; i != 4; ++i) t.expect({.delay = 1s});
  const std::vector<resend_email> users{{.user_id = "a"}, {.user_id = "b"}, {.user_id = "c"}, {.user_id = "d"}};
  hwc::client client{where, hwc::any_transport{t}, signer};
  const auto start = t.clock().now().steady;
  CHECK(client.send_all(users, [](const auto&, const auto&) {}, {.concurrency = 4}).sent == 4);
  CHECK(t.clock().now().steady == start + 1s);
  CHECK(t.violations() == "");
  hwc::client plain{where, hwc::any_transport{plain_transport{}}, signer};
  CHECK(plain.send_all(users, [](const auto&, const auto&) {}, {.concurrency = 4}).sent == 4);
}

TEST_CASE("any_transport chosen at run time: one type for all") {
  const auto choose = [](bool in_memory) -> hwc::any_transport {
    if (in_memory)
      return hwc::fake::transport{[](const hwc::http_request&) { return hwc::http_response{.status = 400}; }};
    return plain_transport{};
  };
  for (const bool in_memory : {false, true}) {
    hwc::client client{where, choose(in_memory), signer, hwc::return_result{}};
    CHECK(client.send(resend_email{.user_id = "u"}).has_value() == !in_memory);
  }
}

TEST_CASE("any_transport in a wrapper that is made from it alone: still movable, still a transport") {
  struct wrapper {
    explicit wrapper(hwc::any_transport one) : inner{std::move(one)} {}
    hwc::exchange_result send(const hwc::http_request& request, hwc::http_response& response,
                              const hwc::exchange_options& options) {
      return inner.send(request, response, options);
    }
    hwc::any_transport inner;
  };
  static_assert(hwc::transport<wrapper>);
  hwc::client client{where, wrapper{plain_transport{}}, signer, hwc::return_result{}};
  CHECK(client.send(resend_email{.user_id = "u"}).has_value());
}

TEST_CASE("any_transport: whether exchanges overlap is what the held transport says, through wrappers as well") {
  const auto asked = [](auto transport) { return transport.can_multiplex(); };
  const auto nowhere = [](std::string_view) {};
  CHECK(asked(hwc::any_transport{hwc::fake::transport{}}));
  CHECK(asked(hwc::logged{hwc::any_transport{hwc::fake::transport{}}, nowhere}));
  CHECK(asked(hwc::rate_limited{hwc::any_transport{hwc::fake::transport{}}, hwc::rate_limit{}}));
  CHECK_FALSE(asked(hwc::any_transport{sequential{}}));
  CHECK_FALSE(asked(hwc::any_transport{hwc::any_transport{sequential{}}}));
  CHECK_FALSE(asked(hwc::any_transport{hwc::logged{hwc::any_transport{sequential{}}, nowhere}}));
  CHECK_FALSE(asked(hwc::rate_limited{hwc::any_transport{sequential{}}, hwc::rate_limit{}}));
}

TEST_CASE("send_all over any_transport: the same order as over what it holds, be it one by one or many at once") {
  hwc::http_response throttled{.status = 429};
  throttled.headers.add("Retry-After", "10");
  const auto order = [&](auto wrap) {
    hwc::fake::transport t;
    t.expect({.response = throttled});
    for (int i = 0; i != 3; ++i) t.expect({.delay = 1s});
    const std::vector<resend_email> users{{.user_id = "a"}, {.user_id = "b"}, {.user_id = "c"}};
    hwc::client client{where, wrap(t), signer};
    const auto start = t.clock().now().steady;
    std::string ended;
    const auto sum =
        client.send_all(users, [&](const auto& op, const auto&) { ended += op.user_id; }, {.concurrency = 2});
    CHECK(sum.sent == 3);
    CHECK(t.violations() == "");
    return ended + " " + std::to_string((t.clock().now().steady - start) / 1s);
  };
  CHECK(order([](hwc::fake::transport t) { return sequential{std::move(t)}; }) == "abc 13");
  CHECK(order([](hwc::fake::transport t) { return hwc::any_transport{sequential{std::move(t)}}; }) == "abc 13");
  CHECK(order([](hwc::fake::transport t) { return t; }) == "bca 11");
  CHECK(order([](hwc::fake::transport t) { return hwc::any_transport{std::move(t)}; }) == "bca 11");
}

TEST_CASE("any_transport around a transport that does not multiplex: passes the conformance kit as that one does") {
  hwc::testing::memory_server server;
  const auto plain = hwc::testing::check_conformance(server, [&] { return sequential{server.transport()}; });
  const auto held =
      hwc::testing::check_conformance(server, [&] { return hwc::any_transport{sequential{server.transport()}}; });
  CHECK_MESSAGE(held.good(), held);
  CHECK(held.passed == plain.passed);
  CHECK(held.skipped == plain.skipped);
  const auto is_multiplexed = [](const std::string& name) { return name.starts_with("multiplexed: "); };
  CHECK(std::none_of(held.passed.begin(), held.passed.end(), is_multiplexed));
  const auto many = hwc::testing::check_conformance(server, [&] { return hwc::any_transport{server.transport()}; });
  CHECK_MESSAGE(many.good(), many);
  CHECK(std::any_of(many.passed.begin(), many.passed.end(), is_multiplexed));
}
