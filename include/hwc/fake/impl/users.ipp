// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IMPL_USERS_IPP
#define HWC_FAKE_IMPL_USERS_IPP

#include <hwc/fake/users.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace hwc::fake {
namespace detail {

HWC_DECL hwc::workspace::listed_user as_listed(const user& of, bool with_desktops) {
  hwc::workspace::listed_user shown{.id = of.id,
                                    .user_name = of.user_name,
                                    .active_type = of.active_type,
                                    .is_pre_user = of.is_pre_user,
                                    .account_expires = "0",
                                    .account_expired = of.account_expired,
                                    .next_login_change_password = of.next_login_change_password,
                                    .locked = of.locked,
                                    .disabled = of.disabled,
                                    .group_names = of.group_names};
  const auto say = [](const std::string& text, std::optional<std::string>& member) {
    if (!text.empty()) member = text;
  };
  say(of.user_email, shown.user_email);
  say(of.user_phone, shown.user_phone);
  say(of.description, shown.description);
  say(of.domain, shown.domain);
  if (with_desktops) shown.total_desktops = of.total_desktops;
  return shown;
}

HWC_DECL std::optional<std::size_t> number_in(const query_parameters& query, std::string_view name) {
  const auto found = query.find(name);
  if (found == query.end()) return std::nullopt;
  const auto& text = found->second;
  std::size_t value = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (wrong != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

HWC_DECL hwc::workspace::listed_users list(const std::vector<user>& all, const query_parameters& query) {
  const auto fits = [&](std::string_view name, auto matches) {
    const auto [begin, end] = query.equal_range(name);
    return begin == end || std::any_of(begin, end, [&](const auto& given) { return matches(given.second); });
  };
  const auto is = [](const std::string& value) { return [&](const std::string& given) { return given == value; }; };
  const auto limit = number_in(query, "limit");
  const auto offset = number_in(query, "offset").value_or(0);
  const auto count = query.find("is_query_total_desktops");
  const bool with_desktops = count == query.end() || count->second != "false";
  hwc::workspace::listed_users page{.total_count = 0, .users = std::vector<hwc::workspace::listed_user>{}};
  for (const auto& one : all) {
    const bool wanted =
        fits("user_name", is(one.user_name)) && fits("user_names", is(one.user_name)) &&
        fits("active_type", is(one.active_type)) && fits("domain", is(one.domain)) &&
        fits("disabled", [&](const std::string& given) { return (given == "true") == one.disabled; }) &&
        fits("description", [&](const std::string& part) { return one.description.find(part) != std::string::npos; }) &&
        fits("group_name", [&](const std::string& group) {
          return std::find(one.group_names.begin(), one.group_names.end(), group) != one.group_names.end();
        });
    if (!wanted) continue;
    const auto at = static_cast<std::size_t>((*page.total_count)++);
    if (at >= offset && (!limit || at - offset < *limit)) page.users->push_back(as_listed(one, with_desktops));
  }
  return page;
}

}  // namespace detail
}  // namespace hwc::fake

#endif  // HWC_FAKE_IMPL_USERS_IPP
