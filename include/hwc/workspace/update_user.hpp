// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_UPDATE_USER_HPP
#define HWC_WORKSPACE_UPDATE_USER_HPP

#include <hwc/operation.hpp>
#include <hwc/timestamp.hpp>
#include <hwc/workspace/active_type.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::workspace {

struct updated_user {
  std::optional<std::string> id{};
};
BOOST_DESCRIBE_STRUCT(updated_user, (), (id))

// Changes what is given of a desktop user, and as it seems nothing else: "Modifying User Information" of the Workspace
// API reference. Before an email is sent again to somebody who never got it, `user_email` may want to be corrected. The
// documentation names no IAM action for it.
struct update_user {
  using response = updated_user;
  static constexpr auto route = put("/v2/{project_id}/users/{user_id}");

  std::string user_id{};
  std::optional<std::string> description{};  // 1 to 255 characters
  std::optional<std::string> user_email{};   // 1 to 55
  std::optional<std::string> user_phone{};   // up to 20
  std::optional<open_enum<hwc::workspace::active_type>> active_type{};
  std::optional<timestamp> account_expires{};  // `timestamp::never()`, or a time
  std::optional<bool> enable_change_password{};
  std::optional<bool> next_login_change_password{};
  std::optional<bool> password_never_expired{};
  std::optional<bool> disabled{};
  std::optional<std::string> user_info_map{};  // only newer editions of the service know it
};
BOOST_DESCRIBE_STRUCT(update_user, (),
                      (user_id, description, user_email, user_phone, active_type, account_expires,
                       enable_change_password, next_login_change_password, password_never_expired, disabled,
                       user_info_map))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_UPDATE_USER_HPP
