// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_DETAIL_IMPL_OTP_DEVICES_IPP
#define HWC_FAKE_DETAIL_IMPL_OTP_DEVICES_IPP

#include <hwc/fake/detail/otp_devices.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::fake::detail {

HWC_DECL http_response serve(const hwc::workspace::list_otp_devices& op, visit& at) {
  const auto* const owner = at.find_user(op.user_id);
  if (owner == nullptr) return no_such_user();
  auto devices = owner->otp_devices;
  for (auto& device : devices) {
    device.user_id = owner->id;
    device.user_name = owner->user_name;
  }
  return answered(200, hwc::workspace::listed_otp_devices{.otp_devices = std::move(devices)});
}

HWC_DECL http_response serve(const hwc::workspace::delete_otp_devices& op, visit& at) {
  auto* const owner = at.find_user(op.user_id);
  if (owner == nullptr) return no_such_user();
  auto& devices = owner->otp_devices;
  if (!op.otp_ids) {
    devices.clear();
    return {.status = 204};
  }
  if (op.otp_ids->size() > 55) return invalid("otp_ids: up to 55");
  for (const auto& id : *op.otp_ids) {
    const auto is_it = [&](const hwc::workspace::otp_device& device) { return device.id == id; };
    if (std::none_of(devices.begin(), devices.end(), is_it)) return invalid("otp_ids: the user has no such device");
  }
  std::erase_if(devices, [&](const hwc::workspace::otp_device& device) {
    return device.id && std::find(op.otp_ids->begin(), op.otp_ids->end(), *device.id) != op.otp_ids->end();
  });
  return {.status = 204};
}

}  // namespace hwc::fake::detail

#endif  // HWC_FAKE_DETAIL_IMPL_OTP_DEVICES_IPP
