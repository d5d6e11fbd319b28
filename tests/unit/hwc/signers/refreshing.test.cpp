// SPDX-License-Identifier: BSL-1.0
#include <hwc/signers/refreshing.hpp>

#include <hwc/client.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/deferring_transport.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using hwc::delivery;
using hwc::error_kind;
using hwc::workspace::resend_email;

namespace {

// Asks a made-up service for a token that lives for a while.
class token_service_source : public hwc::credentials::token_source {
 public:
  explicit token_service_source(std::optional<std::chrono::seconds> life = 1h) : life_{life} {}

  [[nodiscard]] std::unique_ptr<hwc::credentials::fetch<hwc::secret>> begin() const override {
    return std::make_unique<run>(life_);
  }

 private:
  struct run final : hwc::credentials::fetch<hwc::secret> {
    explicit run(std::optional<std::chrono::seconds> span) : life{span} {
      request_.method = hwc::http_method::post;
      request_.origin.host = "tokens.example";
      request_.target = "/token";
      timeout_ = 3s;
    }
    hwc::errand_action start(hwc::moment) override { return hwc::errand_action::send; }
    hwc::errand_action answered(const hwc::http_response& answer, hwc::moment now) override {
      if (answer.status != 200) return lacking("the token service answered " + std::to_string(answer.status));
      hwc::credentials::issued<hwc::secret> got{.value = answer.body};
      if (life) got.expires_at = now.wall + *life;
      return found(std::move(got));
    }
    hwc::errand_action failed(const hwc::transport_error& why, hwc::moment) override {
      return lacking("the token service: " + why.message);
    }
    std::optional<std::chrono::seconds> life;
  };
  std::optional<std::chrono::seconds> life_;
};

using signer = hwc::refreshing_signer<hwc::token_signer>;

// Gives tokens that are numbered, and resends emails for the good ones.
struct world {
  hwc::http_response operator()(const hwc::http_request& request) const {
    const std::lock_guard lock{state->mutex};
    if (request.origin.host == "tokens.example") {
      if (state->token_status != 200) {
        ++state->refused;
        return {.status = state->token_status};
      }
      return {.status = 200, .body = "token-" + std::to_string(++state->tokens)};
    }
    const auto token = std::string{request.headers.find("X-Auth-Token").value_or("")};
    state->used.push_back(token);
    if (token == state->bad || state->all_bad) return {.status = 401, .body = R"({"error_code":"APIG.0307"})"};
    return {.status = 204};
  }
  struct shared {
    std::mutex mutex;
    int token_status = 200;
    int tokens = 0;   // given
    int refused = 0;  // not given
    std::string bad{};
    bool all_bad = false;
    std::vector<std::string> used{};  // by emails
  };
  std::shared_ptr<shared> state = std::make_shared<shared>();
};

struct wired {
  explicit wired(token_service_source from = token_service_source{}, hwc::refresh_options when = {})
      : client{hwc::endpoint{"https://workspace.example", "p"}, transport, signer{from, when}, hwc::return_result{}} {}
  auto send(const hwc::call_options& options = {}) { return client.send(resend_email{.user_id = "u"}, options); }
  [[nodiscard]] std::size_t requests() const { return transport.requests().size(); }

  world service;
  hwc::fake::transport transport{service};
  hwc::client<hwc::fake::transport, signer, hwc::return_result> client;
};

}  // namespace

TEST_CASE("a token is fetched by the first call and used by the next ones; 1 + 3 requests") {
  wired w;
  CHECK(w.requests() == 0);
  hwc::call_info info;
  for (int i = 0; i != 3; ++i) CHECK(w.send({.info = &info}));
  CHECK(info.attempts == 1);
  CHECK(w.requests() == 4);
  CHECK(w.service.state->used == std::vector<std::string>(3, "token-1"));
}

TEST_CASE("refreshed so long before the end, but not before three quarters of a life, and not at all without end") {
  struct {
    std::optional<std::chrono::seconds> life;
    std::chrono::seconds ahead, last_good;
  } const cases[] = {{24h, 40min, 24h - 40min}, {1h, 40min, 45min}, {1h, 0s, 1h}, {std::nullopt, 40min, 1000h}};
  for (const auto& each : cases) {
    wired w{token_service_source{each.life}, {.ahead = each.ahead}};
    CHECK(w.send());
    w.transport.clock().advance(each.last_good - 1s);
    CHECK(w.send());
    CHECK(w.service.state->tokens == 1);
    w.transport.clock().advance(1s);
    CHECK(w.send());
    CHECK(w.service.state->tokens == (each.life ? 2 : 1));
  }
}

TEST_CASE("a refresh that fails while the token is valid: no call fails, and the next try comes after a pause") {
  wired w;
  CHECK(w.send());
  w.service.state->token_status = 503;
  w.transport.clock().advance(50min);
  CHECK(w.send());
  CHECK(w.service.state->refused == 1);
  w.transport.clock().advance(59s);
  CHECK(w.send());
  CHECK(w.service.state->refused == 1);
  w.transport.clock().advance(1s);
  CHECK(w.send());
  CHECK(w.service.state->refused == 2);
  CHECK(w.service.state->used == std::vector<std::string>(4, "token-1"));

  w.transport.clock().advance(10min);
  const auto late = w.send();
  REQUIRE_FALSE(late);
  CHECK(late.error().kind == error_kind::credentials);
  CHECK(late.error().sent == delivery::not_sent);
  CHECK(w.service.state->used.size() == 4);
}

TEST_CASE("no token to be had: credentials, not sent, no attempt, the reason told; a second later tried again") {
  wired w;
  w.service.state->token_status = 403;
  for (int i = 1; i != 3; ++i) {
    const auto refused = w.send();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == error_kind::credentials);
    CHECK(refused.error().message == "the token service answered 403");
    CHECK(refused.error().sent == delivery::not_sent);
    CHECK(refused.error().attempts == 0);
    CHECK(w.service.state->refused == i);
    w.transport.clock().advance(1s);
  }
  w.service.state->token_status = 200;
  CHECK(w.send());
  CHECK(w.service.state->used.size() == 1);
}

TEST_CASE("401: another token, signed anew, once; 2 emails asked for") {
  wired w;
  w.service.state->bad = "token-1";
  hwc::call_info info;
  CHECK(w.send({.info = &info}));
  CHECK(info.attempts == 2);
  CHECK(w.service.state->used == std::vector<std::string>{"token-1", "token-2"});

  w.service.state->all_bad = true;
  const auto refused = w.send();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == error_kind::unauthorized);
  CHECK(refused.error().attempts == 2);
  CHECK(refused.error().sent == delivery::answered);
  CHECK(w.service.state->used.size() == 4);
}

TEST_CASE("a 401 for a token that was replaced meanwhile: another try, but no third token; 2 tokens asked for") {
  world service;
  hwc::fake::transport transport{service};
  const signer shared{token_service_source{}};
  hwc::client client{hwc::endpoint{"https://workspace.example", "p"}, transport, shared, hwc::return_result{}};
  CHECK(client.send(resend_email{.user_id = "u"}));
  const auto before = shared.generation();
  service.state->bad = "token-1";
  CHECK(client.send(resend_email{.user_id = "u"}));
  CHECK(service.state->tokens == 2);

  CHECK(shared.distrust(before));
  CHECK(client.send(resend_email{.user_id = "u"}));
  CHECK(service.state->tokens == 2);
  CHECK(service.state->used == std::vector<std::string>{"token-1", "token-1", "token-2", "token-2"});
}

TEST_CASE("401 for credentials that do not expire: they would be no better, so it is final; 1 email asked for") {
  wired w{token_service_source{std::nullopt}};
  w.service.state->bad = "token-1";
  const auto refused = w.send();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == error_kind::unauthorized);
  CHECK(refused.error().attempts == 1);
  CHECK(w.service.state->used.size() == 1);
}

TEST_CASE("credentials that have expired when they come: an error, and no endless round; 1 request") {
  wired w{token_service_source{-1s}};
  const auto refused = w.send();
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == error_kind::credentials);
  CHECK(refused.error().message.find("clock") != std::string::npos);
  CHECK(w.requests() == 1);
}

TEST_CASE("16 threads and no token, or an expired one: exactly one token request for all; 16 emails each time") {
  wired w;
  for (int round = 1; round != 4; ++round) {
    std::atomic<int> good = 0;
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i != 16; ++i) {
        threads.emplace_back([&] { good += w.send().has_value() ? 1 : 0; });
      }
    }
    CHECK(good == 16);
    CHECK(w.service.state->tokens == round);
    CHECK(w.service.state->used.size() == static_cast<std::size_t>(16 * round));
    w.transport.clock().advance(2h);
  }
}

TEST_CASE("calls that waited for a refresh share its failure; who asks a second later tries anew") {
  const auto from = std::make_shared<const signer>(token_service_source{});
  hwc::preparation_ticket first, second, third;
  const hwc::moment now{.wall = hwc::wall_time{} + std::chrono::hours{24}};
  auto mine = from->prepare(now, first).value();
  REQUIRE(mine.errand);
  CHECK(from->prepare(now, second).value().wait);
  CHECK(mine.errand->start(now) == hwc::errand_action::send);
  CHECK(mine.errand->answered({.status = 500}, now) == hwc::errand_action::finished);
  CHECK_FALSE(mine.errand->deliver(now));
  const auto shared = from->prepare(now, second);
  REQUIRE_FALSE(shared.has_value());
  CHECK(shared.error().message == "the token service answered 500");
  CHECK(from->prepare(now, third).error().message == "the token service answered 500");
  CHECK(from->prepare({.steady = now.steady + 1s, .wall = now.wall + 1s}, third).value().errand);
}

TEST_CASE("one call's time is up while it fetches: that is its own failure, and who waits fetches") {
  const auto from = std::make_shared<const signer>(token_service_source{});
  hwc::preparation_ticket first, second;
  const hwc::moment now{.wall = hwc::wall_time{} + std::chrono::hours{24}};
  auto mine = from->prepare(now, first).value();
  REQUIRE(mine.errand);
  CHECK(from->prepare(now, second).value().wait);
  CHECK(mine.errand->start(now) == hwc::errand_action::send);
  CHECK(mine.errand->failed({.kind = hwc::error_kind::timeout, .message = "late"}, now) ==
        hwc::errand_action::finished);
  CHECK(mine.errand->give_up(now).error().message == "the token service: late");
  CHECK(from->prepare(now, second).value().errand);
}

TEST_CASE("a call with less time than fetching takes fails alone: the one behind it fetches and is answered") {
  wired w;
  w.transport.expect({.request = "POST /token", .delay = 1h});
  const auto hasty = w.send({.timeout = 100ms});
  CHECK(hasty.error().kind == error_kind::credentials);
  CHECK(hasty.error().message.find("the token service: ") != std::string::npos);
  CHECK(w.send());
  CHECK(w.transport.violations() == "");
}

TEST_CASE("a refresh that is broken off leaves its turn to another") {
  const signer from{token_service_source{}};
  hwc::preparation_ticket first, second;
  {
    const auto mine = from.prepare({}, first).value();
    REQUIRE(mine.errand);
    CHECK(from.prepare({}, second).value().wait);
  }
  CHECK(from.prepare({}, second).value().errand);
}

TEST_CASE("a fetch that fails is not repeated by each of many calls; after the pause it is") {
  wired w;
  w.service.state->token_status = 503;
  const std::vector<resend_email> operations(100, resend_email{.user_id = "u"});
  CHECK(w.client.send_all(operations, [](const auto&, const auto&) {}, {.concurrency = 8}).not_sent == 100);
  CHECK(w.service.state->refused == 1);
  w.transport.clock().advance(1s);
  w.service.state->token_status = 200;
  CHECK(w.send());
}

namespace {

// Is refused, so that asking again may lock the account; or, being broken, fails without asking anybody.
class hopeless_source : public hwc::credentials::token_source {
 public:
  hopeless_source(hwc::credentials::lack why, int& runs) : why_{why}, runs_{&runs} {}
  [[nodiscard]] std::unique_ptr<hwc::credentials::fetch<hwc::secret>> begin() const override {
    struct run final : hwc::credentials::fetch<hwc::secret> {
      run(hwc::credentials::lack with, bool first) : why{with}, good{first} {}
      hwc::errand_action start(hwc::moment now) override {
        if (!good) return lacking("hopeless", why);
        return found({.value = "token-0", .expires_at = now.wall + 1h});
      }
      hwc::errand_action answered(const hwc::http_response&, hwc::moment) override { return lacking("none"); }
      hwc::errand_action failed(const hwc::transport_error&, hwc::moment) override { return lacking("none"); }
      hwc::credentials::lack why;
      bool good;
    };
    ++*runs_;
    return std::make_unique<run>(why_, why_ == hwc::credentials::lack::failed && *runs_ == 1);
  }

 private:
  hwc::credentials::lack why_;
  int* runs_;
};

}  // namespace

TEST_CASE("a wrong password is not sent again for 15 min, whoever calls") {
  int runs = 0;
  world service;
  hwc::fake::transport transport{service};
  hwc::client client{hwc::endpoint{"https://workspace.example", "p"}, transport,
                     signer{hopeless_source{hwc::credentials::lack::refused, runs}}, hwc::return_result{}};
  for (int i = 0; i != 10; ++i) {
    CHECK(client.send(resend_email{.user_id = "u"}).error().message == "hopeless");
    transport.clock().advance(1min);
  }
  CHECK(runs == 1);
  transport.clock().advance(5min);
  CHECK_FALSE(client.send(resend_email{.user_id = "u"}));
  CHECK(runs == 2);
}

TEST_CASE(
    "without a pause, a refresh that fails at once is tried once by each call, which goes on with the old token") {
  int runs = 0;
  world service;
  hwc::fake::transport transport{service};
  hwc::client client{hwc::endpoint{"https://workspace.example", "p"}, transport,
                     signer{hopeless_source{hwc::credentials::lack::failed, runs}, {.ahead = 30min, .pause = 0s}},
                     hwc::return_result{}};
  CHECK(client.send(resend_email{.user_id = "u"}));
  transport.clock().advance(50min);
  CHECK(client.send(resend_email{.user_id = "u"}));
  CHECK(client.send(resend_email{.user_id = "u"}));
  CHECK(runs == 3);
}

TEST_CASE(
    "a refresh failed while the old token was good, and then that is refused: a new one is fetched all the same") {
  wired w{token_service_source{}, {.ahead = 30min}};
  CHECK(w.send());
  w.transport.clock().advance(50min);
  w.service.state->token_status = 503;
  CHECK(w.send());
  CHECK(w.service.state->refused == 1);
  w.service.state->token_status = 200;
  w.service.state->bad = "token-1";
  w.transport.clock().advance(2s);
  CHECK(w.send());
  CHECK(w.service.state->used.back() == "token-2");
}

TEST_CASE("a source that never ends trying: the call ends with its time all the same") {
  class endless final : public hwc::credentials::token_source {
   public:
    [[nodiscard]] std::unique_ptr<hwc::credentials::fetch<hwc::secret>> begin() const override {
      struct run final : hwc::credentials::fetch<hwc::secret> {
        run() { request_.origin.host = "tokens.example", request_.target = "/token"; }
        hwc::errand_action start(hwc::moment) override { return hwc::errand_action::send; }
        hwc::errand_action answered(const hwc::http_response&, hwc::moment) override {
          return hwc::errand_action::send;
        }
        hwc::errand_action failed(const hwc::transport_error&, hwc::moment) override {
          return hwc::errand_action::send;
        }
      };
      return std::make_unique<run>();
    }
  };
  hwc::fake::transport transport;
  transport.expect({.delay = 1h});
  hwc::client client{hwc::endpoint{"https://workspace.example", "p"}, transport, signer{endless{}},
                     hwc::return_result{}};
  const auto sent = client.send(resend_email{.user_id = "u"}, {.timeout = 1s});
  REQUIRE_FALSE(sent);
  CHECK(sent.error().sent == delivery::not_sent);
  CHECK(transport.violations() == "");
}

TEST_CASE("a 401 that denies, by its code: no new token; temporary keys that have expired, a 400: a new one") {
  wired w;
  CHECK(w.send());
  w.transport.expect({.response = {.status = 401, .body = R"({"error_code":"EPS.0003"})"}});
  CHECK(w.send().error().kind == error_kind::unauthorized);
  CHECK(w.service.state->tokens == 1);
  w.transport.expect({.response = {.status = 400, .body = R"({"error_code":"IAM.1108"})"}});
  CHECK(w.send());
  CHECK(w.service.state->tokens == 2);
}

TEST_CASE("stopped or out of time while the token is fetched: cancelled or credentials, no email asked for") {
  wired w;
  std::stop_source stop;
  w.transport.expect({.request = "POST /token", .meanwhile = [&] { stop.request_stop(); }});
  const auto cancelled = w.send({.stop = stop.get_token()});
  REQUIRE_FALSE(cancelled);
  CHECK(cancelled.error().kind == error_kind::cancelled);
  CHECK(cancelled.error().sent == delivery::not_sent);

  // The source's own limit, then that of the call.
  for (const auto& [timeout, took] : {std::pair{30s, 3s}, std::pair{2s, 2s}}) {
    w.transport.expect({.request = "POST /token", .delay = 1h});
    const auto began = w.transport.clock().now().steady;
    const auto late = w.send({.timeout = timeout});
    REQUIRE_FALSE(late);
    CHECK(late.error().kind == error_kind::credentials);
    CHECK(late.error().sent == delivery::not_sent);
    CHECK(w.transport.clock().now().steady - began == took);
    w.transport.clock().advance(1s);
  }
  CHECK(w.service.state->used.empty());
  CHECK(w.send());
  CHECK(w.transport.violations() == "");
}

TEST_CASE("over an asynchronous transport and in send_all the token is fetched the same way") {
  world service;
  hwc::client later{hwc::endpoint{"https://workspace.example", "p"},
                    support::deferring_transport{hwc::fake::transport{service}}, signer{token_service_source{}},
                    hwc::return_result{}};
  bool called = false;
  later.async_send(resend_email{.user_id = "u"}, [&](hwc::result<hwc::no_content> sent) { called = sent.has_value(); });
  CHECK(called);
  CHECK(service.state->tokens == 1);

  wired w;
  const std::vector<resend_email> operations(20, resend_email{.user_id = "u"});
  const auto sum = w.client.send_all(operations, [](const auto&, const auto&) {}, {.concurrency = 8});
  CHECK(sum == hwc::send_all_summary{.sent = 20});
  CHECK(w.service.state->tokens == 1);
  CHECK(w.service.state->used.size() == 20);
}
