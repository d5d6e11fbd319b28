// SPDX-License-Identifier: BSL-1.0
#include <hwc/workspace/list_users.hpp>

#include <hwc/build_request.hpp>
#include <hwc/json/read.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using hwc::workspace::list_users;
using hwc::workspace::listed_users;

namespace {

std::string target_of(const list_users& op) {
  hwc::http_request request;
  const auto built = hwc::build_request(op, hwc::endpoint{"https://workspace.example", "p"}, request);
  REQUIRE(built);
  CHECK(request.method == hwc::http_method::get);
  CHECK(request.body.empty());
  return request.target;
}

}  // namespace

static_assert(hwc::operation<list_users>);
static_assert(hwc::is_idempotent_v<list_users>);

TEST_CASE("list_users: the method, path and action of the API reference") {
  CHECK(list_users::route.path == "/v2/{project_id}/users");
  CHECK(list_users::iam_action == "workspace:users:list");
}

TEST_CASE("list_users: nothing but what is given goes to the query, ordered by name") {
  CHECK(target_of({}) == "/v2/p/users");
  CHECK(target_of({.user_name = "ada", .limit = 100, .offset = 0}) == "/v2/p/users?limit=100&offset=0&user_name=ada");
  CHECK(target_of({.description = "d e",
                   .active_type = "USER_ACTIVATE",
                   .group_name = "g&h",
                   .share_space_subscription = true,
                   .share_space_desktops = false,
                   .is_query_total_desktops = false,
                   .enterprise_project_id = "0",
                   .user_names = {"b", "a"},
                   .disabled = true,
                   .domain = "x.example",
                   .platform_type = "AD"}) ==
        "/v2/p/users?active_type=USER_ACTIVATE&description=d%20e&disabled=true&domain=x.example&enterprise_project_id=0"
        "&group_name=g%26h&is_query_total_desktops=false&platform_type=AD&share_space_desktops=false"
        "&share_space_subscription=true&user_names=a&user_names=b");
}

TEST_CASE("list_users: the answer of the API reference") {
  constexpr std::string_view answer =
      R"({"total_count":2,"users":[{"id":"8a2c3f9579d240820179d51e6caf0001","user_name":"api-test",)"
      R"("user_email":"test@huawei.com","account_expires":"0","disabled":false,"locked":false,)"
      R"("enable_change_password":true,"next_login_change_password":true,"total_desktops":0},)"
      R"({"id":"8a2c3f9579d240820179d51e6caf0002","sid":"S-1","user_phone":"+1","active_type":"ADMIN_ACTIVATE",)"
      R"("is_pre_user":true,"account_expired":true,"password_never_expired":false,"description":"d",)"
      R"("share_space_subscription":false,"share_space_desktops":3,"group_names":["g","h"],)"
      R"("enterprise_project_id":"0","user_info_map":"m","domain":"x","certificate_status":true,"novelty":{}}]})";
  const auto read = hwc::json::read<listed_users>(answer);
  REQUIRE(read.has_value());
  CHECK(read->total_count == 2);
  REQUIRE(read->users);
  REQUIRE(read->users->size() == 2);
  CHECK(read->users->at(0) == hwc::workspace::listed_user{.id = "8a2c3f9579d240820179d51e6caf0001",
                                                          .user_name = "api-test",
                                                          .user_email = "test@huawei.com",
                                                          .account_expires = "0",
                                                          .enable_change_password = true,
                                                          .next_login_change_password = true,
                                                          .locked = false,
                                                          .disabled = false,
                                                          .total_desktops = 0});
  CHECK(read->users->at(1) == hwc::workspace::listed_user{.id = "8a2c3f9579d240820179d51e6caf0002",
                                                          .sid = "S-1",
                                                          .user_phone = "+1",
                                                          .active_type = "ADMIN_ACTIVATE",
                                                          .is_pre_user = true,
                                                          .account_expired = true,
                                                          .password_never_expired = false,
                                                          .description = "d",
                                                          .share_space_subscription = false,
                                                          .share_space_desktops = 3,
                                                          .group_names = std::vector<std::string>{"g", "h"},
                                                          .enterprise_project_id = "0",
                                                          .user_info_map = "m",
                                                          .domain = "x",
                                                          .certificate_status = true});
}

TEST_CASE("list_users: an answer without anything is one") {
  const auto read = hwc::json::read<listed_users>("{}");
  REQUIRE(read.has_value());
  CHECK_FALSE(read->total_count);
  CHECK_FALSE(read->users);
}
