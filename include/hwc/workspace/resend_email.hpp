// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_RESEND_EMAIL_HPP
#define HWC_WORKSPACE_RESEND_EMAIL_HPP

#include <hwc/operation.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::workspace {

// Sends a desktop user's notification mail once more: "Resending an Email" of the Workspace API reference.
//
// A success means that the service took the request; whether the mail arrives is not reported. The operation is not
// idempotent: each accepted call sends another mail. A missing user is reported as 400 WKS.00170312.
struct resend_email {
  using response = no_content;  // 200 or 204, depending on the edition of the service
  static constexpr auto route = post("/v2/{project_id}/users/{user_id}/resend-email");
  static constexpr std::string_view iam_action = "workspace:users:resendEmail";

  std::string user_id{};                           // Workspace user id (not an IAM user id), as listed by the service
  std::optional<std::string> template_id{};        // id of the email template, e.g. "email01"; none: the default one
  std::optional<std::string> phone_template_id{};  // id of the SMS template; only newer editions of the service know it
};
BOOST_DESCRIBE_STRUCT(resend_email, (), (user_id, template_id, phone_template_id))

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_RESEND_EMAIL_HPP
