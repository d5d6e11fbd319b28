// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_CHANGE_USER_STATUS_HPP
#define HWC_WORKSPACE_CHANGE_USER_STATUS_HPP

#include <hwc/operation.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <string>
#include <string_view>

namespace hwc::inline v0_1::workspace {

// What is done to an account; the enumerators are named as the service names the values.
enum class user_operation {
  LOCK = 1,
  UNLOCK,
  RESET_PWD,  // sends a new password to the user; without an email address or phone take `reset_random_password`
};
BOOST_DESCRIBE_ENUM(user_operation, LOCK, UNLOCK, RESET_PWD)

// Locks or unlocks a desktop user, or resets the password: "Operating a User" of the Workspace API reference.
struct change_user_status {
  using response = no_content;  // 204
  static constexpr auto route = post("/v2/{project_id}/users/{user_id}/actions");
  static constexpr std::string_view iam_action = "workspace:users:operate";

  std::string user_id{};
  user_operation op_type{};  // to be given: without it the call is refused and nothing is sent
};
BOOST_DESCRIBE_STRUCT(change_user_status, (), (user_id, op_type))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_CHANGE_USER_STATUS_HPP
