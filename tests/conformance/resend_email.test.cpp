// SPDX-License-Identifier: BSL-1.0
#include "conformance/wiring.hpp"

#include <hwc/client.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/openssl/testing/authority.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <doctest/doctest.h>

#include <mutex>
#include <set>
#include <string>
#include <vector>

// One body for every transport: the same call must do the same, to the byte, in memory and over a socket.

using namespace std::chrono_literals;
using hwc::delivery;
using hwc::error_kind;
using hwc::workspace::resend_email;

#define HWC_SOCKET_WIRINGS                                                                          \
  conformance::curl_plain, conformance::curl_tls, conformance::beast_plain, conformance::beast_tls, \
      conformance::async_plain, conformance::async_tls, conformance::curl_http2
#define HWC_WIRINGS conformance::in_memory, HWC_SOCKET_WIRINGS

namespace {

using access_key_signer = hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256>;
const access_key_signer signer{{"HWCTESTAK0000EXAMPLE", "hwcTestSecretKey/0123456789+abcdefEXAMPLE"}};

hwc::fake::workspace make_service() {
  return hwc::fake::workspace{{.id = "project",
                               .users = {{.id = "user", .user_email = "user@workspace.example"}},
                               .email_templates = {"email01"}},
                              signer,
                              hwc::token_signer{"a-good-token"}};
}

// Keeps what arrives and answers with 204.
struct recording_service {
  hwc::http_response operator()(const hwc::http_request& request) const {
    const std::lock_guard lock{state->mutex};
    state->seen.push_back(request);
    return {.status = 204};
  }
  struct shared {
    std::mutex mutex;
    std::vector<hwc::http_request> seen;
  };
  std::shared_ptr<shared> state = std::make_shared<shared>();
};

}  // namespace

TEST_CASE_TEMPLATE("a signed request: one arrives, the email is in the outbox under the request's id", Wiring,
                   HWC_WIRINGS) {
  auto service = make_service();
  Wiring wiring{service};
  hwc::client client{wiring.endpoint(), wiring.transport, signer, hwc::return_result{}};
  hwc::call_info info;
  const auto sent =
      conformance::call(client, resend_email{.user_id = "user", .template_id = "email01"}, {.info = &info});
  REQUIRE_MESSAGE(sent.has_value(), to_string(sent.error()));
  CHECK(wiring.requests() == 1);
  CHECK(info.attempts == 1);
  CHECK(info.status == 200);
  REQUIRE(service.outbox().size() == 1);
  CHECK(service.outbox()[0].template_id == "email01");
  CHECK(service.outbox()[0].request_id == info.request_id);
}

TEST_CASE_TEMPLATE("a token, or temporary keys: let through where they are good, refused where not", Wiring,
                   HWC_WIRINGS) {
  auto service = make_service();
  const access_key_signer temporary{{"TEMPORARYAK", "sk", "session-token"}};
  service.accept(temporary);
  Wiring wiring{service};
  const auto send_with = [&](auto with) {
    hwc::client client{wiring.endpoint(), wiring.transport, with, hwc::return_result{}};
    return conformance::call(client, resend_email{.user_id = "user"});
  };
  CHECK(send_with(hwc::token_signer{"a-good-token"}));
  CHECK(send_with(temporary));
  for (const auto& refused :
       {send_with(hwc::token_signer{"a-bad-token"}), send_with(access_key_signer{{"TEMPORARYAK", "sk"}}),
        send_with(access_key_signer{{"TEMPORARYAK", "other", "session-token"}}),
        send_with(access_key_signer{{"NOBODY", "sk"}})}) {
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == error_kind::unauthorized);
    CHECK(refused.error().code == "APIG.0301");
    CHECK(refused.error().attempts == 1);
    CHECK(refused.error().request_id.size() == 32);
  }
  CHECK(wiring.requests() == 6);
  CHECK(service.outbox().size() == 2);
}

TEST_CASE_TEMPLATE("what arrives: the same method, target, signed headers and body, byte for byte", Wiring,
                   HWC_WIRINGS) {
  recording_service service;
  Wiring wiring{service};
  hwc::client client{wiring.endpoint(), wiring.transport, hwc::token_signer{"token"}, hwc::return_result{}};
  CHECK(conformance::call(client, resend_email{.user_id = "a/b?c#d %2F\xC3\xA9", .template_id = "\xC3\xA9\""}));
  CHECK(conformance::call(client, resend_email{.user_id = "user"}));
  CHECK(wiring.requests() == 2);
  const auto& seen = service.state->seen;
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].method == hwc::http_method::post);
  CHECK(seen[0].target == "/v2/project/users/a%2Fb%3Fc%23d%20%252F%C3%A9/resend-email");
  CHECK(seen[0].body == "{\"template_id\":\"\xC3\xA9\\\"\"}");
  CHECK(seen[0].headers.find("Content-Type") == "application/json");
  CHECK(seen[0].headers.find("X-Auth-Token") == "token");
  CHECK(seen[1].body == "{}");
  // Nothing but what HTTP itself needs is added.
  const std::set<std::string> expected{"content-type",   "x-auth-token", "host",
                                       "content-length", "user-agent",   "accept"};
  for (const auto& [name, value] : seen[0].headers) {
    std::string lower;
    hwc::signed_headers::append_lower(lower, name);
    CHECK_MESSAGE(expected.count(lower) == 1, lower);
  }
}

TEST_CASE_TEMPLATE("a user_id that cannot be one: refused, and nothing arrives", Wiring, HWC_WIRINGS) {
  auto service = make_service();
  Wiring wiring{service};
  hwc::client client{wiring.endpoint(), wiring.transport, signer, hwc::return_result{}};
  for (const auto& user_id : {std::string{}, std::string{"."}, std::string{".."}, std::string{"u\r\nX-Evil: 1"},
                              std::string{"u\0", 2}, std::string{"u\t"}, std::string{"\xFF"}}) {
    const auto sent = conformance::call(client, resend_email{.user_id = user_id});
    REQUIRE_FALSE(sent);
    CHECK(sent.error().kind == error_kind::invalid_argument);
    CHECK(sent.error().sent == delivery::not_sent);
  }
  CHECK(wiring.requests() == 0);
}

TEST_CASE_TEMPLATE("a strange user_id: signed and served as one segment of the path, never another path", Wiring,
                   HWC_WIRINGS) {
  auto service = make_service();
  const std::vector<std::string> ids{"a/b",
                                     "a?b=c",
                                     "a#b",
                                     "a%2Fb",
                                     "../x",
                                     "a b",
                                     "\xC3\xA9\xE2\x82\xAC",
                                     "a;b,c:d@e+f&g=h",
                                     std::string(10240, 'x')};
  hwc::fake::project more{.id = "strange"};
  for (const auto& id : ids) more.users.push_back({.id = id, .user_email = "user@workspace.example"});
  // The canonical form counts an encoded slash as a separator; the path on the wire keeps it.
  service.add(more);
  Wiring wiring{service};
  const auto& origin = wiring.endpoint().origin();
  std::string url = origin.tls ? "https://" : "http://";
  append_authority(url, origin);
  hwc::client client{hwc::endpoint{url, "strange"}, wiring.transport, signer, hwc::return_result{}};
  for (const auto& id : ids) {
    const auto sent = conformance::call(client, resend_email{.user_id = id});
    CHECK_MESSAGE(sent.has_value(), id.substr(0, 20), sent ? "" : to_string(sent.error()).substr(0, 200));
  }
  CHECK(wiring.requests() == ids.size());
  REQUIRE(service.outbox().size() == ids.size());
  for (std::size_t i = 0; i != ids.size(); ++i) CHECK(service.outbox()[i].user_id == ids[i]);
}

TEST_CASE_TEMPLATE("every documented error status: kind, code, message and request id, after one request", Wiring,
                   HWC_WIRINGS) {
  auto service = make_service();
  Wiring wiring{service};
  hwc::client client{wiring.endpoint(), wiring.transport, signer, hwc::return_result{}};
  struct row {
    int status;
    error_kind kind;
    delivery sent;
  };
  std::size_t expected = 0;
  for (const auto& [status, kind, sent] :
       {row{400, error_kind::bad_request, delivery::answered}, row{401, error_kind::unauthorized, delivery::answered},
        row{403, error_kind::forbidden, delivery::answered}, row{404, error_kind::not_found, delivery::answered},
        row{405, error_kind::method_not_allowed, delivery::answered},
        row{500, error_kind::internal_server_error, delivery::unknown},
        row{503, error_kind::service_unavailable, delivery::unknown},
        row{302, error_kind::unexpected_status, delivery::answered},
        row{504, error_kind::unexpected_status, delivery::unknown}}) {
    service.answer_next(
        status,
        {.error_code = "WKS.00081102", .error_msg = "\xC3\xA9: said so", .encoded_authorization_message = "opaque"});
    const auto outcome = conformance::call(client, resend_email{.user_id = "user"});
    REQUIRE_FALSE(outcome);
    const auto& why = outcome.error();
    const auto status_now = status;
    CAPTURE(status_now);
    CHECK(why.kind == kind);
    CHECK(why.status == status);
    CHECK(why.code == "WKS.00081102");
    CHECK(why.message == "\xC3\xA9: said so");
    CHECK(why.request_id.size() == 32);
    CHECK(why.encoded_authorization_message == "opaque");
    CHECK(why.sent == sent);
    CHECK(why.attempts == 1);
    CHECK(wiring.requests() == ++expected);
  }
  CHECK(service.outbox().empty());
}

TEST_CASE_TEMPLATE("many calls at once: each answered once, one request and one email for each", Wiring, HWC_WIRINGS) {
  hwc::fake::project crowd{.id = "project"};
  std::vector<resend_email> operations;
  for (int i = 0; i != 60; ++i) {
    operations.push_back({.user_id = "user-" + std::to_string(i)});
    if (i % 10 != 9) crowd.users.push_back({.id = operations.back().user_id, .user_email = "user@workspace.example"});
  }
  hwc::fake::workspace many{crowd, signer};
  Wiring wiring{many};
  hwc::client client{wiring.endpoint(), wiring.transport, signer, hwc::return_result{}};
  std::set<std::string> told;
  const auto sum = client.send_all(
      operations,
      [&](const resend_email& op, const hwc::result<hwc::no_content>& outcome, const hwc::call_info& info) {
        CHECK(told.insert(op.user_id).second);
        CHECK(outcome.has_value() == !op.user_id.ends_with('9'));
        CHECK(info.attempts == 1);
      },
      {.concurrency = 8});
  CHECK(sum == hwc::send_all_summary{.sent = 54, .not_sent = 6});
  CHECK(told.size() == 60);
  CHECK(wiring.requests() == 60);
  CHECK(many.outbox().size() == 54);
}

TEST_CASE_TEMPLATE("421, then a success: two requests, the second one on another connection", Wiring, HWC_WIRINGS) {
  auto service = make_service();
  Wiring wiring{service};
  hwc::client client{wiring.endpoint(), wiring.transport, signer, hwc::return_result{}};
  service.answer_next({.status = 421});
  CHECK(conformance::call(client, resend_email{.user_id = "user"}));
  CHECK(wiring.requests() == 2);
  if constexpr (requires { wiring.server; }) CHECK(wiring.server.connections() == 2);
  CHECK(service.outbox().size() == 1);
}

TEST_CASE_TEMPLATE("three calls one after the other: one connection", Wiring, HWC_SOCKET_WIRINGS) {
  auto service = make_service();
  Wiring wiring{service};
  hwc::client client{wiring.endpoint(), wiring.transport, signer, hwc::return_result{}};
  for (int i = 0; i != 3; ++i) CHECK(conformance::call(client, resend_email{.user_id = "user"}));
  CHECK(wiring.requests() == 3);
  CHECK(wiring.server.connections() == 1);
}

TEST_CASE_TEMPLATE("https with an unknown authority, or a certificate for another name: refused, and nothing arrives",
                   Transport, hwc::curl::transport, hwc::beast::transport, hwc::tests::awaited) {
  auto service = make_service();
  const hwc::openssl::testing::authority ca;
  const hwc::openssl::testing::authority other_ca;
  const auto send_to = [&](const hwc::openssl::testing::authority& trusted, const char* name) {
    const auto identity = ca.issue({name});
    hwc::beast::server server{service, "127.0.0.1", 0, {identity.certificate_chain_pem, identity.private_key_pem}};
    hwc::client client{hwc::endpoint{server.url(), "project"}, Transport{{.ca_file = trusted.file()}}, signer,
                       hwc::return_result{}};
    auto outcome = conformance::call(client, resend_email{.user_id = "user"});
    CHECK(server.requests() == (outcome ? 1 : 0));
    return outcome;
  };
  CHECK(send_to(ca, "127.0.0.1"));
  for (const auto& refused : {send_to(other_ca, "127.0.0.1"), send_to(ca, "workspace.example")}) {
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == error_kind::tls);
    CHECK(refused.error().sent == delivery::not_sent);
    CHECK(refused.error().attempts == 1);
  }
  CHECK(service.outbox().size() == 1);
}

TEST_CASE_TEMPLATE("a reused connection that ends after the request was read: the server has it once, outcome unknown",
                   Transport, hwc::curl::transport, hwc::beast::transport, hwc::tests::awaited) {
  using hwc::testing::step;
  for (const auto ending : {step::then::close, step::then::reset}) {
    hwc::testing::socket_server server{{{{.answer = std::string{hwc::testing::ok_answer}}, {.afterwards = ending}}}};
    hwc::client client{hwc::endpoint{"http://127.0.0.1:" + std::to_string(server.port()), "project"}, Transport{},
                       signer, hwc::return_result{}};
    CHECK(conformance::call(client, resend_email{.user_id = "first"}));
    CHECK(server.requests() == 1);
    const auto outcome = conformance::call(client, resend_email{.user_id = "second"});
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().sent == delivery::unknown);
    CHECK(outcome.error().attempts == 1);
    CHECK(server.requests() == 2);
  }
}
