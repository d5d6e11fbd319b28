// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_DELETE_OTP_DEVICES_HPP
#define HWC_WORKSPACE_DELETE_OTP_DEVICES_HPP

#include <hwc/operation.hpp>
#include <hwc/placement.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hwc::inline v0_1::workspace {

// Unbinds one-time-password devices of a desktop user: "Unbinding OTP Devices" of the Workspace API reference.
struct delete_otp_devices {
  using response = no_content;  // 204
  static constexpr auto route = delete_("/v2/{project_id}/users/{user_id}/otp-devices");
  static constexpr std::string_view iam_action = "workspace:users:deleteOtps";

  std::string user_id{};
  // As `list_otp_devices` gives them, up to 55. What the service does without them is not documented; it may unbind
  // all.
  in_body<std::optional<std::vector<std::string>>> otp_ids{};
};
BOOST_DESCRIBE_STRUCT(delete_otp_devices, (), (user_id, otp_ids))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_DELETE_OTP_DEVICES_HPP
