// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_IMPORT_USER_LIST_HPP
#define HWC_WORKSPACE_IMPORT_USER_LIST_HPP

#include <hwc/file.hpp>
#include <hwc/operation.hpp>
#include <hwc/placement.hpp>

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hwc::inline v0_1::workspace {

// A user that a file described, and the desktop that goes with it.
struct imported_user {
  std::optional<std::string> id{};
  std::optional<std::string> user_name{};
  std::optional<std::string> domain{};
  std::optional<std::string> user_email{};
  std::optional<std::string> permission_group{};
  std::optional<std::string> desktop_name{};
  std::optional<std::string> desktop_ip{};
  std::optional<std::string> description{};
};
BOOST_DESCRIBE_STRUCT(imported_user, (),
                      (id, user_name, domain, user_email, permission_group, desktop_name, desktop_ip, description))

struct imported_user_list {
  std::optional<std::int64_t> total_count{};
  std::optional<std::vector<imported_user>> user_detail_list{};
  std::optional<std::vector<imported_user>> failed_detail_list{};
  // Of a failure: the service reports it in an answer with status 200.
  std::optional<std::string> error_code{};
  std::optional<std::string> error_msg{};
  std::optional<std::string> error_detail{};
  std::optional<std::string> encoded_authorization_message{};
};
BOOST_DESCRIBE_STRUCT(imported_user_list, (),
                      (total_count, user_detail_list, failed_detail_list, error_code, error_msg, error_detail,
                       encoded_authorization_message))

// Reads a list of users from a file: "Importing a User List" of the Workspace API reference. The file is one that
// `export_user_list_template` gives, filled in. The documentation names no IAM action for it.
struct import_user_list {
  using response = imported_user_list;
  static constexpr auto route = post("/v2/{project_id}/users/desktop-users/action/import");

  hwc::file file{};
  in_query<std::optional<std::string>> vpc_id{};
  in_query<std::optional<std::string>> subnet_id{};
};
BOOST_DESCRIBE_STRUCT(import_user_list, (), (file, vpc_id, subnet_id))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_IMPORT_USER_LIST_HPP
