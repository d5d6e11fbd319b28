// SPDX-License-Identifier: BSL-1.0
#include <hwc/fake/workspace.hpp>

#include <hwc/client.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/hwc.hpp>
#include <hwc/json/read.hpp>
#include <hwc/signers/token.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What the fake does with users and what it refuses; its gateway is in workspace.test.cpp.

using namespace hwc::workspace;
using hwc::fake::email_reason;

namespace {

const hwc::token_signer signer{"token"};

struct desk {
  explicit desk(hwc::fake::project project = {.id = "project"}) : service{std::move(project), signer} {}

  // The value, or the test fails.
  template <class Op>
  typename Op::response does(const Op& op) {
    auto outcome = client.send(op);
    REQUIRE_MESSAGE(outcome.has_value(), to_string(outcome.error()));
    return *std::move(outcome);
  }

  // Status and code of the refusal. Nothing may have gone out.
  template <class Op>
  std::string refuses(const Op& op) {
    const auto emails = service.outbox().size();
    const auto outcome = client.send(op);
    REQUIRE(outcome.has_error());
    CHECK(service.outbox().size() == emails);
    return std::to_string(outcome.error().status) + ' ' + outcome.error().code;
  }

  // Names of all users.
  std::string names() {
    std::string text;
    const auto page = does(list_users{});
    for (const auto& user : page.users.value()) text += user.user_name.value() + ' ';
    return text;
  }

  hwc::fake::workspace service;
  hwc::client<hwc::fake::transport, hwc::token_signer, hwc::return_result> client{
      hwc::endpoint{"https://workspace.example", "project"}, hwc::fake::transport{service}, signer};
};

constexpr std::string_view invalid = "400 WKS.00211102", no_user = "400 WKS.00170312", taken = "409 WKS.00211103";

create_user ada() { return {.user_name = "ada", .user_email = "ada@workspace.example"}; }

std::string of_length(std::size_t characters) {
  std::string text;
  while (characters-- != 0) text += "\xC3\xA9";
  return text;
}

}  // namespace

TEST_CASE("a user's life: created, listed, sent an email, locked, shown, given a password, deleted, and then unknown") {
  desk d;
  const auto id = d.does(ada()).id.value();
  CHECK(id.size() == 32);
  CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
  REQUIRE(d.service.outbox().size() == 1);
  CHECK(d.service.outbox()[0].reason == email_reason::created);

  const auto listed = d.does(list_users{.user_name = "ada"});
  CHECK(listed.total_count == 1);
  CHECK(listed.users->at(0).id == id);
  CHECK(listed.users->at(0).locked == false);

  d.does(resend_email{.user_id = id});
  REQUIRE(d.service.outbox().size() == 2);
  CHECK(d.service.outbox()[1].reason == email_reason::resent);
  CHECK(d.service.outbox()[1].user_email == "ada@workspace.example");

  d.does(change_user_status{.user_id = id, .op_type = user_operation::LOCK});
  CHECK(d.does(show_user{.user_id = id}).user_detail->locked == true);
  d.does(change_user_status{.user_id = id, .op_type = user_operation::UNLOCK});
  CHECK(d.does(show_user{.user_id = id}).user_detail->locked == false);

  const reset_random_password reset{.user_id = id, .notification_type = "email"};
  const auto first = d.does(reset).password.value(), second = d.does(reset).password.value();
  CHECK(first.reveal() != second.reveal());
  CHECK(first.reveal().size() <= 20);
  REQUIRE(d.service.outbox().size() == 4);
  CHECK(d.service.outbox()[3].reason == email_reason::new_password);

  d.does(delete_user{.user_id = id});
  const auto requests = d.service.requests();
  const auto sent = d.client.send(resend_email{.user_id = id});
  REQUIRE(sent.has_error());
  CHECK(sent.error().kind == hwc::error_kind::bad_request);
  CHECK(sent.error().code == "WKS.00170312");
  CHECK(d.service.requests() == requests + 1);
  CHECK(d.service.outbox().size() == 4);
  CHECK(d.names().empty());
  CHECK(d.does(ada()).id != id);  // ids are not used again
}

TEST_CASE("a user who is not there: the same code from every operation on one") {
  desk d;
  CHECK(d.refuses(show_user{.user_id = "u"}) == no_user);
  CHECK(d.refuses(update_user{.user_id = "u"}) == no_user);
  CHECK(d.refuses(delete_user{.user_id = "u"}) == no_user);
  CHECK(d.refuses(batch_delete_users{.user_ids = {"u"}}) == no_user);
  CHECK(d.refuses(change_user_status{.user_id = "u", .op_type = user_operation::LOCK}) == no_user);
  CHECK(d.refuses(reset_random_password{.user_id = "u"}) == no_user);
  CHECK(d.refuses(resend_email{.user_id = "u"}) == no_user);
  CHECK(d.refuses(list_otp_devices{.user_id = "u"}) == no_user);
  CHECK(d.refuses(delete_otp_devices{.user_id = "u"}) == no_user);
}

TEST_CASE("a project that is not there, an empty body, another type: refused for every operation") {
  desk d;
  hwc::client elsewhere{hwc::endpoint{"https://workspace.example", "other"}, hwc::fake::transport{d.service}, signer,
                        hwc::return_result{}};
  CHECK(elsewhere.send(ada()).error().code == "WKS.00170117");
  CHECK(elsewhere.send(show_user{.user_id = "u"}).error().code == "WKS.00170117");
  const auto code = [&](hwc::http_method method, std::string target, std::string_view type, std::string body) {
    hwc::http_request request{.method = method, .target = std::move(target), .body = std::move(body)};
    request.headers.add("X-Auth-Token", "token");
    request.headers.add("Content-Type", type);
    const auto answer = d.service(request, {});
    return std::to_string(answer.status) + ' ' +
           hwc::json::read<hwc::fake::error_answer>(answer.body).value().error_code;
  };
  using enum hwc::http_method;
  constexpr std::string_view json = "application/json", form = "multipart/form-data; boundary=b";
  for (const std::string target : {"", "/batch-create", "/batch-delete", "/u/actions"}) {
    CHECK(code(post, "/v2/project/users" + target, json, "") == "400 WKS.0001");
    CHECK(code(post, "/v2/project/users" + target, "text/plain", "{}") == "415 WKS.00000415");
    CHECK(code(post, "/v2/project/users" + target, json, "{}") == invalid);
    CHECK(code(post, "/v2/project/users" + target + "?x=1", json, R"({"user_ids":[],"users":[]})") == invalid);
  }
  CHECK(code(put, "/v2/project/users/u", form, "{}") == "415 WKS.00000415");
  CHECK(code(delete_, "/v2/project/users/u/otp-devices", json, "") == "400 WKS.0001");
  CHECK(code(delete_, "/v2/project/users/u", json, "{}") == invalid);
  CHECK(code(post, "/v2/project/users/desktop-users/action/import", json, "{}") == "415 WKS.00000415");
  CHECK(code(post, "/v2/project/users/desktop-users/action/import", form, "") == "400 WKS.0001");
  CHECK(code(post, "/v2/project/users/desktop-users/action/import", form, "x") == invalid);
  CHECK(code(get, "/v2/project/users?limit=x", json, "") == invalid);
  CHECK(code(get, "/v2/project/users/notification-records?query_type=ROOM", json, "") == invalid);
  CHECK(d.service.outbox().empty());
}

TEST_CASE("create_user: everything that is given is shown") {
  desk d{{.id = "project", .groups = {{"g1", "sales"}, {"g2", "law"}}}};
  const auto id = d.does(create_user{.user_name = "b.o-b_1",
                                     .user_phone = "+10000",
                                     .active_type = "admin_activate",
                                     .password = "a-password",
                                     .account_expires = "2025-03-15T00:00:00Z",
                                     .enable_change_password = false,
                                     .group_ids = std::vector<std::string>{"g2"},
                                     .description = "d",
                                     .alias_name = "Bob",
                                     .enterprise_project_id = "0",
                                     .user_info_map = "m",
                                     .domain = "x.example"})
                      .id.value();
  CHECK(d.service.outbox().empty());  // the administrator tells
  const auto listed = d.does(list_users{.enterprise_project_id = "0"}).users->at(0);
  CHECK(listed.user_name == "b.o-b_1");
  CHECK_FALSE(listed.user_email);
  CHECK(listed.user_phone == "+10000");
  CHECK(listed.active_type == active_type::ADMIN_ACTIVATE);
  CHECK(listed.account_expires == hwc::timestamp{"2025-03-15T00:00:00Z"});
  CHECK(listed.account_expired == false);
  CHECK(listed.enable_change_password == false);
  CHECK(listed.next_login_change_password == true);
  CHECK(listed.group_names == std::vector<std::string>{"law"});
  CHECK(listed.description == "d");
  CHECK(listed.user_info_map == "m");
  CHECK(listed.domain == "x.example");
  auto shown = d.does(show_user{.user_id = id}).user_detail.value();
  CHECK(shown.full_name == "Bob");
  CHECK(shown.user_principal_name == "b.o-b_1@x.example");
  CHECK(shown.account_expires == hwc::timestamp{"1741996800000"});
  CHECK(shown.account_expires->when() == listed.account_expires->when());
  CHECK(shown.when_created == hwc::timestamp{"2025-03-14T09:26:53.000Z"});
  CHECK(shown.user_expired == false);
  d.does(update_user{.user_id = id, .account_expires = "2025-03-14T09:26:52Z"});
  CHECK(d.does(show_user{.user_id = id}).user_detail->user_expired == true);
  CHECK(d.does(list_users{}).users->at(0).account_expired == true);
}

TEST_CASE("create_user: what the documents do not allow is refused, and nobody is created") {
  desk d{{.id = "project", .users = {{.id = "1", .user_name = "eve"}}, .groups = {{"g", "sales"}}}};
  const auto refused = [&](auto change) {
    auto op = ada();
    change(op);
    return d.refuses(op);
  };
  for (const std::string name : {"", "-a", "a.", "a b", "a_", "\xC3\xA9"}) {
    CAPTURE(name);
    CHECK(refused([&](create_user& op) { op.user_name = name; }) == invalid);
  }
  CHECK(refused([](create_user& op) { op.user_name = std::string(33, 'a'); }) == invalid);
  CHECK(refused([](create_user& op) { op.user_name = "eve"; }) == taken);
  CHECK(refused([](create_user& op) { op.user_email.reset(); }) == invalid);
  CHECK(refused([](create_user& op) { op.user_email = std::string(65, 'a'); }) == invalid);
  CHECK(refused([](create_user& op) { op.user_phone = std::string(21, '1'); }) == invalid);
  CHECK(refused([](create_user& op) { op.active_type = "OTHER"; }) == invalid);
  CHECK(refused([](create_user& op) { op.active_type = active_type::ADMIN_ACTIVATE; }) == invalid);
  CHECK(refused([](create_user& op) { op.password = "7 chars"; }) == invalid);
  CHECK(refused([](create_user& op) { op.password = std::string(33, 'a'); }) == invalid);
  CHECK(refused([](create_user& op) { op.account_expires = "tomorrow"; }) == invalid);
  CHECK(refused([](create_user& op) { op.group_ids.emplace(); }) == invalid);
  CHECK(refused([](create_user& op) { op.group_ids.emplace(6, "g"); }) == invalid);
  CHECK(refused([](create_user& op) { op.group_ids.emplace(1, "sales"); }) == "400 WKS.00170208");
  CHECK(refused([](create_user& op) { op.description = of_length(256); }) == invalid);
  CHECK(refused([](create_user& op) { op.alias_name = of_length(56); }) == invalid);
  CHECK(refused([](create_user& op) { op.enterprise_project_id = of_length(256); }) == invalid);
  CHECK(refused([](create_user& op) { op.user_info_map = of_length(256); }) == invalid);
  CHECK(refused([](create_user& op) { op.domain = of_length(256); }) == invalid);
  CHECK(d.names() == "eve ");

  d.does(create_user{.user_name = "eve", .user_phone = "1", .domain = "other.example"});
  d.does(create_user{.user_name = "a-", .user_phone = "1", .description = of_length(255)});
  CHECK(d.names() == "eve eve a- ");
}

TEST_CASE("batch_create_users: all, or none with the code of the first that cannot be") {
  desk d;
  d.does(batch_create_users{.users = {ada(), {.user_name = "bob", .user_phone = "1"}}});
  CHECK(d.names() == "ada bob ");
  CHECK(d.service.outbox().size() == 2);
  CHECK(d.refuses(batch_create_users{.users = {{.user_name = "eve", .user_phone = "1"}, ada()}}) == taken);
  CHECK(d.refuses(batch_create_users{}) == invalid);
  batch_create_users many;
  for (int i = 0; i != 201; ++i) many.users.push_back({.user_name = "u" + std::to_string(i), .user_phone = "1"});
  CHECK(d.refuses(many) == invalid);
  CHECK(d.names() == "ada bob ");
  many.users.pop_back();
  d.does(many);
  CHECK(d.does(list_users{.limit = 1}).total_count == 202);
}

TEST_CASE("list_users: what is no page or no type is refused, and nobody takes part in collaboration") {
  desk d{{.id = "project", .users = {{.id = "1", .user_name = "ada"}}}};
  CHECK(d.refuses(list_users{.limit = -1}) == invalid);
  CHECK(d.refuses(list_users{.offset = -1}) == invalid);
  CHECK(d.refuses(list_users{.active_type = "OTHER"}) == invalid);
  CHECK(d.does(list_users{.active_type = "user_activate"}).total_count == 1);
  CHECK(d.does(list_users{.limit = 0}).users->empty());
  CHECK(d.does(list_users{.share_space_subscription = true}).total_count == 0);
  CHECK(d.does(list_users{.share_space_desktops = true}).total_count == 0);
  CHECK(d.does(list_users{.share_space_desktops = false}).total_count == 1);
  CHECK(d.does(list_users{.platform_type = "LOCAL"}).total_count == 1);
  CHECK(d.does(list_users{.platform_type = "AD"}).total_count == 0);
}

TEST_CASE("update_user: only what is given is changed, and nothing if one of it is wrong") {
  desk d;
  const auto id = d.does(ada()).id.value();
  CHECK(d.does(update_user{.user_id = id,
                           .description = "d",
                           .user_email = "a.da@mail-1.workspace.example",
                           .active_type = "admin_activate",
                           .next_login_change_password = true,
                           .password_never_expired = true,
                           .disabled = true,
                           .user_info_map = "m"})
            .id == id);
  const auto listed = d.does(list_users{}).users->at(0);
  CHECK(listed.user_name == "ada");
  CHECK(listed.description == "d");
  CHECK(listed.user_email == "a.da@mail-1.workspace.example");
  CHECK(listed.active_type->text() == "ADMIN_ACTIVATE");
  CHECK(listed.next_login_change_password == true);
  CHECK(listed.password_never_expired == true);
  CHECK(listed.disabled == true);
  CHECK(listed.user_info_map == "m");
  CHECK(listed.account_expires->is_never());
  d.does(update_user{.user_id = id});
  CHECK(d.does(list_users{}).users->at(0) == listed);
  d.does(resend_email{.user_id = id});
  CHECK(d.service.outbox().back().user_email == "a.da@mail-1.workspace.example");

  const auto refused = [&](auto change) {
    update_user op{.user_id = id, .disabled = false};
    change(op);
    return d.refuses(op);
  };
  for (const std::string email : {"", "a", "@b.c", "a@", "a@.c", "-a@b.c", "a-@b.c", "a@b.c-d", "a b@c.d"}) {
    CAPTURE(email);
    CHECK(refused([&](update_user& op) { op.user_email = email; }) == invalid);
  }
  CHECK(refused([](update_user& op) { op.user_email = std::string(52, 'a') + "@b.c"; }) == invalid);
  CHECK(refused([](update_user& op) { op.description = ""; }) == invalid);
  CHECK(refused([](update_user& op) { op.description = of_length(256); }) == invalid);
  CHECK(refused([](update_user& op) { op.user_phone = std::string(21, '1'); }) == invalid);
  CHECK(refused([](update_user& op) { op.active_type = "OTHER"; }) == invalid);
  CHECK(refused([](update_user& op) { op.account_expires = "1"; }) == invalid);
  CHECK(d.does(list_users{}).users->at(0) == listed);
}

TEST_CASE("batch_delete_users: all of them, or nobody") {
  desk d{{.id = "project",
          .users = {{.id = "1", .user_name = "a"}, {.id = "2", .user_name = "b"}, {.id = "3", .user_name = "c"}}}};
  CHECK(d.refuses(batch_delete_users{.user_ids = {"1", "4"}}) == no_user);
  CHECK(d.refuses(batch_delete_users{}) == invalid);
  CHECK(d.refuses(batch_delete_users{.user_ids = {std::string(256, '1')}}) == invalid);
  CHECK(d.refuses(batch_delete_users{.user_ids = std::vector<std::string>(101, "1")}) == invalid);
  CHECK(d.names() == "a b c ");
  d.does(batch_delete_users{.user_ids = {"3", "1", "1"}});
  CHECK(d.names() == "b ");
}

TEST_CASE("new passwords: sent where they are asked for and can be sent") {
  desk d{{.id = "project",
          .users = {{.id = "mail", .user_email = "a@b.c"},
                    {.id = "phone", .user_phone = "1", .active_type = "ADMIN_ACTIVATE"},
                    {.id = "none"}}}};
  d.does(change_user_status{.user_id = "mail", .op_type = user_operation::RESET_PWD});
  CHECK(d.service.outbox().back() == hwc::fake::sent_email{.project_id = "project",
                                                           .user_id = "mail",
                                                           .user_email = "a@b.c",
                                                           .request_id = d.service.outbox().back().request_id,
                                                           .reason = email_reason::new_password});
  CHECK(d.refuses(change_user_status{.user_id = "none", .op_type = user_operation::RESET_PWD}) == invalid);
  CHECK(d.refuses(reset_random_password{.user_id = "mail"}) == invalid);
  CHECK(d.refuses(reset_random_password{.user_id = "mail", .notification_type = "email,phone"}) == invalid);
  CHECK(d.refuses(reset_random_password{.user_id = "mail", .notification_type = "pigeon"}) == invalid);
  CHECK(d.refuses(reset_random_password{.user_id = "phone", .notification_type = ""}) == invalid);
  CHECK(d.service.outbox().size() == 1);
  CHECK(d.does(reset_random_password{.user_id = "phone"}).password);
  CHECK(d.service.outbox().size() == 1);
  d.does(reset_random_password{.user_id = "phone", .notification_type = "phone"});
  CHECK(d.service.outbox().size() == 2);
}

TEST_CASE("OTP devices: listed with their owner, unbound by id or all, or none if one is not there") {
  desk d{{.id = "project",
          .users = {{.id = "u",
                     .user_name = "ada",
                     .otp_devices = {
                         {.id = "1", .status = otp_device_status::REGISTERED, .create_time = "2020-04-10 06:45:14"},
                         {.id = "2"},
                         {.id = "3"}}}}}};
  const auto ids = [&] {
    std::string text;
    const auto listed = d.does(list_otp_devices{.user_id = "u"});
    for (const auto& device : listed.otp_devices.value()) text += device.id.value();
    return text;
  };
  const auto first = d.does(list_otp_devices{.user_id = "u"}).otp_devices->front();
  CHECK(first.user_id == "u");
  CHECK(first.user_name == "ada");
  CHECK(first.status == otp_device_status::REGISTERED);
  CHECK(first.create_time == hwc::timestamp{"2020-04-10 06:45:14"});
  CHECK(d.refuses(delete_otp_devices{.user_id = "u", .otp_ids = std::vector<std::string>{"1", "4"}}) == invalid);
  CHECK(d.refuses(delete_otp_devices{.user_id = "u", .otp_ids = std::vector<std::string>(56, "1")}) == invalid);
  d.does(delete_otp_devices{.user_id = "u", .otp_ids = std::vector<std::string>{}});
  CHECK(ids() == "123");
  d.does(delete_otp_devices{.user_id = "u", .otp_ids = std::vector<std::string>{"2"}});
  CHECK(ids() == "13");
  d.does(delete_otp_devices{.user_id = "u"});
  CHECK(ids().empty());
}
