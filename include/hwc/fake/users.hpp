// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_USERS_HPP
#define HWC_FAKE_USERS_HPP

#include <hwc/detail/config.hpp>
#include <hwc/secret.hpp>
#include <hwc/time.hpp>
#include <hwc/workspace/list_otp_devices.hpp>
#include <hwc/workspace/list_users.hpp>
#include <hwc/workspace/show_user.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace hwc::inline v0_1::fake {

// A desktop user of the fake service.
struct user {
  std::string id{};  // the `user_id` of resend_email
  std::string user_name{};
  std::string user_email{};  // empty, and no phone: there is nowhere to send to
  std::string user_phone{};
  std::string active_type = "USER_ACTIVATE";
  std::string description{};
  std::vector<std::string> group_names{};
  std::int64_t total_desktops = 0;
  bool is_pre_user = false;
  bool locked = false;
  bool disabled = false;
  bool account_expired = false;  // whatever `account_expires` says
  bool next_login_change_password = false;
  std::string domain{};
  std::string account_expires = "0";  // "0": never; else a time that `parse_timestamp` reads
  bool password_never_expired = false;
  bool enable_change_password = true;
  std::string alias_name{};
  std::string enterprise_project_id{};
  std::string user_info_map{};
  std::string when_created{};
  secret password{};
  std::vector<hwc::workspace::otp_device> otp_devices{};
};

namespace detail {

// The user as `list_users` and as `show_user` show it at that time.
[[nodiscard]] hwc::workspace::listed_user as_listed(const user& of, bool with_desktops, wall_time now);
[[nodiscard]] hwc::workspace::user_detail as_detail(const user& of, wall_time now);

// What the service answers to `list_users`: those who fit, in order, from `offset` on, at most `limit`. Neither may be
// negative.
[[nodiscard]] hwc::workspace::listed_users list(const std::vector<user>& all, const hwc::workspace::list_users& wanted,
                                                wall_time now);

}  // namespace detail
}  // namespace hwc::fake

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/impl/users.ipp>
#endif

#endif  // HWC_FAKE_USERS_HPP
