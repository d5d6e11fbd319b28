// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IMPL_USERS_IPP
#define HWC_FAKE_IMPL_USERS_IPP

#include <hwc/fake/users.hpp>
#include <hwc/timestamp.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hwc::inline v0_1::fake {
namespace detail {

// A text of the state, which a response leaves out where there is none.
HWC_DECL std::optional<std::string> if_any(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{text};
}

HWC_DECL bool is_expired(const user& of, wall_time now) {
  const auto end = timestamp{of.account_expires}.when();
  return of.account_expired || (end && *end <= now);
}

HWC_DECL hwc::workspace::listed_user as_listed(const user& of, bool with_desktops, wall_time now) {
  hwc::workspace::listed_user shown{.id = of.id,
                                    .user_name = of.user_name,
                                    .user_email = if_any(of.user_email),
                                    .user_phone = if_any(of.user_phone),
                                    .active_type = of.active_type,
                                    .is_pre_user = of.is_pre_user,
                                    .account_expires = of.account_expires,
                                    .account_expired = is_expired(of, now),
                                    .password_never_expired = of.password_never_expired,
                                    .enable_change_password = of.enable_change_password,
                                    .next_login_change_password = of.next_login_change_password,
                                    .description = if_any(of.description),
                                    .locked = of.locked,
                                    .disabled = of.disabled,
                                    .group_names = of.group_names,
                                    .enterprise_project_id = if_any(of.enterprise_project_id),
                                    .user_info_map = if_any(of.user_info_map),
                                    .domain = if_any(of.domain)};
  if (with_desktops) shown.total_desktops = of.total_desktops;
  return shown;
}

HWC_DECL hwc::workspace::user_detail as_detail(const user& of, wall_time now) {
  const auto end = timestamp{of.account_expires}.when();
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(end.value_or(wall_time{}).time_since_epoch());
  return {.id = of.id,
          .sam_account_name = of.user_name,
          .user_name = of.user_name,
          .user_principal_name = of.domain.empty() ? of.user_name : of.user_name + '@' + of.domain,
          .full_name = of.alias_name.empty() ? of.user_name : of.alias_name,
          .account_type = 0,
          .when_created = if_any(of.when_created),
          .account_expires = std::to_string(milliseconds.count()),
          .user_email = if_any(of.user_email),
          .user_phone = if_any(of.user_phone),
          .description = if_any(of.description),
          .active_type = of.active_type,
          .is_pre_user = of.is_pre_user,
          .user_expired = is_expired(of, now),
          .locked = of.locked,
          .disabled = of.disabled,
          .password_never_expired = of.password_never_expired,
          .next_login_change_password = of.next_login_change_password,
          .enable_change_password = of.enable_change_password,
          .group_names = of.group_names,
          .share_space_subscription = false,
          .share_space_desktops = 0,
          .total_desktops = of.total_desktops};
}

HWC_DECL bool fits(const user& one, const hwc::workspace::list_users& wanted) {
  const auto is = [](const std::optional<std::string>& given, const std::string& value) {
    return !given || *given == value;
  };
  const auto lists = [](const std::vector<std::string>& all, const std::string& value) {
    return std::find(all.begin(), all.end(), value) != all.end();
  };
  return is(wanted.user_name, one.user_name) && is(wanted.domain, one.domain) &&
         is(wanted.enterprise_project_id, one.enterprise_project_id) && is(wanted.platform_type, "LOCAL") &&
         (wanted.user_names.empty() || lists(wanted.user_names, one.user_name)) &&
         (!wanted.active_type || *wanted.active_type == hwc::open_enum<hwc::workspace::active_type>{one.active_type}) &&
         (!wanted.disabled || *wanted.disabled == one.disabled) &&
         (!wanted.description || one.description.find(*wanted.description) != std::string::npos) &&
         (!wanted.group_name || lists(one.group_names, *wanted.group_name)) &&
         !wanted.share_space_subscription.value_or(false) && !wanted.share_space_desktops.value_or(false);
}

HWC_DECL hwc::workspace::listed_users list(const std::vector<user>& all, const hwc::workspace::list_users& wanted,
                                           wall_time now) {
  const bool with_desktops = wanted.is_query_total_desktops.value_or(true);
  const std::int64_t begin = wanted.offset.value_or(0);
  hwc::workspace::listed_users page{.total_count = 0, .users = std::vector<hwc::workspace::listed_user>{}};
  for (const auto& one : all) {
    if (!fits(one, wanted)) continue;
    const auto at = (*page.total_count)++;
    if (at < begin || (wanted.limit && at - begin >= *wanted.limit)) continue;
    page.users->push_back(as_listed(one, with_desktops, now));
  }
  return page;
}

}  // namespace detail
}  // namespace hwc::fake

#endif  // HWC_FAKE_IMPL_USERS_IPP
