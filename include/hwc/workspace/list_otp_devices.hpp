// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_LIST_OTP_DEVICES_HPP
#define HWC_WORKSPACE_LIST_OTP_DEVICES_HPP

#include <hwc/open_enum.hpp>
#include <hwc/operation.hpp>
#include <hwc/timestamp.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <optional>
#include <string>
#include <vector>

namespace hwc::inline v0_1::workspace {

enum class otp_device_status { UNREGISTER, REGISTERED };
BOOST_DESCRIBE_ENUM(otp_device_status, UNREGISTER, REGISTERED)

// A device that makes a user's one-time passwords.
struct otp_device {
  std::optional<std::string> id{};
  std::optional<std::string> user_id{};
  std::optional<std::string> user_name{};
  std::optional<open_enum<otp_device_status>> status{};
  std::optional<timestamp> create_time{};
};
BOOST_DESCRIBE_STRUCT(otp_device, (), (id, user_id, user_name, status, create_time))

struct listed_otp_devices {
  std::optional<std::vector<otp_device>> otp_devices{};  // up to 55
};
BOOST_DESCRIBE_STRUCT(listed_otp_devices, (), (otp_devices))

// Lists the one-time-password devices of a desktop user: "Querying OTP Devices" of the Workspace API reference. The
// documentation names no IAM action for it.
struct list_otp_devices {
  using response = listed_otp_devices;
  static constexpr auto route = get("/v2/{project_id}/users/{user_id}/otp-devices");

  std::string user_id{};
};
BOOST_DESCRIBE_STRUCT(list_otp_devices, (), (user_id))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_LIST_OTP_DEVICES_HPP
