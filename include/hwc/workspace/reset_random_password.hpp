// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_RESET_RANDOM_PASSWORD_HPP
#define HWC_WORKSPACE_RESET_RANDOM_PASSWORD_HPP

#include <hwc/operation.hpp>
#include <hwc/secret.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::workspace {

struct random_password {
  std::optional<secret> password{};  // up to 20 characters
};
BOOST_DESCRIBE_STRUCT(random_password, (), (password))

// Sets a new random password and shows it: "Resetting a Random Password" of the Workspace API reference.
//
// A GET that changes something: each one sets another password, so it is never repeated by itself.
struct reset_random_password {
  using response = random_password;
  static constexpr auto route = get("/v2/{project_id}/users/{user_id}/random-password");
  static constexpr std::string_view iam_action = "workspace:users:randomPassword";
  static constexpr bool idempotent = false;

  std::string user_id{};
  std::optional<std::string> notification_type{};  // email, phone or "email,phone"; a USER_ACTIVATE user needs it
};
BOOST_DESCRIBE_STRUCT(reset_random_password, (), (user_id, notification_type))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_RESET_RANDOM_PASSWORD_HPP
