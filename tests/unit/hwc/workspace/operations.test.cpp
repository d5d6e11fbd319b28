// SPDX-License-Identifier: BSL-1.0
// Every operation of the users group against a table that was written by hand from the API reference: the request to
// the byte, and an answer as the service gives it; in memory and over libcurl.
#include <hwc/beast/transport.hpp>
#include <hwc/client.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/workspace/batch_create_users.hpp>
#include <hwc/workspace/batch_delete_users.hpp>
#include <hwc/workspace/change_user_status.hpp>
#include <hwc/workspace/create_user.hpp>
#include <hwc/workspace/delete_otp_devices.hpp>
#include <hwc/workspace/delete_user.hpp>
#include <hwc/workspace/export_user_list_template.hpp>
#include <hwc/workspace/export_users.hpp>
#include <hwc/workspace/export_users_template.hpp>
#include <hwc/workspace/import_user_list.hpp>
#include <hwc/workspace/list_notification_records.hpp>
#include <hwc/workspace/list_otp_devices.hpp>
#include <hwc/workspace/list_users.hpp>
#include <hwc/workspace/resend_email.hpp>
#include <hwc/workspace/reset_random_password.hpp>
#include <hwc/workspace/show_user.hpp>
#include <hwc/workspace/update_user.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace hwc::workspace;
using hwc::timestamp;

namespace {

const hwc::token_signer signer{"token"};

// What must stand on the wire, but for what the transport adds, and what comes back.
struct row {
  std::string line;  // method and target
  std::string type;  // empty: no body
  std::string body;
  int status = 200;
  std::string answer{};
  std::string answer_head{};  // more lines of it
};

constexpr auto json = "application/json";
constexpr hwc::wall_time a_day = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1};

// In memory.
struct in_memory {
  template <class Op>
  auto call(const Op& op, const row& r) {
    hwc::fake::transport t;
    hwc::http_response answer{.status = r.status, .body = r.answer};
    for (std::string_view rest = r.answer_head; !rest.empty();) {
      const auto line = rest.substr(0, rest.find("\r\n"));
      rest.remove_prefix(line.size() + 2);
      answer.headers.add(line.substr(0, line.find(':')), line.substr(line.find(':') + 2));
    }
    t.expect({.request = r.line, .response = answer});
    hwc::client client{hwc::endpoint{"https://workspace.example", "p"}, t, signer, hwc::return_result{}};
    auto outcome = client.send(op);
    CHECK(t.violations() == "");
    REQUIRE(t.requests().size() == 1);
    const auto request = t.requests()[0];
    CHECK(request.headers.find("Content-Type").value_or("") == r.type);
    CHECK(request.headers.size() == (r.type.empty() ? 1 : 2));  // and the token
    CHECK(request.body == r.body);
    return outcome;
  }
};

// Over a socket, with libcurl.
struct over_curl {
  template <class Op>
  auto call(const Op& op, const row& r) {
    hwc::testing::socket_server server{
        {},
        {.answer = "HTTP/1.1 " + std::to_string(r.status) + " x\r\n" + r.answer_head +
                   (r.status == 204 ? std::string{} : "Content-Length: " + std::to_string(r.answer.size()) + "\r\n") +
                   "\r\n" + r.answer}};
    hwc::client client{hwc::endpoint{server.url(), "p"}, hwc::curl::transport{}, signer, hwc::return_result{}};
    auto outcome = client.send(op);
    CHECK(server.requests() == 1);
    const auto text = server.request(0);
    CHECK(text.starts_with(r.line + " HTTP/1.1\r\n"));
    CHECK(text.substr(text.find("\r\n\r\n") + 4) == r.body);
    const auto type = text.find("\r\nContent-Type: ");
    CHECK((type == std::string::npos) == r.type.empty());
    if (type != std::string::npos) CHECK(text.substr(type + 16, text.find("\r\n", type + 2) - type - 16) == r.type);
    return outcome;
  }
};

}  // namespace

#define HWC_WAYS in_memory, over_curl

TEST_CASE_TEMPLATE("list_users", Way, HWC_WAYS) {
  CHECK(list_users::iam_action == "workspace:users:list");
  const auto all = Way{}.call(
      list_users{.user_name = "a b",
                 .description = "d",
                 .active_type = active_type::ADMIN_ACTIVATE,
                 .group_name = "g",
                 .share_space_subscription = true,
                 .share_space_desktops = false,
                 .is_query_total_desktops = false,
                 .enterprise_project_id = "0",
                 .limit = 10,
                 .offset = 20,
                 .user_names = {"b", "a"},
                 .disabled = false,
                 .domain = "x.example",
                 .platform_type = "AD"},
      {"GET "
       "/v2/p/users?active_type=ADMIN_ACTIVATE&description=d&disabled=false&domain=x.example&enterprise_project_id=0"
       "&group_name=g&is_query_total_desktops=false&limit=10&offset=20&platform_type=AD&share_space_desktops=false"
       "&share_space_subscription=true&user_name=a%20b&user_names=a&user_names=b",
       "", "", 200,
       R"({"total_count":22,"users":[{"id":"8a2c3f9579d240820179d51e6caf0001","user_name":"api-test",)"
       R"("user_email":"test@huawei.com","account_expires":"0","disabled":false,"locked":false,)"
       R"("enable_change_password":true,"next_login_change_password":true,"total_desktops":0,)"
       R"("active_type":"BY_LETTER","a_new_field":[1]}]})"});
  REQUIRE(all.has_value());
  CHECK(all->total_count == 22);
  REQUIRE(all->users->size() == 1);
  const auto& user = all->users->at(0);
  CHECK(user.id == "8a2c3f9579d240820179d51e6caf0001");
  CHECK(user.account_expires->is_never());
  CHECK(user.active_type->text() == "BY_LETTER");
  CHECK(!user.active_type->known());
  CHECK(Way{}.call(list_users{}, {"GET /v2/p/users", "", "", 200, "{}"}).has_value());
}

TEST_CASE_TEMPLATE("create_user", Way, HWC_WAYS) {
  CHECK(create_user::iam_action == "workspace:users:create");
  const auto made = Way{}.call(create_user{.user_name = "api-test", .user_email = "test@huawei.com"},
                               {"POST /v2/p/users", json, R"({"user_name":"api-test","user_email":"test@huawei.com"})",
                                201, R"({"id":"8a2c"})"});
  REQUIRE(made.has_value());
  CHECK(made->id == "8a2c");
  const auto full = Way{}.call(
      create_user{.user_name = "n",
                  .user_email = "e",
                  .user_phone = "+1",
                  .active_type = active_type::ADMIN_ACTIVATE,
                  .password = "s3cret-word",
                  .account_expires = timestamp::never(),
                  .enable_change_password = true,
                  .next_login_change_password = false,
                  .group_ids = std::vector<std::string>{"g1", "g2"},
                  .description = "d",
                  .alias_name = "a",
                  .enterprise_project_id = "0",
                  .user_info_map = "m",
                  .domain = ""},
      {"POST /v2/p/users", json,
       R"({"user_name":"n","user_email":"e","user_phone":"+1","active_type":"ADMIN_ACTIVATE","password":"s3cret-word",)"
       R"("account_expires":"0","enable_change_password":true,"next_login_change_password":false,)"
       R"("group_ids":["g1","g2"],"description":"d","alias_name":"a","enterprise_project_id":"0","user_info_map":"m",)"
       R"("domain":""})",
       201, "{}"});
  REQUIRE(full.has_value());
  CHECK(!full->id);
}

TEST_CASE_TEMPLATE("batch_create_users", Way, HWC_WAYS) {
  CHECK(batch_create_users::iam_action == "workspace:users:batchCreate");
  CHECK(Way{}
            .call(batch_create_users{.users = {{.user_name = "a", .account_expires = timestamp{a_day}},
                                               {.user_name = "b", .user_phone = "+1"}}},
                  {"POST /v2/p/users/batch-create", json,
                   R"({"users":[{"user_name":"a","account_expires":"2026-03-01T00:00:00Z"},)"
                   R"({"user_name":"b","user_phone":"+1"}]})"})
            .has_value());
}

TEST_CASE_TEMPLATE("show_user", Way, HWC_WAYS) {
  const auto shown = Way{}.call(
      show_user{.user_id = "u/1"},
      {"GET /v2/p/users/u%2F1", "", "", 200,
       R"({"user_detail":{"id":"u/1","object_sid":"S-1","sam_account_name":"n","user_name":"n",)"
       R"("user_principal_name":"n@x.example","full_name":"N","distinguished_name":"CN=n","account_type":0,)"
       R"("when_created":"2026-03-01T00:00:00.000Z","account_expires":1772323200000,"user_email":"e",)"
       R"("user_phone":"+1","description":"d","active_type":"user_activate","is_pre_user":false,"user_expired":false,)"
       R"("locked":true,"disabled":false,"password_never_expired":false,"next_login_change_password":true,)"
       R"("enable_change_password":true,"enabled_change_password":false,"group_names":["g"],)"
       R"("share_space_subscription":false,"share_space_desktops":2,"total_desktops":3}})"});
  REQUIRE(shown.has_value());
  const auto& user = *shown->user_detail;
  CHECK(user.account_type == 0);
  CHECK(user.when_created->when() == a_day);
  CHECK(user.account_expires->when() == a_day);
  CHECK(user.active_type == active_type::USER_ACTIVATE);
  CHECK(user.locked == true);
  CHECK(user.enable_change_password == true);
  CHECK(user.enabled_change_password == false);
  CHECK(user.group_names == std::vector<std::string>{"g"});
  CHECK(user.share_space_desktops == 2);
  CHECK(user.total_desktops == 3);

  const auto missing = Way{}.call(
      show_user{.user_id = "x"},
      {"GET /v2/p/users/x", "", "", 400, R"({"error_code":"WKS.00170312","error_msg":"The user does not exist"})"});
  REQUIRE(!missing.has_value());
  CHECK(missing.error().code == "WKS.00170312");
}

TEST_CASE_TEMPLATE("update_user", Way, HWC_WAYS) {
  const auto changed = Way{}.call(
      update_user{.user_id = "u",
                  .description = "d",
                  .user_email = "new@huawei.com",
                  .user_phone = "",
                  .active_type = active_type::USER_ACTIVATE,
                  .account_expires = timestamp{a_day},
                  .enable_change_password = true,
                  .next_login_change_password = true,
                  .password_never_expired = false,
                  .disabled = false,
                  .user_info_map = "m"},
      {"PUT /v2/p/users/u", json,
       R"({"description":"d","user_email":"new@huawei.com","user_phone":"","active_type":"USER_ACTIVATE",)"
       R"("account_expires":"2026-03-01T00:00:00Z","enable_change_password":true,"next_login_change_password":true,)"
       R"("password_never_expired":false,"disabled":false,"user_info_map":"m"})",
       200, R"({"id":"u"})"});
  REQUIRE(changed.has_value());
  CHECK(changed->id == "u");
  CHECK(Way{}.call(update_user{.user_id = "u"}, {"PUT /v2/p/users/u", json, "{}", 200, "{}"}).has_value());
}

TEST_CASE_TEMPLATE("delete_user, batch_delete_users", Way, HWC_WAYS) {
  CHECK(delete_user::iam_action == "workspace:users:delete");
  CHECK(batch_delete_users::iam_action == "workspace:users:batchDelete");
  CHECK(Way{}.call(delete_user{.user_id = "u"}, {"DELETE /v2/p/users/u", "", "", 204}).has_value());
  CHECK(Way{}
            .call(batch_delete_users{.user_ids = {"u1", "u2"}},
                  {"POST /v2/p/users/batch-delete", json, R"({"user_ids":["u1","u2"]})", 204})
            .has_value());
}

TEST_CASE_TEMPLATE("change_user_status", Way, HWC_WAYS) {
  CHECK(change_user_status::iam_action == "workspace:users:operate");
  for (const auto& [what, name] : {std::pair{user_operation::LOCK, "LOCK"}, std::pair{user_operation::UNLOCK, "UNLOCK"},
                                   std::pair{user_operation::RESET_PWD, "RESET_PWD"}}) {
    CHECK(Way{}
              .call(change_user_status{.user_id = "u", .op_type = what},
                    {"POST /v2/p/users/u/actions", json, std::string{R"({"op_type":")"} + name + "\"}", 204})
              .has_value());
  }
}

TEST_CASE("change_user_status without saying what: refused before anything is sent, and says what there is") {
  hwc::fake::transport t;
  hwc::client client{hwc::endpoint{"https://workspace.example", "p"}, t, signer, hwc::return_result{}};
  const auto refused = client.send(change_user_status{.user_id = "u"});
  REQUIRE(!refused.has_value());
  CHECK(refused.error().kind == hwc::error_kind::invalid_argument);
  CHECK(refused.error().message.find("LOCK, UNLOCK, RESET_PWD") != std::string::npos);
  CHECK(t.requests().empty());
}

TEST_CASE_TEMPLATE("reset_random_password", Way, HWC_WAYS) {
  CHECK(reset_random_password::iam_action == "workspace:users:randomPassword");
  const auto made = Way{}.call(reset_random_password{.user_id = "u", .notification_type = "email,phone"},
                               {"GET /v2/p/users/u/random-password?notification_type=email%2Cphone", "", "", 200,
                                R"({"password":"p4ss-w0rd"})"});
  REQUIRE(made.has_value());
  CHECK(made->password->reveal() == "p4ss-w0rd");
  CHECK(Way{}
            .call(reset_random_password{.user_id = "u"},
                  {"GET /v2/p/users/u/random-password", "", "", 200, R"({"password":""})"})
            .has_value());
}

TEST_CASE_TEMPLATE("resend_email", Way, HWC_WAYS) {
  CHECK(resend_email::iam_action == "workspace:users:resendEmail");
  CHECK(Way{}
            .call(resend_email{.user_id = "u", .template_id = "email01", .phone_template_id = "sms01"},
                  {"POST /v2/p/users/u/resend-email", json, R"({"template_id":"email01","phone_template_id":"sms01"})",
                   204})
            .has_value());
  CHECK(Way{}.call(resend_email{.user_id = "u"}, {"POST /v2/p/users/u/resend-email", json, "{}"}).has_value());
}

TEST_CASE_TEMPLATE("list_otp_devices, delete_otp_devices", Way, HWC_WAYS) {
  CHECK(delete_otp_devices::iam_action == "workspace:users:deleteOtps");
  const auto listed = Way{}.call(list_otp_devices{.user_id = "u"},
                                 {"GET /v2/p/users/u/otp-devices", "", "", 200,
                                  R"({"otp_devices":[{"id":"d1","user_id":"u","user_name":"n","status":"REGISTERED",)"
                                  R"("create_time":"2026-03-01 00:00:00"},{"id":"d2","status":"LOST"}]})"});
  REQUIRE(listed.has_value());
  const auto& devices = *listed->otp_devices;
  REQUIRE(devices.size() == 2);
  CHECK(devices[0].id == "d1");
  CHECK(devices[0].status == otp_device_status::REGISTERED);
  CHECK(devices[0].create_time->when() == a_day);
  CHECK(devices[1].status->text() == "LOST");
  CHECK(Way{}
            .call(delete_otp_devices{.user_id = "u", .otp_ids = std::vector<std::string>{"d1", "d2"}},
                  {"DELETE /v2/p/users/u/otp-devices", json, R"({"otp_ids":["d1","d2"]})", 204})
            .has_value());
  CHECK(Way{}
            .call(delete_otp_devices{.user_id = "u"}, {"DELETE /v2/p/users/u/otp-devices", json, "{}", 204})
            .has_value());
}

TEST_CASE_TEMPLATE("list_notification_records", Way, HWC_WAYS) {
  const auto listed = Way{}.call(
      list_notification_records{.query_type = notification_query::DESKTOP_POOL,
                                .desktop_name = "d",
                                .desktop_pool_name = "pool",
                                .user_name = "n",
                                .type = notification_type::SMS,
                                .offset = 0,
                                .limit = 1000,
                                .sort_field = "operate_time",
                                .sort_type = sort_direction::DESC},
      {"GET /v2/p/users/notification-records?desktop_name=d&desktop_pool_name=pool&limit=1000&offset=0"
       "&query_type=DESKTOP_POOL&sort_field=operate_time&sort_type=DESC&type=SMS&user_name=n",
       "", "", 200,
       R"({"total_count":1,"notification_records":[{"project_id":"p","type":"EMAIL","user_name":"n","desktop_name":"d",)"
       R"("desktop_pool_name":"pool","result":"FAILED","error_message":"mailbox full",)"
       R"("operate_time":"2026-03-01T00:00:00Z"}]})"});
  REQUIRE(listed.has_value());
  CHECK(listed->total_count == 1);
  const auto& record = listed->notification_records->at(0);
  CHECK(record.type == notification_type::EMAIL);
  CHECK(record.error_message == "mailbox full");
  CHECK(record.operate_time->when() == a_day);
  CHECK(Way{}
            .call(list_notification_records{},
                  {"GET /v2/p/users/notification-records?query_type=DESKTOP", "", "", 200, "{}"})
            .has_value());
}

TEST_CASE_TEMPLATE("export_user_list_template, export_users_template", Way, HWC_WAYS) {
  const auto first = Way{}.call(
      export_user_list_template{.language = language::en_US, .os_type = "Windows"},
      {"GET /v2/p/users/desktop-users/template?language=en_US&os_type=Windows", "", "", 200, std::string{"PK\0\xFF", 4},
       "Content-Type: application/octet-stream\r\n"
       "Content-Disposition: attachment; filename=\"users.xlsx\"\r\n"});
  REQUIRE(first.has_value());
  CHECK(*first == hwc::file{"users.xlsx", {"PK\0\xFF", 4}, "application/octet-stream"});
  const auto second =
      Way{}.call(export_users_template{.language = language::zh_CN, .active_type = active_type::USER_ACTIVATE},
                 {"GET /v2/p/users/template/download?active_type=USER_ACTIVATE&language=zh_CN", "", "", 200, "a,b"});
  REQUIRE(second.has_value());
  CHECK(second->content == "a,b");
  CHECK(second->name == "");
}

TEST_CASE_TEMPLATE("import_user_list", Way, HWC_WAYS) {
  const auto imported = Way{}.call(
      import_user_list{.file = {"users.csv", "ada,ada@huawei.com\r\n", "text/csv"}, .vpc_id = "v1", .subnet_id = "s1"},
      {"POST /v2/p/users/desktop-users/action/import?subnet_id=s1&vpc_id=v1",
       "multipart/form-data; boundary=hwc-form-data-0",
       "--hwc-form-data-0\r\n"
       "Content-Disposition: form-data; name=\"file\"; filename=\"users.csv\"\r\n"
       "Content-Type: text/csv\r\n"
       "\r\n"
       "ada,ada@huawei.com\r\n\r\n"
       "--hwc-form-data-0--\r\n",
       200,
       R"({"total_count":2,"user_detail_list":[{"id":"u","user_name":"ada","domain":"x","user_email":"e",)"
       R"("permission_group":"USERS","desktop_name":"d","desktop_ip":"10.0.0.1","description":"first"}],)"
       R"("failed_detail_list":[{"user_name":"bob"}],"error_code":"WKS.1","error_msg":"m","error_detail":"t",)"
       R"("encoded_authorization_message":"c"})"});
  REQUIRE(imported.has_value());
  CHECK(imported->total_count == 2);
  CHECK(imported->user_detail_list->at(0).desktop_ip == "10.0.0.1");
  CHECK(imported->failed_detail_list->at(0).user_name == "bob");
  CHECK(imported->error_code == "WKS.1");
  CHECK(imported->error_detail == "t");
}

TEST_CASE_TEMPLATE("export_users", Way, HWC_WAYS) {
  const auto begun = Way{}.call(
      export_users{.user_name = "n",
                   .user_names = std::vector<std::string>{"a"},
                   .description = "d",
                   .active_type = active_type::USER_ACTIVATE,
                   .language = language::en_US,
                   .enterprise_project_id = "0"},
      {"POST /v3/p/users/export", json,
       R"({"user_name":"n","user_names":["a"],"description":"d","active_type":"USER_ACTIVATE","language":"en_US",)"
       R"("enterprise_project_id":"0"})",
       200, R"({"task_id":"t1"})"});
  REQUIRE(begun.has_value());
  CHECK(begun->task_id == "t1");
}

TEST_CASE("which of them may be repeated after any failure: those that only look") {
  static_assert(hwc::is_idempotent_v<list_users> && hwc::is_idempotent_v<show_user> &&
                hwc::is_idempotent_v<list_otp_devices> && hwc::is_idempotent_v<list_notification_records> &&
                hwc::is_idempotent_v<export_user_list_template> && hwc::is_idempotent_v<export_users_template>);
  static_assert(!hwc::is_idempotent_v<create_user> && !hwc::is_idempotent_v<batch_create_users> &&
                !hwc::is_idempotent_v<update_user> && !hwc::is_idempotent_v<delete_user> &&
                !hwc::is_idempotent_v<batch_delete_users> && !hwc::is_idempotent_v<change_user_status> &&
                !hwc::is_idempotent_v<resend_email> && !hwc::is_idempotent_v<delete_otp_devices> &&
                !hwc::is_idempotent_v<import_user_list> && !hwc::is_idempotent_v<export_users>);
}

// Libraries like to send a GET again on a connection that was used before and closes without an answer.
TEST_CASE_TEMPLATE("a GET that changes something: a connection that is lost after it went out leaves its outcome open",
                   Transport, hwc::curl::transport, hwc::beast::transport) {
  using hwc::testing::step;
  for (const bool used : {false, true}) {
    CAPTURE(used);
    const step good{.answer = "HTTP/1.1 200 x\r\nContent-Length: 2\r\n\r\n{}"}, lost{.afterwards = step::then::close};
    hwc::testing::socket_server server{{used ? hwc::testing::script{good, lost} : hwc::testing::script{lost}}, good};
    hwc::client client{hwc::endpoint{server.url(), "p"}, Transport{}, signer, hwc::return_result{}};
    if (used) CHECK(client.send(list_users{}).has_value());
    const auto outcome = client.send(reset_random_password{.user_id = "u"});
    REQUIRE(!outcome.has_value());
    CHECK(outcome.error().sent == hwc::delivery::unknown);
    CHECK(outcome.error().attempts == 1);
    CHECK(server.await_ends(1));
    CHECK(server.requests() == (used ? 2 : 1));
    CHECK(server.connections() == 1);
  }
}
