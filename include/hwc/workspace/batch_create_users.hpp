// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_BATCH_CREATE_USERS_HPP
#define HWC_WORKSPACE_BATCH_CREATE_USERS_HPP

#include <hwc/operation.hpp>
#include <hwc/workspace/create_user.hpp>

#include <boost/describe/class.hpp>

#include <string_view>
#include <vector>

namespace hwc::inline v0_1::workspace {

// Creates desktop users: "Batch Creating Users" of the Workspace API reference. Emails go out as with `create_user`.
//
// The answer has no content, and what happens to the others if one of them cannot be created is not documented: list
// them afterwards.
struct batch_create_users {
  using response = no_content;  // 200
  static constexpr auto route = post("/v2/{project_id}/users/batch-create");
  static constexpr std::string_view iam_action = "workspace:users:batchCreate";

  std::vector<create_user> users{};  // 1 to 200
};
BOOST_DESCRIBE_STRUCT(batch_create_users, (), (users))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_BATCH_CREATE_USERS_HPP
