// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_DEMO_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_DEMO_HPP

#include "settings.hpp"

#include <hwc/endpoint.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/signers/signature_algorithm.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace tool {

// A service to try the tool on: the fake one, with the users that were asked for, except those whose id begins with
// "missing-", and the template that was asked for.
class demo {
 public:
  explicit demo(const settings& wanted) {
    project_.id = wanted.project_id.empty() ? "0bec5db98280d2d02fd6c00c2de791ce" : wanted.project_id;
    for (const auto& id : wanted.user_ids) {
      if (!id.starts_with("missing-")) project_.users.push_back({.id = id, .user_email = "user@workspace.example"});
    }
    if (wanted.template_id) project_.email_templates.push_back(*wanted.template_id);
  }

  [[nodiscard]] hwc::access_key key() const { return {"DEMOACCESSKEY", "not-a-secret"}; }

  [[nodiscard]] hwc::endpoint endpoint(std::string_view url = "https://workspace.example") const {
    return {url, project_.id};
  }

  template <class Signer>
  [[nodiscard]] hwc::fake::workspace service(Signer accepted) const {
    return hwc::fake::workspace{project_, std::move(accepted)};
  }

 private:
  hwc::fake::project project_;
};

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_DEMO_HPP
