// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_TEMPORARY_KEYS_HPP
#define HWC_CREDENTIALS_TEMPORARY_KEYS_HPP

#include <hwc/build_request.hpp>
#include <hwc/credentials/agency.hpp>
#include <hwc/credentials/detail/exchanged.hpp>
#include <hwc/credentials/detail/identity.hpp>
#include <hwc/credentials/source.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/signature_algorithm.hpp>
#include <hwc/time.hpp>

#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hwc::inline v0_1::credentials {

// Access keys that last for a while, for an IAM token (`POST /v3.0/OS-CREDENTIAL/securitytokens`): the token's own
// rights, or those of an agency. The token is fetched anew for each run.
class temporary_keys final : public key_source {
 public:
  // The service takes 15 min to 24 h.
  static constexpr std::chrono::seconds default_duration = std::chrono::hours{6};

  template <std::derived_from<token_source> Source>
  temporary_keys(endpoint iam, Source token, std::chrono::seconds duration = default_duration)
      : own_{std::make_shared<const settings>(
            settings{std::move(iam), std::make_unique<Source>(std::move(token)), std::nullopt, duration})} {}

  template <std::derived_from<token_source> Source>
  temporary_keys(endpoint iam, Source token, agency as, std::chrono::seconds duration = default_duration)
      : own_{std::make_shared<const settings>(
            settings{std::move(iam), std::make_unique<Source>(std::move(token)), std::move(as), duration})} {}

  [[nodiscard]] std::unique_ptr<fetch<access_key>> begin() const override { return std::make_unique<run>(own_); }

 private:
  struct settings {
    endpoint iam;
    std::unique_ptr<token_source> token;
    std::optional<agency> as;
    std::chrono::seconds duration;
  };

  class run final : public detail::exchanged_for<secret, access_key> {
   public:
    explicit run(const std::shared_ptr<const settings>& own)
        : exchanged_for{own->as ? "temporary keys of an agency" : "temporary keys for an IAM token",
                        own->token->begin()},
          own_{own} {}

   private:
    [[nodiscard]] result<void> ask(moment) override {
      detail::create_keys op;
      auto& identity = op.auth.identity;
      if (own_->as) {
        auto method = detail::assume_role(*own_->as);
        if (!method) return std::move(method).error();
        identity.methods = {"assume_role"};
        identity.assume_role = *std::move(method);
        identity.assume_role->duration_seconds = own_->duration.count();
      } else {
        identity.methods = {"token"};
        identity.token = detail::token_method{given().value, own_->duration.count()};
      }
      auto built = build_request(op, own_->iam, request_);
      if (own_->as) request_.headers.add("X-Auth-Token", given().value.reveal());
      return built;
    }
    [[nodiscard]] result<issued<access_key>> read(const http_response& answer, moment) override {
      auto got = detail::keys_in(what(), answer, {given().value.reveal()});
      // Keys of the token itself are for its project; an agency is of another account.
      if (got && !own_->as) got->project_id = given().project_id;
      return got;
    }

    std::shared_ptr<const settings> own_;
  };

  std::shared_ptr<const settings> own_;
};

}  // namespace hwc::credentials

#endif  // HWC_CREDENTIALS_TEMPORARY_KEYS_HPP
