// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_DEMO_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_DEMO_HPP

#include "settings.hpp"

#include <hwc/endpoint.hpp>
#include <hwc/fake/identity.hpp>
#include <hwc/fake/service.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/http.hpp>
#include <hwc/signers/signature_algorithm.hpp>
#include <hwc/time.hpp>

#include <string>
#include <string_view>

namespace tool {

// A service to try the tool on: the fake one, with the users that were asked for, except those whose id begins with
// "missing-", and the template that was asked for. For those that begin with "denied-" the permission lacks.
class demo {
 public:
  explicit demo(const settings& wanted) {
    project_.id = wanted.project_id.empty() ? "0bec5db98280d2d02fd6c00c2de791ce" : wanted.project_id;
    for (const auto& id : wanted.user_ids) {
      if (!id.starts_with("missing-")) project_.users.push_back({.id = id, .user_email = "user@workspace.example"});
    }
    if (wanted.template_id) project_.email_templates.push_back(*wanted.template_id);
  }

  [[nodiscard]] hwc::access_key key() const { return {"DEMOACCESSKEY", "not-a-secret", {}}; }

  [[nodiscard]] hwc::endpoint endpoint(std::string_view url = "https://workspace.example") const {
    return {url, project_.id};
  }
  [[nodiscard]] hwc::endpoint sts(std::string_view url = "https://sts.example") const { return {url, {}}; }

  template <class Signer>
  [[nodiscard]] hwc::fake::any_service service(const Signer& accepted) const {
    const std::string reason = R"({"failure":"implicit deny by identity-based policy"})";
    hwc::fake::identity identity{{.denials = {{"DEMODENIAL", reason}}}};
    identity.accept(accepted);
    return [identity, workspace = hwc::fake::workspace{project_, accepted}](const hwc::http_request& request,
                                                                            hwc::wall_time now) mutable {
      if (identity.serves(request)) return identity(request, now);
      if (request.target.find("/users/denied-") != std::string::npos) {
        workspace.answer_next(403, {.error_code = "WKS.00000403",
                                    .error_msg = "no permission for workspace:users:resendEmail",
                                    .encoded_authorization_message = "DEMODENIAL"});
      }
      return workspace(request, now);
    };
  }

 private:
  hwc::fake::project project_;
};

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_DEMO_HPP
