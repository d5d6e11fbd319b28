// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_LIST_USERS_HPP
#define HWC_WORKSPACE_LIST_USERS_HPP

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

// A desktop user as the service lists it. What it does not say is empty.
//
// No field tells whether somebody has ever signed in. That a user can: neither `locked`, `disabled` nor
// `account_expired`.
struct listed_user {
  std::optional<std::string> id{};  // the `user_id` of the other operations
  std::optional<std::string> sid{};
  std::optional<std::string> user_name{};
  std::optional<std::string> user_email{};
  std::optional<std::string> user_phone{};
  std::optional<open_enum<hwc::workspace::active_type>> active_type{};
  std::optional<bool> is_pre_user{};           // created in advance
  std::optional<timestamp> account_expires{};  // see `timestamp::is_never`
  std::optional<bool> account_expired{};
  std::optional<bool> password_never_expired{};
  std::optional<bool> enable_change_password{};
  std::optional<bool> next_login_change_password{};
  std::optional<std::string> description{};
  std::optional<bool> locked{};
  std::optional<bool> disabled{};
  std::optional<std::int64_t> total_desktops{};  // bound to the user; not counted when the request says so
  std::optional<bool> share_space_subscription{};
  std::optional<std::int64_t> share_space_desktops{};
  std::optional<std::vector<std::string>> group_names{};
  std::optional<std::string> enterprise_project_id{};
  std::optional<std::string> user_info_map{};
  std::optional<std::string> domain{};
  std::optional<bool> certificate_status{};

  friend bool operator==(const listed_user&, const listed_user&) = default;
};
BOOST_DESCRIBE_STRUCT(listed_user, (),
                      (id, sid, user_name, user_email, user_phone, active_type, is_pre_user, account_expires,
                       account_expired, password_never_expired, enable_change_password, next_login_change_password,
                       description, locked, disabled, total_desktops, share_space_subscription, share_space_desktops,
                       group_names, enterprise_project_id, user_info_map, domain, certificate_status))

struct listed_users {
  std::optional<std::int64_t> total_count{};  // all that fit, on whatever page
  std::optional<std::vector<listed_user>> users{};
};
BOOST_DESCRIBE_STRUCT(listed_users, (), (total_count, users))

// Lists the desktop users of a project: "Querying Desktop Users" of the Workspace API reference. What is given narrows
// the list. All pages, one after the other: `hwc::pages` (see <hwc/pages.hpp>).
struct list_users {
  using response = listed_users;
  static constexpr auto route = get("/v2/{project_id}/users");
  static constexpr std::string_view iam_action = "workspace:users:list";
  static constexpr auto items = &listed_users::users;
  static constexpr auto item_key = &listed_user::id;

  std::optional<std::string> user_name{};    // whether a part of a name fits is not documented: compare what comes
  std::optional<std::string> description{};  // a part of it, up to 100 characters
  std::optional<open_enum<hwc::workspace::active_type>> active_type{};
  std::optional<std::string> group_name{};  // the whole name, up to 64
  std::optional<bool> share_space_subscription{};
  std::optional<bool> share_space_desktops{};
  std::optional<bool>
      is_query_total_desktops{};  // false: `total_desktops` is not counted. Default of the service: true
  std::optional<std::string> enterprise_project_id{};
  std::optional<std::int64_t> limit{};   // users on a page; none: the service sends all at once
  std::optional<std::int64_t> offset{};  // the first user, from 0

  // Only newer editions of the service know these.
  std::vector<std::string> user_names{};
  std::optional<bool> disabled{};
  std::optional<std::string> domain{};
  std::optional<std::string> platform_type{};  // AD, LOCAL or UOS
};
BOOST_DESCRIBE_STRUCT(list_users, (),
                      (user_name, description, active_type, group_name, share_space_subscription, share_space_desktops,
                       is_query_total_desktops, enterprise_project_id, limit, offset, user_names, disabled, domain,
                       platform_type))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_LIST_USERS_HPP
