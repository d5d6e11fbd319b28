// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_AGENCY_HPP
#define HWC_CREDENTIALS_AGENCY_HPP

#include <hwc/build_request.hpp>
#include <hwc/credentials/detail/exchanged.hpp>
#include <hwc/credentials/detail/identity.hpp>
#include <hwc/credentials/source.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/secret.hpp>
#include <hwc/time.hpp>

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hwc::inline v0_1::credentials {

// An agency by which another account lets one act for it.
struct agency {
  std::string name{};
  std::string account_id{};    // of the account that delegates, or else
  std::string account_name{};  // its name
};

namespace detail {

[[nodiscard]] inline result<assume_role_method> assume_role(const agency& as) {
  if (as.name.empty() || (as.account_id.empty() && as.account_name.empty()))
    return error{.message = "the agency's name, or the id and name of its account, are empty; give them"};
  assume_role_method method{.agency_name = as.name};
  if (as.account_id.empty())
    method.domain_name = as.account_name;
  else
    method.domain_id = as.account_id;
  return method;
}

}  // namespace detail

// An IAM token of an agency, for 24 hours, with the token of a user who may switch roles
// (`POST /v3/auth/tokens` with method assume_role). The project is given by id or else by name, as in `password_login`.
class agency_token final : public token_source {
 public:
  template <std::derived_from<token_source> Source>
  agency_token(endpoint iam, Source user, agency as, std::string project_id, std::string project_name = {})
      : own_{std::make_shared<const settings>(settings{std::move(iam), std::make_unique<Source>(std::move(user)),
                                                       std::move(as), std::move(project_id),
                                                       std::move(project_name)})} {}

  [[nodiscard]] std::unique_ptr<fetch<secret>> begin() const override { return std::make_unique<run>(own_); }

 private:
  struct settings {
    endpoint iam;
    std::unique_ptr<token_source> user;
    agency as;
    std::string project_id;
    std::string project_name;
  };

  class run final : public detail::exchanged_for<secret, secret> {
   public:
    explicit run(const std::shared_ptr<const settings>& own)
        : exchanged_for{"the IAM token of an agency", own->user->begin()}, own_{own} {}

   private:
    [[nodiscard]] result<void> ask(moment) override {
      auto method = detail::assume_role(own_->as);
      if (!method) return std::move(method).error();
      detail::create_token op;
      op.auth.identity.methods = {"assume_role"};
      op.auth.identity.assume_role = *std::move(method);
      op.auth.scope = detail::project_scope(own_->project_id, own_->project_name);
      auto built = build_request(op, own_->iam, request_);
      request_.target += "?nocatalog=true";
      request_.headers.add("X-Auth-Token", given().value.reveal());
      return built;
    }
    [[nodiscard]] result<issued<secret>> read(const http_response& answer, moment) override {
      return detail::token_in(what(), answer, {given().value.reveal()});
    }

    std::shared_ptr<const settings> own_;
  };

  std::shared_ptr<const settings> own_;
};

}  // namespace hwc::credentials

#endif  // HWC_CREDENTIALS_AGENCY_HPP
