// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_EXPORT_USERS_HPP
#define HWC_WORKSPACE_EXPORT_USERS_HPP

#include <hwc/operation.hpp>
#include <hwc/workspace/active_type.hpp>
#include <hwc/workspace/language.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

namespace hwc::inline v0_1::workspace {

struct exported_users {
  std::optional<std::string> task_id{};  // the file is made by this task
};
BOOST_DESCRIBE_STRUCT(exported_users, (), (task_id))

// Begins to make a file of the users that fit: "Exporting Users" of the Workspace API reference, version 3. The
// documentation names no IAM action for it.
struct export_users {
  using response = exported_users;
  static constexpr auto route = post("/v3/{project_id}/users/export");

  std::optional<std::string> user_name{};
  std::optional<std::vector<std::string>> user_names{};
  std::optional<std::string> description{};
  std::optional<open_enum<hwc::workspace::active_type>> active_type{};
  std::optional<open_enum<hwc::workspace::language>> language{};
  std::optional<std::string> enterprise_project_id{};
};
BOOST_DESCRIBE_STRUCT(export_users, (),
                      (user_name, user_names, description, active_type, language, enterprise_project_id))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_EXPORT_USERS_HPP
