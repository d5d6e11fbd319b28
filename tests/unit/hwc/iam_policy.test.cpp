// SPDX-License-Identifier: BSL-1.0
#include <hwc/iam_policy.hpp>

#include <hwc/json/read.hpp>
#include <hwc/workspace/change_user_status.hpp>
#include <hwc/workspace/list_users.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <boost/describe/class.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using hwc::workspace::change_user_status;
using hwc::workspace::list_users;
using hwc::workspace::resend_email;

struct statement {
  std::string Effect{};
  std::vector<std::string> Action{};
};
BOOST_DESCRIBE_STRUCT(statement, (), (Effect, Action))
struct policy {
  std::string Version{};
  std::vector<statement> Statement{};
};
BOOST_DESCRIBE_STRUCT(policy, (), (Version, Statement))

}  // namespace

static_assert(hwc::iam_policy<resend_email>() ==
              R"({"Version":"5.0","Statement":[{"Effect":"Allow","Action":["workspace:users:resendEmail"]}]})");

TEST_CASE("the policy of some operations: JSON that names each action once, in order") {
  const auto text = hwc::iam_policy<list_users, resend_email, list_users, change_user_status, resend_email>();
  const auto read = hwc::json::read<policy>(text).value();
  CHECK(read.Version == "5.0");
  REQUIRE(read.Statement.size() == 1);
  CHECK(read.Statement[0].Effect == "Allow");
  CHECK(read.Statement[0].Action ==
        std::vector<std::string>{"workspace:users:list", "workspace:users:resendEmail", "workspace:users:operate"});
}
