// SPDX-License-Identifier: BSL-1.0
#include <hwc/transports/any.hpp>

#include <hwc/client.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <doctest/doctest.h>

#include <string>
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
