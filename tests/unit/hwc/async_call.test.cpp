// SPDX-License-Identifier: BSL-1.0
#include <hwc/async_call.hpp>

#include <hwc/client.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/deferring_transport.hpp"

#include <doctest/doctest.h>

#include <exception>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

using hwc::workspace::resend_email;

namespace {

using support::deferring_transport;
static_assert(hwc::async_transport<deferring_transport> && !hwc::async_transport<hwc::fake::transport>);

template <class Policy>
auto make_client(hwc::fake::transport t, Policy policy) {
  return hwc::client{hwc::endpoint{"https://workspace.example", "project"}, deferring_transport{std::move(t)},
                     hwc::token_signer{"token"}, policy};
}

template <class Policy>
using signature_with = typename hwc::async_call<resend_email, hwc::token_signer, Policy>::signature;
static_assert(std::is_same_v<signature_with<hwc::return_result>, void(hwc::result<hwc::no_content>)>);
struct tells_nobody {
  template <class T>
  void complete(hwc::result<T>) const {}
};
static_assert(std::is_same_v<signature_with<tells_nobody>, void()>);
static_assert(std::is_same_v<signature_with<hwc::throw_on_error>, void(std::exception_ptr, hwc::no_content)>);

}  // namespace

TEST_CASE("an asynchronous call with return_result: the handler gets the result, after as many sends as it takes") {
  hwc::fake::transport t;
  t.expect({.failure = hwc::fake::connection_refused()});
  t.expect({.response = {.status = 204}});
  auto client = make_client(t, hwc::return_result{});
  int called = 0;
  client.async_send(resend_email{.user_id = "u"}, [&](const hwc::result<hwc::no_content>& outcome) {
    ++called;
    CHECK(outcome);
  });
  CHECK(called == 1);
  CHECK(t.requests().size() == 2);
  CHECK(t.violations() == "");
}

TEST_CASE("an asynchronous call with throw_on_error: the handler gets an exception or none") {
  hwc::fake::transport t;
  t.expect({.response = {.status = 204}});
  t.expect({.response = {.status = 403}});
  auto client = make_client(t, hwc::throw_on_error{});
  std::exception_ptr first;
  std::exception_ptr second;
  client.async_send(resend_email{.user_id = "u"}, [&](std::exception_ptr why, hwc::no_content) { first = why; });
  client.async_send(resend_email{.user_id = "u"}, [&](std::exception_ptr why, hwc::no_content) { second = why; });
  CHECK(first == nullptr);
  CHECK_THROWS_AS(std::rethrow_exception(second), hwc::exception);
  CHECK(t.violations() == "");
}

TEST_CASE("an asynchronous call whose policy gives nothing: the handler is called with nothing") {
  hwc::fake::transport t;
  t.expect({});
  auto client = make_client(t, tells_nobody{});
  int called = 0;
  client.async_send(resend_email{.user_id = "u"}, [&] { ++called; });
  CHECK(called == 1);
  CHECK(t.violations() == "");
}

TEST_CASE("options of an asynchronous call: stop, attempts and info hold as in a blocking one") {
  hwc::fake::transport t{[](const hwc::http_request&) { return hwc::http_response{.status = 429}; }};
  auto client = make_client(t, hwc::return_result{});
  hwc::call_info info;
  client.async_send(resend_email{.user_id = "u"}, {.max_attempts = 2, .info = &info},
                    [](const hwc::result<hwc::no_content>& outcome) { CHECK_FALSE(outcome); });
  CHECK(info.attempts == 2);
  CHECK(t.requests().size() == 2);
  std::stop_source stop;
  stop.request_stop();
  client.async_send(resend_email{.user_id = "u"}, {.stop = stop.get_token()},
                    [](const hwc::result<hwc::no_content>& outcome) {
                      CHECK(outcome.error().kind == hwc::error_kind::cancelled);
                      CHECK(outcome.error().attempts == 0);
                    });
  CHECK(t.requests().size() == 2);
}

TEST_CASE("a handler that begins the next call: finds the memory of the last one free") {
  hwc::fake::transport t{[](const hwc::http_request&) { return hwc::http_response{.status = 200}; }};
  auto client = make_client(t, hwc::return_result{});
  int left = 5;
  struct again {
    decltype(client)& with;
    int& left;
    void operator()(const hwc::result<hwc::no_content>& outcome) const {
      CHECK(outcome);
      if (--left != 0) with.async_send(resend_email{.user_id = "u"}, again{with, left});
    }
  };
  client.async_send(resend_email{.user_id = "u"}, again{client, left});
  CHECK(left == 0);
  CHECK(t.requests().size() == 5);
}

namespace {

struct throwing_signer {
  void sign(hwc::http_request&, hwc::wall_time) const { throw 42; }
};

// Throws from the second time on.
struct throwing_later {
  void sign(hwc::http_request&, hwc::wall_time) const {
    if (++*times == 2) throw 42;
  }
  int* times;
};

}  // namespace

TEST_CASE("a signer that throws: the handler is called with it, or with an error that is not sent; 0 requests") {
  hwc::fake::transport t;
  hwc::client throws{hwc::endpoint{"https://workspace.example", "project"}, deferring_transport{t}, throwing_signer{}};
  int called = 0;
  throws.async_send(resend_email{.user_id = "u"}, [&](const std::exception_ptr& what, hwc::no_content) {
    ++called;
    CHECK_THROWS_AS(std::rethrow_exception(what), int);
  });
  hwc::client returns{hwc::endpoint{"https://workspace.example", "project"}, deferring_transport{t}, throwing_signer{},
                      hwc::return_result{}};
  returns.async_send(resend_email{.user_id = "u"}, [&](const hwc::result<hwc::no_content>& outcome) {
    ++called;
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().kind == hwc::error_kind::credentials);
    CHECK(outcome.error().sent == hwc::delivery::not_sent);
  });
  CHECK(called == 2);
  CHECK(t.requests().empty());
}

TEST_CASE("a signer that throws before a repetition: what is known of the first attempt is told; 1 request each") {
  struct {
    int status;
    hwc::delivery sent;
  } const cases[] = {{429, hwc::delivery::answered}, {503, hwc::delivery::unknown}};
  for (const auto& each : cases) {
    hwc::fake::transport t;
    t.expect({.response = {.status = each.status}});
    int times = 0;
    hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, deferring_transport{t},
                       throwing_later{&times}, hwc::return_result{}};
    std::optional<hwc::result<hwc::no_content>> outcome;
    hwc::call_info info;
    client.async_send(resend_email{.user_id = "u"}, hwc::call_options{.allow_duplicates = true, .info = &info},
                      [&](hwc::result<hwc::no_content> got) { outcome = std::move(got); });
    REQUIRE(outcome);
    REQUIRE_FALSE(*outcome);
    CHECK(outcome->error().sent == each.sent);
    CHECK(outcome->error().attempts == 1);
    CHECK(info.sent == each.sent);
    CHECK(info.attempts == 1);
    CHECK(t.requests().size() == 1);
    CHECK(t.violations() == "");
    // A blocking call lets the exception through, and tells the same.
    t.expect({.response = {.status = each.status}});
    times = 0;
    info = {};
    hwc::client blocking{hwc::endpoint{"https://workspace.example", "project"}, t, throwing_later{&times},
                         hwc::return_result{}};
    const hwc::call_options options{.allow_duplicates = true, .info = &info};
    CHECK_THROWS_AS(static_cast<void>(blocking.send(resend_email{.user_id = "u"}, options)), int);
    CHECK(info.sent == each.sent);
    CHECK(info.attempts == 1);
    CHECK(t.requests().size() == 2);
    CHECK(t.violations() == "");
  }
}
