// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_USERS_HPP
#define HWC_FAKE_USERS_HPP

#include <hwc/detail/config.hpp>
#include <hwc/fake/route_match.hpp>
#include <hwc/workspace/list_users.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hwc::fake {

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
  bool account_expired = false;
  bool next_login_change_password = false;
  std::string domain{};
};

namespace detail {

[[nodiscard]] workspace::listed_user as_listed(const user& of, bool with_desktops);

// A number of the query; none: it is not there, or is none.
[[nodiscard]] std::optional<std::size_t> number_in(const query_parameters& query, std::string_view name);

// What the service answers to `list_users` with this query: those who fit, in order, from `offset` on, at most `limit`.
[[nodiscard]] workspace::listed_users list(const std::vector<user>& all, const query_parameters& query);

}  // namespace detail
}  // namespace hwc::fake

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/impl/users.ipp>
#endif

#endif  // HWC_FAKE_USERS_HPP
