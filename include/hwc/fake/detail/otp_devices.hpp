// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_DETAIL_OTP_DEVICES_HPP
#define HWC_FAKE_DETAIL_OTP_DEVICES_HPP

#include <hwc/detail/config.hpp>
#include <hwc/fake/answers.hpp>
#include <hwc/fake/detail/visit.hpp>
#include <hwc/http.hpp>
#include <hwc/workspace/delete_otp_devices.hpp>
#include <hwc/workspace/list_otp_devices.hpp>

namespace hwc::inline v0_1::fake::detail {

// The devices of `user::otp_devices`. Assumed, since the service's documents are silent: without `otp_ids` all are
// unbound, and with an id that the user has no device of, none is, which is an invalid argument.
[[nodiscard]] http_response serve(const hwc::workspace::list_otp_devices& op, visit& at);
[[nodiscard]] http_response serve(const hwc::workspace::delete_otp_devices& op, visit& at);

}  // namespace hwc::fake::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/detail/impl/otp_devices.ipp>
#endif

#endif  // HWC_FAKE_DETAIL_OTP_DEVICES_HPP
