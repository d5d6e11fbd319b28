// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_EXPORT_USERS_TEMPLATE_HPP
#define HWC_WORKSPACE_EXPORT_USERS_TEMPLATE_HPP

#include <hwc/file.hpp>
#include <hwc/operation.hpp>
#include <hwc/workspace/active_type.hpp>
#include <hwc/workspace/language.hpp>

#include <boost/describe/class.hpp>

#include <optional>

namespace hwc::inline v0_1::workspace {

// Downloads the template for users: "Exporting the User Template" of the Workspace API reference. The documentation
// names no IAM action for it.
struct export_users_template {
  using response = file;
  static constexpr auto route = get("/v2/{project_id}/users/template/download");

  std::optional<open_enum<hwc::workspace::language>> language{};
  std::optional<open_enum<hwc::workspace::active_type>> active_type{};
};
BOOST_DESCRIBE_STRUCT(export_users_template, (), (language, active_type))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_EXPORT_USERS_TEMPLATE_HPP
