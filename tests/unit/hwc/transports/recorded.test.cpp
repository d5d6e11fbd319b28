// SPDX-License-Identifier: BSL-1.0
#include <hwc/transports/recorded.hpp>

#include <hwc/client.hpp>
#include <hwc/fake/replay.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/json/read.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/deferring_transport.hpp"
#include "support/readable_algorithm.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using hwc::workspace::resend_email;

namespace {

const hwc::endpoint where{"https://workspace.example", "project"};
const support::readable_signer signer{{"AKEXAMPLE", "CANARY-SK", "CANARY-SESSION"}};

hwc::transport_error transport_failure(std::string message) {
  auto failure = hwc::fake::connection_lost();
  failure.message = std::move(message);
  return failure;
}

// An asynchronous transport whose exchanges end when the test says so, with that status.
struct held_transport {
  static constexpr bool asynchronous = true;

  template <class Job, class Handler>
  void async_call(Job given, Handler handler) {
    const auto job = std::make_shared<Job>(std::move(given));
    REQUIRE(job->start(time.now()) == hwc::call_action::send);
    ends->push_back([this, job, handler](int status) {
      job->response().clear();
      job->response().status = status;
      REQUIRE(job->completed({}, time.now()) == hwc::call_action::finished);
      job->deliver(handler);
    });
  }

  hwc::fake::clock& clock() { return time; }
  hwc::fake::clock time{};
  std::shared_ptr<std::vector<std::function<void(int)>>> ends =
      std::make_shared<std::vector<std::function<void(int)>>>();
};

}  // namespace

TEST_CASE("recorded, then replayed: the client sees the same, in the same virtual time") {
  hwc::fake::transport t;
  t.expect({.failure = hwc::fake::connection_refused(), .delay = 20ms});
  hwc::http_response refusal{.status = 403, .body = R"({"error_code":"WKS.00081102","error_msg":"No."})"};
  refusal.headers.add("X-Request-Id", "42");
  t.expect({.response = refusal, .delay = 1500ms});
  t.expect({.response = {.status = 204}});
  std::string file;
  const auto record = [&](std::string_view line) { file.append(line).append("\n"); };

  const auto run = [](auto transport) {
    hwc::client client{where, std::move(transport), signer, hwc::return_result{}};
    const auto first = client.send(resend_email{.user_id = "u"});
    const auto second = client.send(resend_email{.user_id = "v", .template_id = "email01"});
    return to_string(first.error()) + (second ? " sent" : " not sent");
  };
  const auto then = run(hwc::recorded{t, record});
  CHECK(t.violations() == "");
  auto again = hwc::fake::replay(file + "\n\r\n");
  REQUIRE(again.has_value());
  auto replayed = *again;
  CHECK(run(replayed) == then);
  CHECK(replayed.violations() == "");
  CHECK(then.find("42") != std::string::npos);
}

TEST_CASE("recorded over an asynchronous transport: the same lines as over a blocking one, each attempt one of them") {
  const auto record = [](auto wrap, auto send) {
    hwc::fake::transport t;
    t.expect({.failure = hwc::fake::connection_refused(), .delay = 20ms});
    hwc::http_response refusal{.status = 403, .body = R"({"error_code":"WKS.00081102","error_msg":"No."})"};
    refusal.headers.add("X-Request-Id", "42");
    t.expect({.response = refusal, .delay = 1500ms});
    std::string lines;
    const auto sink = [&](std::string_view line) { lines.append(line).append("\n"); };
    hwc::client client{where, hwc::recorded{wrap(t), sink}, signer, hwc::return_result{}};
    send(client, resend_email{.user_id = "u", .template_id = "email01"});
    CHECK(t.violations() == "");
    return lines;
  };
  const auto blocking = record([](hwc::fake::transport t) { return t; },
                               [](auto& client, const resend_email& op) { CHECK_FALSE(client.send(op)); });
  int called = 0;
  const auto asynchronous = record([](hwc::fake::transport t) { return support::deferring_transport{std::move(t)}; },
                                   [&](auto& client, const resend_email& op) {
                                     client.async_send(op, [&](const auto& outcome) { called += outcome ? 0 : 1; });
                                   });
  CHECK(called == 1);
  CHECK(asynchronous == blocking);
  CHECK(asynchronous.find(R"("milliseconds":1500)") != std::string::npos);
  CHECK(asynchronous.find("CANARY") == std::string::npos);
}

TEST_CASE("recorded with two asynchronous calls at once: each line has its own request, answer and time") {
  held_transport held;
  std::vector<hwc::recording> lines;
  const auto sink = [&](std::string_view line) { lines.push_back(hwc::json::read<hwc::recording>(line).value()); };
  hwc::client client{where, hwc::recorded{held, sink}, signer, hwc::return_result{}};
  std::string told;
  client.async_send(resend_email{.user_id = "a"}, [&](const auto& outcome) { told += outcome ? "a sent " : "a not "; });
  held.time.advance(1s);
  client.async_send(resend_email{.user_id = "b"}, [&](const auto& outcome) { told += outcome ? "b sent " : "b not "; });
  held.time.advance(1s);
  REQUIRE(held.ends->size() == 2);
  held.ends->at(1)(403);
  held.time.advance(1s);
  held.ends->at(0)(204);
  CHECK(told == "b not a sent ");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].request == "POST /v2/project/users/b/resend-email");
  CHECK(lines[0].status == 403);
  CHECK(lines[0].milliseconds == 1000);
  CHECK(lines[1].request == "POST /v2/project/users/a/resend-email");
  CHECK(lines[1].status == 204);
  CHECK(lines[1].milliseconds == 3000);
}

TEST_CASE("a body with a secret, sent or received, is recorded without it, and one that broke off as such") {
  hwc::fake::transport t;
  t.expect({.response = {.status = 200, .body = R"({"token":"x","password":"hunter2")", .truncated = true}});
  std::vector<hwc::recording> lines;
  hwc::recorded recorded{
      t, [&](std::string_view line) { lines.push_back(hwc::json::read<hwc::recording>(line).value()); }};
  hwc::http_request request;
  request.method = hwc::http_method::post;
  request.origin.host = "iam.example";
  request.target = "/";
  request.body = R"({"token":"hunter0","password":"hunter1"})";
  hwc::http_response response;
  REQUIRE(recorded.send(request, response, {}));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].request_body == R"({"token":"***","password":"***"})");
  CHECK(lines[0].response_body == R"({"token":"x","password":"***")");
  CHECK(lines[0].truncated);
}

TEST_CASE("a recording: readable, one line per exchange, and without any secret") {
  hwc::fake::transport t;
  hwc::http_response answer{
      .status = 401,
      .body =
          R"({"error_code":"APIG.0301","error_msg":"token CANARY-SESSION","password" : "CANARY-\"PW","sk":"CANARY-SK2"})"};
  answer.headers.add("X-Subject-Token", "CANARY-SUBJECT");
  answer.headers.add("Date", "Fri, 14 Mar 2025 09:26:05 GMT");
  t.expect({.response = answer});
  std::string line;
  hwc::client client{where, hwc::recorded{t, [&](std::string_view text) { line = text; }}, signer,
                     hwc::return_result{}};
  CHECK_FALSE(client.send(resend_email{.user_id = "u"}));
  CHECK(line.find("CANARY") == std::string::npos);
  CHECK(line.find('\n') == std::string::npos);
  const auto read = hwc::json::read<hwc::recording>(line).value();
  CHECK(read.request == "POST /v2/project/users/u/resend-email");
  CHECK(read.origin == "https://workspace.example");
  CHECK(read.request_body == "{}");
  CHECK(read.status == 401);
  CHECK(read.response_body == R"({"error_code":"APIG.0301","error_msg":"token ***","password" : "***","sk":"***"})");
  CHECK(t.violations() == "");
}

TEST_CASE("a recording: no text of it repeats a credential of the request, as it is or percent-encoded") {
  hwc::fake::transport t;
  hwc::http_response answer{.status = 302};
  answer.headers.add("Location", "https://a.example/login?token=CANARY%2Btoken%2F1%3D");
  answer.headers.add("X-Request-Id", "of CANARY+token/1=");
  t.expect({.response = answer});
  t.expect(
      {.failure = transport_failure("no such host: CANARY+token/1=.example, Bearer CANARY/bearer=, CANARY/bearer=")});
  std::string lines;
  hwc::recorded recording{t, [&](std::string_view line) { lines.append(line).append("\n"); }};
  hwc::http_request request{.origin = {.host = "a.example"},
                            .target = "/users?token=CANARY%2Btoken%2F1%3D&bearer=CANARY%2Fbearer%3D&name=x",
                            .body = R"({"name":"CANARY+token\/1="})"};
  request.headers.add("User-Agent", "of CANARY+token/1=");
  request.headers.add("X-Auth-Token", "CANARY+token/1=");
  request.headers.add("Authorization", "Bearer CANARY/bearer=");
  hwc::http_response response;
  CHECK(recording.send(request, response, {}));
  CHECK_FALSE(recording.send(request, response, {}));
  CHECK(lines.find("CANARY") == std::string::npos);
  const auto read = hwc::json::read<hwc::recording>(lines.substr(0, lines.find('\n'))).value();
  CHECK(read.request == "GET /users?token=***&bearer=***&name=x");
  CHECK(read.request_body == R"({"name":"***"})");
  REQUIRE(read.response_headers.size() == 2);
  CHECK(read.response_headers[0].value == "https://a.example/login?token=***");
  const auto failed = hwc::json::read<hwc::recording>(lines.substr(lines.find('\n') + 1)).value();
  REQUIRE(failed.failure.has_value());
  CHECK(failed.failure->message == "no such host: ***.example, ***, ***");
  CHECK(t.violations() == "");
}

TEST_CASE("a recording of bodies that are no text: says so, and is still one line of JSON") {
  hwc::fake::transport t;
  t.expect({.response = {.status = 200, .body = "\xFF\xFE"}});
  std::string line;
  hwc::recorded recording{t, [&](std::string_view text) { line = text; }};
  hwc::http_response response;
  CHECK(recording.send({.origin = {.host = "a.example"}, .target = "/"}, response, {}));
  CHECK(hwc::json::read<hwc::recording>(line).value().response_body == "(not UTF-8)");
  CHECK(response.body == "\xFF\xFE");
  CHECK(t.violations() == "");
}
