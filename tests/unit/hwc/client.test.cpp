// SPDX-License-Identifier: BSL-1.0
#include <hwc/client.hpp>

#include <hwc/fake/transport.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/deferring_transport.hpp"
#include "support/readable_algorithm.hpp"

#include <boost/describe/class.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

using namespace std::chrono_literals;
using hwc::delivery;
using hwc::error_kind;
using hwc::workspace::resend_email;

namespace {

struct thing {
  std::string id{};
  int size = 0;
};
BOOST_DESCRIBE_STRUCT(thing, (), (id, size))

struct get_thing {
  using response = thing;
  static constexpr auto route = hwc::get("/things/{id}");
  std::string id{};
};
BOOST_DESCRIBE_STRUCT(get_thing, (), (id))

const hwc::endpoint where{"https://workspace.example", "project"};
const hwc::token_signer signer{"a-secret-token"};

struct yes_or_no {
  template <class T>
  bool complete(hwc::result<T> outcome) const {
    return outcome.has_value();
  }
};

hwc::http_response json_answer(int status, std::string body) {
  hwc::http_response answer{.status = status, .body = std::move(body)};
  answer.headers.add("Content-Type", "application/json");
  return answer;
}

}  // namespace

static_assert(hwc::client_of<hwc::client<hwc::fake::transport, hwc::token_signer>, resend_email>);
static_assert(hwc::client_of<hwc::client<hwc::fake::transport, hwc::token_signer, yes_or_no>, get_thing>);
static_assert(!hwc::client_of<hwc::client<hwc::fake::transport, hwc::token_signer>, thing>);
static_assert(!hwc::client_of<int, resend_email>);
struct asynchronous_transport {
  static constexpr bool asynchronous = true;
};
static_assert(!hwc::client_of<hwc::client<asynchronous_transport, hwc::token_signer>, resend_email>);

template <class Policy>
using async_client = hwc::client<support::deferring_transport, hwc::token_signer, Policy>;
static_assert(hwc::async_client_of<async_client<hwc::throw_on_error>, resend_email>);
static_assert(hwc::async_client_of<async_client<hwc::return_result>, resend_email>);
static_assert(hwc::async_client_of<async_client<yes_or_no>, get_thing>);
static_assert(!hwc::async_client_of<async_client<hwc::throw_on_error>, thing>);
static_assert(!hwc::async_client_of<hwc::client<hwc::fake::transport, hwc::token_signer>, resend_email>);
static_assert(!hwc::async_client_of<support::deferring_transport, resend_email>);
static_assert(!hwc::async_client_of<int, resend_email>);
struct stand_in {
  void async_send(const resend_email&, const std::function<void(bool)>& handler) { handler(true); }
};
struct full_stand_in : stand_in {
  using stand_in::async_send;
  void async_send(const resend_email&, const hwc::call_options&, const std::function<void(bool)>&) {}
};
static_assert(!hwc::async_client_of<stand_in, resend_email>);  // takes no options
static_assert(hwc::async_client_of<full_stand_in, resend_email>);

#ifndef HWC_NO_EXCEPTIONS
TEST_CASE("a client with two policies: throws on error") {
  hwc::fake::transport t;
  t.expect({});
  t.expect({.response = {.status = 403}});
  hwc::client client{where, t, signer};
  static_assert(
      std::is_same_v<decltype(client), hwc::client<hwc::fake::transport, hwc::token_signer, hwc::throw_on_error>>);
  static_assert(std::is_same_v<decltype(client.send(resend_email{})), hwc::no_content>);
  CHECK(client.send(resend_email{.user_id = "u"}) == hwc::no_content{});
  CHECK_THROWS_AS(static_cast<void>(client.send(resend_email{.user_id = "u"})), hwc::exception);
  CHECK(t.violations() == "");
}
#endif

TEST_CASE("a client with return_result: gives the result") {
  hwc::fake::transport t;
  t.expect({.request = "POST /v2/project/users/u/resend-email"});
  hwc::client client{where, t, signer, hwc::return_result{}};
  static_assert(std::is_same_v<decltype(client.send(resend_email{})), hwc::result<hwc::no_content>>);
  CHECK(client.send(resend_email{.user_id = "u"}));
  CHECK(t.requests().size() == 1);
  CHECK(t.violations() == "");
}

TEST_CASE("a policy of one's own: decides what a call gives") {
  hwc::fake::transport t;
  t.expect({});
  t.expect({.response = {.status = 400}});
  hwc::client client{where, t, signer, yes_or_no{}};
  CHECK(client.send(resend_email{.user_id = "u"}) == true);
  CHECK(client.send(resend_email{.user_id = "u"}) == false);
  CHECK(t.violations() == "");
}

TEST_CASE("stateless policies: take no room in the client") {
  struct empty_transport {
    hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) {
      return {};
    }
  };
  struct empty_signer {
    void sign(hwc::http_request&, hwc::wall_time) const {}
  };
  CHECK(sizeof(hwc::client<empty_transport, empty_signer>) == sizeof(hwc::endpoint) + sizeof(void*));
}

TEST_CASE("an operation with a response: read from the answer") {
  hwc::fake::transport t;
  t.expect({.request = "GET /things/7", .response = json_answer(200, R"({"id":"7","size":3,"color":"red"})")});
  hwc::client client{where, t, signer, hwc::return_result{}};
  const auto got = client.send(get_thing{.id = "7"}).value();
  CHECK(got.id == "7");
  CHECK(got.size == 3);
  CHECK(t.violations() == "");
}

TEST_CASE("an answer that does not fit the response: malformed, with the field, and unknown whether it was done") {
  for (const auto* body : {R"({"id":"7"})", R"({"id":7,"size":3})", "", "{", R"({"id":"7","size":3}x)"}) {
    hwc::fake::transport t;
    auto answer = json_answer(200, body);
    answer.headers.add("X-Request-Id", "42");
    t.expect({.response = answer});
    hwc::client client{where, t, signer, hwc::return_result{}};
    const auto got = client.send(get_thing{.id = "7"});
    REQUIRE_FALSE(got.has_value());
    CHECK(got.error().kind == error_kind::malformed_response);
    CHECK(got.error().sent == delivery::unknown);
    CHECK(got.error().request_id == "42");
    CHECK(t.violations() == "");
  }
}

TEST_CASE("an answer over the limit: an error where its body matters, a success where it does not") {
  hwc::fake::transport t;
  t.expect({.response = json_answer(200, R"({"id":"7","size":3})")});
  t.expect({.response = json_answer(200, R"({"id":"7","size":3})")});
  hwc::client client{where, t, signer, hwc::return_result{}};
  CHECK(client.send(get_thing{.id = "7"}, {.response_limit = 5}).error().kind == error_kind::malformed_response);
  CHECK(client.send(resend_email{.user_id = "u"}, {.response_limit = 5}));
  CHECK(t.violations() == "");
}

TEST_CASE("an argument that is refused: nothing is sent") {
  hwc::fake::transport t;
  hwc::client client{where, t, signer, hwc::return_result{}};
  hwc::call_info info{.status = 1, .attempts = 1};
  const auto outcome = client.send(resend_email{.user_id = ".."}, {.info = &info});
  CHECK(outcome.error().kind == error_kind::invalid_argument);
  CHECK(outcome.error().attempts == 0);
  CHECK(info.attempts == 0);
  CHECK(info.sent == delivery::not_sent);
  CHECK(t.requests().empty());
}

TEST_CASE("plain http to another machine: refused before credentials could leave") {
  hwc::fake::transport t;
  hwc::client client{hwc::endpoint{"http://workspace.example", "project"}, t, signer, hwc::return_result{}};
  CHECK(client.send(resend_email{.user_id = "u"}).error().kind == error_kind::invalid_argument);
  CHECK(t.requests().empty());
}

TEST_CASE("a token with a line end: refused before anything is sent, and not repeated in the message") {
  hwc::fake::transport t;
  hwc::client client{where, t, hwc::token_signer{"sesame\nX-Evil: 1"}, hwc::return_result{}};
  const auto outcome = client.send(resend_email{.user_id = "u"});
  CHECK(outcome.error().kind == error_kind::invalid_argument);
  CHECK(to_string(outcome.error()).find("sesame") == std::string::npos);
  CHECK(t.requests().empty());
}

TEST_CASE("a signer that fails: its error, and nothing is sent") {
  hwc::fake::transport t;
  hwc::client client{where, t, hwc::token_signer{""}, hwc::return_result{}};
  const auto outcome = client.send(resend_email{.user_id = "u"});
  CHECK(outcome.error().kind == error_kind::credentials);
  CHECK(outcome.error().sent == delivery::not_sent);
  CHECK(outcome.error().attempts == 0);
  CHECK(t.requests().empty());
}

TEST_CASE("a refused connection, then a throttled one, then a success: each attempt signed anew for its time") {
  hwc::fake::transport t;
  t.expect({.failure = hwc::fake::connection_refused(), .delay = 2s});
  auto throttled = json_answer(429, R"({"error_code":"APIG.0308","error_msg":"slow down"})");
  throttled.headers.add("Retry-After", "5");
  t.expect({.response = throttled});
  auto done = json_answer(204, "");
  done.headers.add("x-request-id", "abc");
  t.expect({.response = done});
  hwc::client client{where, t, support::readable_signer{{"AK", "SK"}}, hwc::return_result{}};
  hwc::call_info info;
  CHECK(client.send(resend_email{.user_id = "u"}, {.info = &info}));
  CHECK(info.attempts == 3);
  CHECK(info.status == 204);
  CHECK(info.request_id == "abc");
  CHECK(info.sent == delivery::answered);
  const auto requests = t.requests();
  REQUIRE(requests.size() == 3);
  CHECK(requests[0].headers.find("X-Sdk-Date") == "20250314T092653Z");
  CHECK(requests[1].headers.find("X-Sdk-Date") != requests[0].headers.find("X-Sdk-Date"));
  CHECK(requests[2].headers.find("X-Sdk-Date") > requests[1].headers.find("X-Sdk-Date"));
  for (const auto& request : requests) {
    CHECK(request.headers.size() == requests[0].headers.size());
    CHECK(request.body == requests[0].body);
    CHECK(request.target == requests[0].target);
  }
  CHECK(t.violations() == "");
}

TEST_CASE("a lost connection: sent once, unknown; with allow_duplicates sent again") {
  hwc::fake::transport t;
  t.expect({.failure = hwc::fake::connection_lost()});
  t.expect({.failure = hwc::fake::connection_lost()});
  t.expect({});
  hwc::client client{where, t, signer, hwc::return_result{}};
  CHECK(client.send(resend_email{.user_id = "u"}).error().sent == delivery::unknown);
  CHECK(t.requests().size() == 1);
  CHECK(client.send(resend_email{.user_id = "u"}, {.allow_duplicates = true}));
  CHECK(t.requests().size() == 3);
  CHECK(t.violations() == "");
}

TEST_CASE("the deadline while the answer is awaited: unknown, at the deadline") {
  hwc::fake::transport t;
  t.expect({.delay = 1h});
  hwc::client client{where, t, signer, hwc::return_result{}};
  const auto start = t.clock().now().steady;
  const auto outcome = client.send(resend_email{.user_id = "u"}, {.timeout = 5s});
  CHECK(outcome.error().kind == error_kind::timeout);
  CHECK(outcome.error().sent == delivery::unknown);
  CHECK(t.clock().now().steady == start + 5s);
  CHECK(t.violations() == "");
}

TEST_CASE("the deadline in the middle of the attempts: the last verdict, no wait beyond it") {
  hwc::fake::transport t{[](const hwc::http_request&) { return hwc::http_response{.status = 429}; }};
  hwc::client client{where, t, signer, hwc::return_result{}};
  const auto start = t.clock().now().steady;
  const auto outcome = client.send(resend_email{.user_id = "u"}, {.timeout = 60s, .max_attempts = 1000});
  CHECK(outcome.error().kind == error_kind::throttled);
  CHECK(outcome.error().sent == delivery::answered);
  CHECK(t.requests().size() > 1);
  CHECK(t.requests().size() == static_cast<std::size_t>(outcome.error().attempts));
  CHECK(t.clock().now().steady < start + 60s);
}

TEST_CASE("stopped before anything: cancelled, not sent") {
  hwc::fake::transport t;
  hwc::client client{where, t, signer, hwc::return_result{}};
  std::stop_source stop;
  stop.request_stop();
  const auto outcome = client.send(resend_email{.user_id = "u"}, {.stop = stop.get_token()});
  CHECK(outcome.error().kind == error_kind::cancelled);
  CHECK(outcome.error().sent == delivery::not_sent);
  CHECK(outcome.error().attempts == 0);
  CHECK(t.requests().empty());
}

TEST_CASE("stopped while the answer is awaited: cancelled, unknown, sent once") {
  hwc::fake::transport t;
  std::stop_source stop;
  t.expect({.meanwhile = [&] { stop.request_stop(); }});
  hwc::client client{where, t, signer, hwc::return_result{}};
  const auto outcome = client.send(resend_email{.user_id = "u"}, {.stop = stop.get_token()});
  CHECK(outcome.error().kind == error_kind::cancelled);
  CHECK(outcome.error().sent == delivery::unknown);
  CHECK(t.requests().size() == 1);
  CHECK(t.violations() == "");
}

TEST_CASE("stopped during the pause after a refused connection: cancelled, not sent") {
  hwc::fake::transport t;
  std::stop_source stop;
  auto refuse_and_stop = hwc::fake::exchange{.failure = hwc::fake::connection_refused()};
  t.expect(refuse_and_stop);
  // The token asks between the exchange and the pause.
  struct stopping_transport {
    hwc::exchange_result send(const hwc::http_request& request, hwc::http_response& response,
                              const hwc::exchange_options& options) {
      auto outcome = inner.send(request, response, {.deadline = options.deadline});
      stop.request_stop();
      return outcome;
    }
    hwc::fake::clock& clock() { return inner.clock(); }
    hwc::fake::transport inner;
    std::stop_source stop;
  };
  hwc::client client{where, stopping_transport{t, stop}, signer, hwc::return_result{}};
  const auto outcome = client.send(resend_email{.user_id = "u"}, {.stop = stop.get_token()});
  CHECK(outcome.error().kind == error_kind::cancelled);
  CHECK(outcome.error().sent == delivery::not_sent);
  CHECK(outcome.error().attempts == 1);
  CHECK(t.requests().size() == 1);
  CHECK(t.violations() == "");
}

TEST_CASE("a text from the service that repeats credentials: they are masked in the error") {
  for (const bool with_key : {false, true}) {
    hwc::fake::transport t{[](const hwc::http_request& request) {
      std::string echoed;
      for (const auto name : {"X-Auth-Token", "X-Security-Token", "Authorization"}) {
        if (const auto value = request.headers.find(name)) echoed += std::string{*value} + ' ';
      }
      return json_answer(401, R"({"error_code":"APIG.0301","error_msg":")" + echoed + "\"}");
    }};
    hwc::error why;
    if (with_key) {
      hwc::client client{where, t, support::readable_signer{{"AK", "SECRET-KEY", "SESSION-TOKEN"}},
                         hwc::return_result{}};
      why = client.send(resend_email{.user_id = "u"}).error();
    } else {
      hwc::client client{where, t, hwc::token_signer{"SESSION-TOKEN"}, hwc::return_result{}};
      why = client.send(resend_email{.user_id = "u"}).error();
    }
    CHECK(why.kind == error_kind::unauthorized);
    CHECK(why.message.find("***") != std::string::npos);
    CHECK(to_string(why).find("SESSION-TOKEN") == std::string::npos);
    CHECK(to_string(why).find("SECRET-KEY") == std::string::npos);
  }
}

TEST_CASE("credentials that a text repeats in unusual ways: masked all the same") {
  struct ticket_signer {
    void sign(hwc::http_request& request, hwc::wall_time) const { request.headers.add("X-Ticket", ticket); }
    std::string ticket;
  };
  const std::string long_ticket(2000, 'T');
  struct row {
    std::string ticket;
    std::string body;
  };
  for (const auto& [ticket, body] :
       {row{long_ticket, "<html>" + long_ticket + "</html>"},
        row{"SEC/RET ", R"({"error_code":"A","error_msg":"SEC\/RET"})"}, row{"SEC/RET", R"(["SEC\/RET"])"},
        row{"SECRET", R"({"error_code":"A","encoded_authorization_message":"xSECRETx"})"},
        row{"SECRET", R"({"error_code":"SECRET","error_msg":"","request_id":"SECRET"})"}}) {
    hwc::fake::transport t;
    t.expect({.response = {.status = 400, .body = body}});
    hwc::client client{where, t, ticket_signer{ticket}, hwc::return_result{}};
    const auto why = client.send(resend_email{.user_id = "u"}).error();
    for (const auto& text : {why.code, why.message, why.request_id, why.encoded_authorization_message}) {
      CHECK(text.find("SECRET") == std::string::npos);
      CHECK(text.find("RET\"") == std::string::npos);
      CHECK(text.find("TTTTTT") == std::string::npos);
    }
    CHECK((why.code + why.message + why.request_id + why.encoded_authorization_message).find("***") !=
          std::string::npos);
    CHECK(t.violations() == "");
  }
}

TEST_CASE("a request id that repeats the token is masked, whatever became of the call") {
  for (const int status : {204, 200, 404}) {
    CAPTURE(status);
    const std::string body = status == 200 ? "<html>" : "";
    hwc::fake::transport t;
    t.expect({.response = {.status = status, .headers = {{"X-Request-Id", "of c4nary-token"}}, .body = body}});
    hwc::client client{where, t, hwc::token_signer{hwc::secret{"c4nary-token"}}, hwc::return_result{}};
    hwc::call_info info;
    const auto outcome = client.send(resend_email{.user_id = "u"}, {.info = &info});
    CHECK(outcome.has_value() == (status == 204));
    CHECK(info.request_id == "of ***");
    if (!outcome) CHECK(outcome.error().request_id == "of ***");
    CHECK(t.violations() == "");
  }
}

TEST_CASE("very long texts from the service: cut") {
  hwc::fake::transport t;
  hwc::http_response answer{.status = 400,
                            .body = R"({"error_code":")" + std::string(100000, 'c') + R"(","error_msg":")" +
                                    std::string(100000, 'm') + R"(","encoded_authorization_message":")" +
                                    std::string(100000, 'e') + "\"}"};
  answer.headers.add("X-Request-Id", std::string(10000, 'r'));
  t.expect({.response = answer});
  hwc::client client{where, t, signer, hwc::return_result{}};
  const auto why = client.send(resend_email{.user_id = "u"}).error();
  CHECK(why.code.size() == 256);
  CHECK(why.message.size() == 4096);
  CHECK(why.request_id.size() == 256);
  CHECK(why.encoded_authorization_message.size() == 65536);
  CHECK(t.violations() == "");
}

TEST_CASE("a web page instead of an answer: never taken for a success") {
  for (const auto* type : {"text/html", "Text/HTML; charset=utf-8"}) {
    hwc::fake::transport t;
    hwc::http_response page{.status = 200};
    page.headers.add("Content-Type", type);
    t.expect({.response = page});
    t.expect({.response = {.status = 200, .body = "\xEF\xBB\xBF \n<html>Sign in to the hotel network</html>"}});
    hwc::client client{where, t, signer, hwc::return_result{}};
    for (int i = 0; i != 2; ++i) {
      const auto outcome = client.send(resend_email{.user_id = "u"});
      REQUIRE_FALSE(outcome);
      CHECK(outcome.error().kind == error_kind::malformed_response);
      CHECK(outcome.error().sent == delivery::unknown);
    }
    CHECK(t.violations() == "");
  }
}

TEST_CASE("any 2xx: a success, and what the body holds does not matter") {
  for (const int status : {200, 201, 202, 204, 299}) {
    for (const auto* body : {"", "{}", "not json", " ", "null"}) {
      hwc::fake::transport t;
      t.expect({.response = {.status = status, .body = body}});
      hwc::client client{where, t, signer, hwc::return_result{}};
      CHECK(client.send(resend_email{.user_id = "u"}));
      CHECK(t.violations() == "");
    }
  }
}

TEST_CASE("eight threads on one client: every call is answered, each was sent once") {
  std::atomic<int> served = 0;
  hwc::fake::transport t{[&](const hwc::http_request&) {
    ++served;
    return hwc::http_response{.status = 200};
  }};
  hwc::client client{where, t, signer, hwc::return_result{}};
  static_assert(decltype(client)::thread_safe);
  std::atomic<int> sent = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i != 8; ++i) {
      threads.emplace_back([&] {
        for (int call = 0; call != 200; ++call) sent += client.send(resend_email{.user_id = "u"}).has_value() ? 1 : 0;
      });
    }
  }
  CHECK(sent == 1600);
  CHECK(served == 1600);
}

TEST_CASE("a client that cannot be copied but moved: keeps working") {
  hwc::fake::transport t;
  t.expect({});
  hwc::client first{where, t, signer, hwc::return_result{}};
  auto second = std::move(first);
  CHECK(second.where().project_id() == "project");
  CHECK(second.send(resend_email{.user_id = "u"}));
  CHECK(second.transport().violations() == "");
}
