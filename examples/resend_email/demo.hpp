// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_DEMO_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_DEMO_HPP

#include "settings.hpp"
#include "work_list.hpp"

#include <hwc/endpoint.hpp>
#include <hwc/fake/identity.hpp>
#include <hwc/fake/service.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/http.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/time.hpp>

#include <string>
#include <string_view>

namespace tool {

// A service to try the tool on: the fake one, with the users and templates that were asked for, except users whose id
// or name begins with "missing-". For those whose id begins with "denied-" the permission lacks. There are a few
// others, to be selected.
class demo {
 public:
  demo(const settings& wanted, work_list& asked_for) {
    project_.id = wanted.project_id.empty() ? "0bec5db98280d2d02fd6c00c2de791ce" : wanted.project_id;
    if (wanted.template_id) project_.email_templates.push_back(*wanted.template_id);
    asked_for.for_each([&](const recipient& who) {
      const auto id = who.user_id.empty() ? "id-of-" + who.user_name : who.user_id;
      if (who.user_id.starts_with("missing-") || who.user_name.starts_with("missing-")) return;
      project_.users.push_back({.id = id, .user_name = who.user_name, .user_email = "user@workspace.example"});
      if (who.template_id) project_.email_templates.push_back(*who.template_id);
    });
    for (int i = 1; i <= 12; ++i) {
      const auto number = std::to_string(i);
      project_.users.push_back({.id = "demo-" + number,
                                .user_name = "demo." + number,
                                .user_email = i % 4 == 0 ? "" : "demo" + number + "@workspace.example",
                                .active_type = i % 3 == 0 ? "ADMIN_ACTIVATE" : "USER_ACTIVATE",
                                .group_names = {i % 2 == 0 ? "even" : "odd"},
                                .total_desktops = i % 5,
                                .locked = i == 7});
    }
  }

  [[nodiscard]] hwc::access_key key() const { return {"DEMOACCESSKEY", "not-a-secret", {}}; }

  [[nodiscard]] hwc::endpoint endpoint(std::string_view url = "https://workspace.example") const {
    return {url, project_.id};
  }
  [[nodiscard]] hwc::endpoint sts(std::string_view url = "https://sts.example") const { return {url, {}}; }

  [[nodiscard]] hwc::fake::any_service service() const {
    const hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256> accepted{key()};
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
