// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_SHOW_USER_HPP
#define HWC_WORKSPACE_SHOW_USER_HPP

#include <hwc/operation.hpp>
#include <hwc/timestamp.hpp>
#include <hwc/workspace/active_type.hpp>

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hwc::inline v0_1::workspace {

// A desktop user with what the directory knows. What the service does not say is empty.
struct user_detail {
  std::optional<std::string> id{};
  std::optional<std::string> object_sid{};
  std::optional<std::string> sam_account_name{};  // to sign in with, on older Windows
  std::optional<std::string> user_name{};
  std::optional<std::string> user_principal_name{};  // to sign in with
  std::optional<std::string> full_name{};
  std::optional<std::string> distinguished_name{};  // the place in the directory
  std::optional<std::int64_t> account_type{};       // 0: a user, 1: a group
  std::optional<timestamp> when_created{};
  std::optional<timestamp> account_expires{};  // milliseconds since 1970 here; see `timestamp::is_never`
  std::optional<std::string> user_email{};
  std::optional<std::string> user_phone{};
  std::optional<std::string> description{};
  std::optional<open_enum<hwc::workspace::active_type>> active_type{};
  std::optional<bool> is_pre_user{};  // created in advance
  std::optional<bool> user_expired{};
  std::optional<bool> locked{};
  std::optional<bool> disabled{};
  std::optional<bool> password_never_expired{};
  std::optional<bool> next_login_change_password{};
  std::optional<bool> enable_change_password{};
  std::optional<bool> enabled_change_password{};  // the same, as older editions of the service write it
  std::optional<std::vector<std::string>> group_names{};
  std::optional<bool> share_space_subscription{};
  std::optional<std::int64_t> share_space_desktops{};
  std::optional<std::int64_t> total_desktops{};
};
BOOST_DESCRIBE_STRUCT(user_detail, (),
                      (id, object_sid, sam_account_name, user_name, user_principal_name, full_name, distinguished_name,
                       account_type, when_created, account_expires, user_email, user_phone, description, active_type,
                       is_pre_user, user_expired, locked, disabled, password_never_expired, next_login_change_password,
                       enable_change_password, enabled_change_password, group_names, share_space_subscription,
                       share_space_desktops, total_desktops))

struct shown_user {
  std::optional<hwc::workspace::user_detail> user_detail{};
};
BOOST_DESCRIBE_STRUCT(shown_user, (), (user_detail))

// Shows one desktop user: "Querying User Details" of the Workspace API reference. A missing user is reported as 400
// WKS.00170312. The documentation names no IAM action for it.
struct show_user {
  using response = shown_user;
  static constexpr auto route = get("/v2/{project_id}/users/{user_id}");

  std::string user_id{};
};
BOOST_DESCRIBE_STRUCT(show_user, (), (user_id))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_SHOW_USER_HPP
