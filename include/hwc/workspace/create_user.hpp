// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_CREATE_USER_HPP
#define HWC_WORKSPACE_CREATE_USER_HPP

#include <hwc/operation.hpp>
#include <hwc/secret.hpp>
#include <hwc/timestamp.hpp>
#include <hwc/workspace/active_type.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hwc::inline v0_1::workspace {

struct created_user {
  std::optional<std::string> id{};  // the `user_id` of the other operations
};
BOOST_DESCRIBE_STRUCT(created_user, (), (id))

// Creates a desktop user: "Creating a Desktop User" of the Workspace API reference. With USER_ACTIVATE, which is the
// service's default, an email or SMS with the sign-in data goes out, so it is not repeated by itself.
struct create_user {
  using response = created_user;  // 201
  static constexpr auto route = post("/v2/{project_id}/users");
  static constexpr std::string_view iam_action = "workspace:users:create";

  // 1 to 32 letters and digits; other editions of the service allow '.', '_' and '-' after the first, or 20 characters.
  std::string user_name{};
  std::optional<std::string> user_email{};  // up to 64 characters; USER_ACTIVATE needs this or a phone
  std::optional<std::string> user_phone{};  // up to 20
  std::optional<open_enum<hwc::workspace::active_type>> active_type{};
  std::optional<secret> password{};                     // 8 to 32 characters; for ADMIN_ACTIVATE without a directory
  std::optional<timestamp> account_expires{};           // `timestamp::never()`, or a time
  std::optional<bool> enable_change_password{};         // default of the service: true
  std::optional<bool> next_login_change_password{};     // only with ADMIN_ACTIVATE; default of the service: true
  std::optional<std::vector<std::string>> group_ids{};  // 1 to 5, of up to 55
  std::optional<std::string> description{};             // up to 255 characters
  std::optional<std::string> alias_name{};              // up to 55
  std::optional<std::string> enterprise_project_id{};   // up to 255
  std::optional<std::string> user_info_map{};           // service level, operation mode and type; up to 255
  std::optional<std::string> domain{};                  // up to 255; none: the main domain
};
BOOST_DESCRIBE_STRUCT(create_user, (),
                      (user_name, user_email, user_phone, active_type, password, account_expires,
                       enable_change_password, next_login_change_password, group_ids, description, alias_name,
                       enterprise_project_id, user_info_map, domain))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_CREATE_USER_HPP
