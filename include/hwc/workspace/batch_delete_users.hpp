// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_BATCH_DELETE_USERS_HPP
#define HWC_WORKSPACE_BATCH_DELETE_USERS_HPP

#include <hwc/operation.hpp>

#include <boost/describe/class.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace hwc::inline v0_1::workspace {

// Deletes desktop users: "Batch Deleting Users" of the Workspace API reference.
struct batch_delete_users {
  using response = no_content;  // 204
  static constexpr auto route = post("/v2/{project_id}/users/batch-delete");
  static constexpr std::string_view iam_action = "workspace:users:batchDelete";

  std::vector<std::string> user_ids{};  // 1 to 100, of up to 255 characters
};
BOOST_DESCRIBE_STRUCT(batch_delete_users, (), (user_ids))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_BATCH_DELETE_USERS_HPP
