// SPDX-License-Identifier: BSL-1.0
#include <hwc/fake/workspace.hpp>

#include <hwc/client.hpp>
#include <hwc/fake/detail/user_files.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/hwc.hpp>
#include <hwc/signers/token.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Files of users and notification records, as the fake makes, reads and lists them.

using namespace hwc::workspace;

namespace {

const hwc::token_signer signer{"token"};

auto client_of(hwc::fake::project project) {
  hwc::fake::workspace service{std::move(project), signer};
  return hwc::client{hwc::endpoint{"https://workspace.example", "project"}, hwc::fake::transport{service}, signer,
                     hwc::return_result{}};
}

template <class Client, class Op>
std::string refusal_of(Client& client, const Op& op) {
  const auto outcome = client.send(op);
  REQUIRE(outcome.has_error());
  return std::to_string(outcome.error().status) + ' ' + outcome.error().code;
}

constexpr std::string_view invalid = "400 WKS.00211102";

// Names and ids in both lists of an import.
std::string shown(const std::vector<imported_user>& users) {
  std::string text;
  for (const auto& user : users) text += user.user_name.value_or("?") + '=' + user.id.value_or("?") + ' ';
  return text;
}

}  // namespace

TEST_CASE("templates: files with a name in the language, and what no language or type is, refused") {
  auto client = client_of({.id = "project"});
  const auto list = client.send(export_user_list_template{}).value();
  CHECK(list.name == "user_list_en_US.csv");
  CHECK(list.content_type == "text/csv");
  CHECK(list.content == "user_name,domain,user_email,permission_group,desktop_name,desktop_ip,description\r\n");
  CHECK(client.send(export_user_list_template{.language = "zh_cn", .os_type = "Windows"})->name ==
        "user_list_zh_CN.csv");
  CHECK(client.send(export_users_template{})->content == "user_name,user_email,user_phone,description\r\n");
  const auto users = client.send(export_users_template{.language = language::zh_CN, .active_type = "ADMIN_ACTIVATE"});
  CHECK(users->name == "users_zh_CN.csv");
  CHECK(users->content == "user_name,password,user_email,user_phone,description\r\n");
  CHECK(refusal_of(client, export_user_list_template{.language = "tlh"}) == invalid);
  CHECK(refusal_of(client, export_users_template{.language = "tlh"}) == invalid);
  CHECK(refusal_of(client, export_users_template{.active_type = "OTHER"}) == invalid);
}

TEST_CASE("an import: the template filled in, with good lines and bad ones") {
  auto client =
      client_of({.id = "project",
                 .users = {{.id = "1", .user_name = "ada"}, {.id = "2", .user_name = "ada", .domain = "x.example"}}});
  auto file = client.send(export_user_list_template{}).value();
  file.content +=
      "ada,,ada@workspace.example,group,\"desk, \"\"big\"\"\",10.0.0.1,\"two\r\nlines\"\r\n"
      "ada,x.example,,,,,\n"
      "\r\n"
      "new,,,,,,\r\n"
      "a b,,,,,,\r\n"
      "short,,\r\n"
      "long,,,,,,,";
  const auto list = client.send(import_user_list{.file = file, .vpc_id = "v", .subnet_id = "s"}).value();
  CHECK(list.total_count == 6);
  CHECK_FALSE(list.error_code);
  CHECK(shown(list.user_detail_list.value()) == "ada=1 ada=2 new=? ");
  CHECK(shown(list.failed_detail_list.value()) == "a b=? short=? long=? ");
  const auto& first = list.user_detail_list->front();
  CHECK_FALSE(first.domain);
  CHECK(first.user_email == "ada@workspace.example");
  CHECK(first.permission_group == "group");
  CHECK(first.desktop_name == "desk, \"big\"");
  CHECK(first.desktop_ip == "10.0.0.1");
  CHECK(first.description == "two\r\nlines");
  CHECK(client.send(list_users{})->total_count == 2);  // nobody is created

  file.content = "\xEF\xBB\xBF" + client.send(export_user_list_template{})->content;
  CHECK(client.send(import_user_list{.file = file})->total_count == 0);
}

TEST_CASE("an import of another file: an answer with status 200 that holds the error") {
  auto client = client_of({.id = "project"});
  const auto columns = client.send(export_user_list_template{})->content;
  for (const std::string& content : {std::string{}, std::string{"PK\x03\x04\0\xFF", 6}, std::string{"user_name\r\n"},
                                     "x" + columns, columns + "\xFF"}) {
    CAPTURE(content);
    const auto list = client.send(import_user_list{.file = {.name = "f", .content = content}});
    REQUIRE(list.has_value());
    CHECK(list->error_code == "WKS.00211102");
    CHECK(list->error_msg == "The file is not of the template");
    CHECK_FALSE(list->total_count);
    CHECK_FALSE(list->user_detail_list);
  }
}

TEST_CASE("an export: the id of a task, another one each time") {
  auto client = client_of({.id = "project"});
  const auto first = client.send(export_users{}).value().task_id.value();
  CHECK(first.size() == 32);
  CHECK(client.send(export_users{.active_type = "USER_ACTIVATE", .language = "en_US"})->task_id != first);
  CHECK(refusal_of(client, export_users{.active_type = "OTHER"}) == invalid);
  CHECK(refusal_of(client, export_users{.language = "tlh"}) == invalid);
}

TEST_CASE("lines of comma-separated values: whatever the text, each takes some of it") {
  const auto fields = [](std::string_view text) {
    std::string all;
    while (!text.empty()) {
      const auto before = text.size();
      for (const auto& field : hwc::fake::detail::take_csv_line(text)) all += '[' + field + ']';
      all += '/';
      REQUIRE(text.size() < before);
    }
    return all;
  };
  CHECK(fields("a,b\r\nc\n\n") == "[a][b]/[c]/[]/");
  CHECK(fields(",") == "[][]/");
  CHECK(fields("\"a,\nb\",\"\"\"\",\"\"\n") == "[a,\nb][\"][]/");
  CHECK(fields("\"never\nclosed") == "[never\nclosed]/");
}

TEST_CASE("notification records: who fits, sorted, a page at a time, with the number of all") {
  auto client = client_of({.id = "project",
                           .notification_records = {{.type = notification_type::EMAIL,
                                                     .user_name = "ada",
                                                     .desktop_name = "d1",
                                                     .error_message = "1",
                                                     .operate_time = "2020-01-02T00:00:00Z"},
                                                    {.project_id = "other",
                                                     .type = notification_type::SMS,
                                                     .user_name = "bob",
                                                     .desktop_name = "d2",
                                                     .error_message = "2",
                                                     .operate_time = "2020-01-03 00:00:00"},
                                                    {.user_name = "ada",
                                                     .desktop_pool_name = "p1",
                                                     .error_message = "3",
                                                     .operate_time = "2020-01-01T00:00:00Z"},
                                                    {.user_name = "eve", .error_message = "4"}}});
  const auto found = [&](const list_notification_records& op) {
    const auto page = client.send(op).value();
    std::string text = std::to_string(page.total_count.value()) + ':';
    for (const auto& record : page.notification_records.value()) text += ' ' + record.error_message.value();
    return text;
  };
  CHECK(found({}) == "3: 1 2 4");
  CHECK(found({.query_type = notification_query::DESKTOP_POOL}) == "1: 3");
  CHECK(found({.query_type = notification_query::DESKTOP_POOL, .desktop_pool_name = "p2"}) == "0:");
  CHECK(found({.desktop_name = "d2"}) == "1: 2");
  CHECK(found({.user_name = "ada"}) == "1: 1");
  CHECK(found({.type = notification_type::SMS}) == "1: 2");
  CHECK(found({.sort_field = "operate_time", .sort_type = sort_direction::ASC}) == "3: 4 1 2");
  CHECK(found({.sort_field = "operate_time", .sort_type = sort_direction::DESC}) == "3: 2 1 4");
  CHECK(found({.offset = 1, .limit = 1}) == "3: 2");
  CHECK(found({.offset = 9, .limit = 1000}) == "3:");
  CHECK(found({.limit = 0}) == "3:");
  CHECK(client.send(list_notification_records{})->notification_records->at(0).project_id == "project");
  CHECK(client.send(list_notification_records{})->notification_records->at(1).project_id == "other");
  CHECK(refusal_of(client, list_notification_records{.limit = 1001}) == invalid);
  CHECK(refusal_of(client, list_notification_records{.limit = -1}) == invalid);
  CHECK(refusal_of(client, list_notification_records{.offset = -1}) == invalid);
  CHECK(refusal_of(client, list_notification_records{.desktop_pool_name = ""}) == invalid);
  CHECK(refusal_of(client, list_notification_records{.sort_field = "operate_time"}) == invalid);
  CHECK(refusal_of(client, list_notification_records{.sort_field = "user_name", .sort_type = sort_direction::ASC}) ==
        invalid);
}

TEST_CASE("notification records: a thousand on a page where no limit is given") {
  hwc::fake::project project{.id = "project"};
  project.notification_records.resize(1001);
  auto client = client_of(project);
  const auto page = client.send(list_notification_records{}).value();
  CHECK(page.total_count == 1001);
  CHECK(page.notification_records->size() == 1000);
}
