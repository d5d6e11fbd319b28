// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_EXPORT_USER_LIST_TEMPLATE_HPP
#define HWC_WORKSPACE_EXPORT_USER_LIST_TEMPLATE_HPP

#include <hwc/file.hpp>
#include <hwc/operation.hpp>
#include <hwc/workspace/language.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>

namespace hwc::inline v0_1::workspace {

// Downloads the file to be filled in for `import_user_list`: "Exporting the User List Template" of the Workspace API
// reference. The documentation names no IAM action for it.
struct export_user_list_template {
  using response = file;
  static constexpr auto route = get("/v2/{project_id}/users/desktop-users/template");

  std::optional<open_enum<hwc::workspace::language>> language{};
  std::optional<std::string> os_type{};
};
BOOST_DESCRIBE_STRUCT(export_user_list_template, (), (language, os_type))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_EXPORT_USER_LIST_TEMPLATE_HPP
