// SPDX-License-Identifier: BSL-1.0
#include <hwc/transports/logged.hpp>

#include <hwc/client.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/deferring_transport.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;
using hwc::workspace::resend_email;

namespace {

const hwc::endpoint where{"https://workspace.example:8443", "project"};
const hwc::token_signer signer{"CANARY-TOKEN"};

}  // namespace

TEST_CASE("logged: one line for each exchange, with allowed headers and without credentials or body") {
  hwc::fake::transport t;
  hwc::http_response answer{.status = 503, .body = "CANARY-BODY"};
  answer.headers.add("X-Request-Id", "4\n2");
  answer.headers.add("X-Subject-Token", "CANARY-SUBJECT");
  t.expect({.response = answer, .delay = 41ms});
  t.expect({.failure = hwc::fake::connection_lost()});
  std::vector<std::string> lines;
  hwc::client client{where, hwc::logged{t, [&](std::string_view line) { lines.emplace_back(line); }}, signer,
                     hwc::return_result{}};
  CHECK(client.send(resend_email{.user_id = "u"}).error().status == 503);
  CHECK(client.send(resend_email{.user_id = "u", .template_id = "CANARY-TEMPLATE"}).error().status == 0);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] ==
        "POST https://workspace.example:8443/v2/project/users/u/resend-email 503 in 41 ms < X-Request-Id: 4?2");
  CHECK(lines[1] ==
        "POST https://workspace.example:8443/v2/project/users/u/resend-email failed: connection, unknown, connection "
        "lost in 0 ms");
  for (const auto& line : lines) CHECK(line.find("CANARY") == std::string::npos);
  CHECK(t.violations() == "");
}

TEST_CASE("logged: a query is not shown, since it may hold names; the list of headers is the user's") {
  hwc::fake::transport t;
  t.expect({});
  std::string seen;
  hwc::logged logging{t, [&](std::string_view line) { seen = line; }, {"Content-Type"}};
  hwc::http_request request{.target = "/users?user_name=ada"};
  request.origin.host = "a.example";
  request.headers.add("Content-Type", "application/json");
  request.headers.add("X-Auth-Token", "CANARY-TOKEN");
  hwc::http_response response;
  CHECK(logging.send(request, response, {}));
  CHECK(seen == "GET https://a.example/users?... 200 in 0 ms > Content-Type: application/json");
  CHECK(t.violations() == "");
}

TEST_CASE("logged: headers that hold credentials are masked, even if the list allows them") {
  const std::vector<std::string> names{"authorization",       "X-Auth-Token", "X-Security-Token", "X-Subject-Token",
                                       "Proxy-Authorization", "Set-Cookie",   "Cookie",           "X-Request-Id"};
  hwc::fake::transport t;
  hwc::http_response answer{.status = 200};
  hwc::http_request request{.origin = {.host = "a.example"}, .target = "/"};
  std::string masked;
  for (const auto& name : names) {
    const auto* value = name == "X-Request-Id" ? "42" : "CANARY";
    request.headers.add(name, value);
    answer.headers.add(name, value);
    const std::string shown = name == "X-Request-Id" ? "42" : "***";
    masked += " > " + name + ": " + shown + " < " + name + ": " + shown;
  }
  t.expect({.response = answer});
  std::string seen;
  hwc::logged logging{t, [&](std::string_view line) { seen = line; }, names};
  hwc::http_response response;
  CHECK(logging.send(request, response, {}));
  CHECK(seen == "GET https://a.example/ 200 in 0 ms" + masked);
  CHECK(t.violations() == "");
}

TEST_CASE("logged: a credential of the request is masked wherever else it is repeated") {
  hwc::fake::transport t;
  hwc::http_response answer{.status = 200};
  answer.headers.add("X-Request-Id", "of CANARY-TOKEN");
  t.expect({.response = answer});
  t.expect({.failure = hwc::transport_error{.message = "no CANARY-TOKEN here"}});
  std::vector<std::string> lines;
  hwc::logged logging{t, [&](std::string_view line) { lines.emplace_back(line); }};
  hwc::http_request request{.origin = {.host = "a.example"}, .target = "/CANARY-TOKEN"};
  request.headers.add("X-Auth-Token", "CANARY-TOKEN");
  hwc::http_response response;
  CHECK(logging.send(request, response, {}));
  CHECK_FALSE(logging.send(request, response, {}));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "GET https://a.example/*** 200 in 0 ms < X-Request-Id: of ***");
  CHECK(lines[1].find("no *** here") != std::string::npos);
  CHECK(t.violations() == "");
}

TEST_CASE("logged with a sink that throws: the call's outcome is the same") {
  hwc::fake::transport t;
  t.expect({});
  hwc::client client{where, hwc::logged{t, [](std::string_view) { throw std::runtime_error{"disk full"}; }}, signer,
                     hwc::return_result{}};
  CHECK(client.send(resend_email{.user_id = "u"}));
  CHECK(t.violations() == "");
}

TEST_CASE("logged over an asynchronous transport: one line for each exchange of the call") {
  hwc::fake::transport t;
  t.expect({.failure = hwc::fake::connection_refused(), .delay = 2ms});
  t.expect({.response = {.status = 204}, .delay = 41ms});
  std::vector<std::string> lines;
  hwc::client client{
      where, hwc::logged{support::deferring_transport{t}, [&](std::string_view line) { lines.emplace_back(line); }},
      signer, hwc::return_result{}};
  bool sent = false;
  client.async_send(resend_email{.user_id = "u"}, [&](const auto& outcome) { sent = outcome.has_value(); });
  CHECK(sent);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].ends_with("failed: connection, not_sent, connection refused in 2 ms"));
  CHECK(lines[1].ends_with("/resend-email 204 in 41 ms"));
  CHECK(t.violations() == "");
}

TEST_CASE("logged: sees each of many exchanges at once, at its own times") {
  hwc::fake::transport t;
  t.expect({.delay = 3s});
  t.expect({.delay = 1s});
  std::vector<std::string> lines;
  hwc::client client{where, hwc::logged{t, [&](std::string_view line) { lines.emplace_back(line); }}, signer};
  const std::vector<resend_email> users{{.user_id = "a"}, {.user_id = "b"}};
  CHECK(client.send_all(users, [](const auto&, const auto&) {}, {.concurrency = 2}).sent == 2);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].ends_with("/users/b/resend-email 200 in 1000 ms"));
  CHECK(lines[1].ends_with("/users/a/resend-email 200 in 3000 ms"));
  CHECK(t.violations() == "");
}
