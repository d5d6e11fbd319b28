// SPDX-License-Identifier: BSL-1.0
#include <hwc/fake/workspace.hpp>

#include <hwc/build_request.hpp>
#include <hwc/client.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/json/read.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/list_users.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/every_operation.hpp"
#include "support/readable_algorithm.hpp"

#include <boost/mp11/algorithm.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

using hwc::error_kind;
using hwc::workspace::list_users;
using hwc::workspace::resend_email;

namespace {

const hwc::token_signer signer{"good-token"};

hwc::fake::workspace make_service() {
  return hwc::fake::workspace{{.id = "project",
                               .users = {{.id = "with-email", .user_email = "a@workspace.example"},
                                         {.id = "with-phone", .user_phone = "+10000"},
                                         {.id = "unreachable"}},
                               .email_templates = {"email01"},
                               .phone_templates = {"sms01"}},
                              signer};
}

hwc::error error_of(hwc::fake::workspace service, const resend_email& op, std::string project = "project") {
  hwc::client client{hwc::endpoint{"https://workspace.example", std::move(project)}, hwc::fake::transport{service},
                     signer, hwc::return_result{}};
  const auto outcome = client.send(op);
  REQUIRE_FALSE(outcome);
  CHECK(service.outbox().empty());
  return outcome.error();
}

}  // namespace

TEST_CASE("emails that are resent: all in the outbox, with what was asked for and the request's id") {
  auto service = make_service();
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, hwc::fake::transport{service}, signer,
                     hwc::return_result{}};
  hwc::call_info info;
  REQUIRE(client.send(resend_email{.user_id = "with-email", .template_id = "email01"}, {.info = &info}));
  REQUIRE(client.send(resend_email{.user_id = "with-phone", .phone_template_id = "sms01"}));
  REQUIRE(service.outbox().size() == 2);
  CHECK(service.outbox()[0] == hwc::fake::sent_email{.project_id = "project",
                                                     .user_id = "with-email",
                                                     .user_email = "a@workspace.example",
                                                     .template_id = "email01",
                                                     .request_id = info.request_id});
  CHECK(info.request_id.size() == 32);
  CHECK(service.outbox()[1].phone_template_id == "sms01");
  CHECK(service.requests() == 2);
}

TEST_CASE("what the service refuses: its code and status, and nothing in the outbox") {
  const auto code = [](const resend_email& op, std::string project = "project") {
    const auto why = error_of(make_service(), op, std::move(project));
    return std::to_string(why.status) + ' ' + why.code;
  };
  CHECK(code({.user_id = "nobody"}) == "400 WKS.00170312");
  CHECK(code({.user_id = "unreachable"}) == "400 WKS.00211102");
  CHECK(code({.user_id = "with-email", .template_id = "none"}) == "400 WKS.00211102");
  CHECK(code({.user_id = "with-email", .phone_template_id = "none"}) == "400 WKS.00211102");
  CHECK(code({.user_id = "with-email"}, "other project") == "400 WKS.00170117");
}

TEST_CASE("requests that no client of ours makes: answered as the service and its gateway do") {
  auto service = make_service();
  const auto code = [&](hwc::http_request request) {
    if (!request.headers.contains("X-Auth-Token")) request.headers.add("X-Auth-Token", "good-token");
    const auto answer = service(request, {});
    CHECK(answer.headers.contains("X-Request-Id"));
    return std::to_string(answer.status) + ' ' +
           hwc::json::read<hwc::fake::error_answer>(answer.body).value().error_code;
  };
  hwc::http_request good{
      .method = hwc::http_method::post, .target = "/v2/project/users/with-email/resend-email", .body = "{}"};
  good.headers.add("Content-Type", "application/json");
  auto bad = good;
  bad.body.clear();
  CHECK(code(bad) == "400 WKS.0001");
  bad.body = "[]";
  CHECK(code(bad) == "400 WKS.00211102");
  bad = good;
  bad.headers.set("Content-Type", "text/plain");
  CHECK(code(bad) == "415 WKS.00000415");
  bad = good;
  bad.method = hwc::http_method::get;
  CHECK(code(bad) == "404 APIG.0101");
  bad = good;
  bad.target = "/v2/project/desktops";
  CHECK(code(bad) == "404 APIG.0101");
  bad = good;
  bad.headers.add("X-Auth-Token", "bad-token");
  CHECK(code(bad) == "401 APIG.0301");
  CHECK(service.outbox().empty());
  CHECK(service.requests() == 6);
}

TEST_CASE("answers in advance: given instead, one each, to requests that are authentic") {
  auto service = make_service();
  service.answer_next(403,
                      {.error_code = "WKS.00081102", .error_msg = "No.", .encoded_authorization_message = "opaque"});
  const auto denied = error_of(service, {.user_id = "with-email"});
  CHECK(denied.kind == error_kind::forbidden);
  CHECK(denied.code == "WKS.00081102");
  CHECK(denied.encoded_authorization_message == "opaque");
  service.answer_next({.status = 404});
  CHECK(error_of(service, {.user_id = "with-email"}).kind == error_kind::not_found);
}

TEST_CASE("a second project and a second key: served as the first") {
  auto service = make_service();
  service.add({.id = "other", .users = {{.id = "u", .user_email = "u@workspace.example"}}});
  service.accept(support::readable_signer{{"AK", "SK"}});
  hwc::client client{hwc::endpoint{"https://workspace.example", "other"}, hwc::fake::transport{service},
                     support::readable_signer{{"AK", "SK"}}, hwc::return_result{}};
  CHECK(client.send(resend_email{.user_id = "u"}));
  CHECK(service.outbox().front().project_id == "other");
}

TEST_CASE("users are listed as the service lists them: who fits, a page at a time, with the number of all") {
  hwc::fake::workspace service{
      {.id = "project",
       .users = {{.id = "1", .user_name = "ada", .user_email = "a@workspace.example", .group_names = {"g", "h"}},
                 {.id = "2", .user_name = "bob", .active_type = "ADMIN_ACTIVATE", .description = "long d text"},
                 {.id = "3", .user_name = "ada", .total_desktops = 2, .disabled = true, .domain = "x"},
                 {.id = "4", .user_name = "eve & co", .group_names = {"g"}}}},
      signer};
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, hwc::fake::transport{service}, signer,
                     hwc::return_result{}};
  const auto ids = [&](const list_users& query) {
    const auto page = client.send(query).value();
    REQUIRE(page.users);
    std::string text = std::to_string(page.total_count.value()) + ":";
    for (const auto& user : *page.users) text += ' ' + user.id.value();
    return text;
  };
  CHECK(ids({}) == "4: 1 2 3 4");
  CHECK(ids({.limit = 2, .offset = 1}) == "4: 2 3");
  CHECK(ids({.offset = 9}) == "4:");
  CHECK(ids({.user_name = "ada"}) == "2: 1 3");
  CHECK(ids({.user_name = "eve & co"}) == "1: 4");
  CHECK(ids({.user_names = {"bob", "eve & co"}}) == "2: 2 4");
  CHECK(ids({.description = "d"}) == "1: 2");
  CHECK(ids({.active_type = "USER_ACTIVATE", .limit = 1}) == "3: 1");
  CHECK(ids({.group_name = "g"}) == "2: 1 4");
  CHECK(ids({.disabled = false}) == "3: 1 2 4");
  CHECK(ids({.domain = "x"}) == "1: 3");

  const auto shown = client.send(list_users{.user_name = "ada"}).value().users.value();
  CHECK(shown.at(0).user_email == "a@workspace.example");
  CHECK(shown.at(0).group_names == std::vector<std::string>{"g", "h"});
  CHECK(shown.at(1).total_desktops == 2);
  CHECK(shown.at(1).disabled == true);
  CHECK_FALSE(shown.at(1).user_email);
  CHECK_FALSE(client.send(list_users{.is_query_total_desktops = false}).value().users->at(2).total_desktops);
  CHECK(service.outbox().empty());
}

TEST_CASE("users of a project that is not there: its code") {
  hwc::client client{hwc::endpoint{"https://workspace.example", "other"}, hwc::fake::transport{make_service()}, signer,
                     hwc::return_result{}};
  const auto listed = client.send(list_users{});
  REQUIRE(listed.has_error());
  CHECK(listed.error().code == "WKS.00170117");
}

TEST_CASE("requests with any byte changed: an answer of the service, and it lives on") {
  std::mt19937 random{8};
  const auto changed = [&](std::string text) {
    if (!text.empty()) text[random() % text.size()] = static_cast<char>(random() % 256);
    return text;
  };
  constexpr std::array known{200, 201, 204, 400, 404, 409, 415};
  const hwc::endpoint where{"https://workspace.example", "project"};
  boost::mp11::mp_for_each<support::every_operation>([&](auto op) {
    support::fill(op, support::filling::everything);
    hwc::http_request whole;
    REQUIRE(hwc::build_request(op, where, whole));
    whole.headers.add("X-Auth-Token", "good-token");
    for (int times = 0; times != 200; ++times) {
      const std::string id{support::filled_text};
      hwc::fake::workspace service{{.id = "project", .users = {{.id = id, .user_email = "a@b", .user_phone = "1"}}},
                                   signer};
      auto request = whole;
      if (random() % 2 == 0) request.target = changed(request.target);
      if (random() % 2 == 0) request.body = changed(request.body);
      const auto status = service(request, {}).status;
      CHECK_MESSAGE(std::find(known.begin(), known.end(), status) != known.end(), status);
      hwc::client client{where, hwc::fake::transport{service}, signer, hwc::return_result{}};
      CHECK(client.send(list_users{}).value().users);
    }
  });
}
