// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_DELETE_USER_HPP
#define HWC_WORKSPACE_DELETE_USER_HPP

#include <hwc/operation.hpp>

#include <boost/describe/class.hpp>

#include <string>
#include <string_view>

namespace hwc::inline v0_1::workspace {

// Deletes a desktop user: "Deleting a User" of the Workspace API reference. It is not repeated by itself, since a user
// who is gone is an error.
struct delete_user {
  using response = no_content;  // 204
  static constexpr auto route = delete_("/v2/{project_id}/users/{user_id}");
  static constexpr std::string_view iam_action = "workspace:users:delete";

  std::string user_id{};
};
BOOST_DESCRIBE_STRUCT(delete_user, (), (user_id))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_DELETE_USER_HPP
