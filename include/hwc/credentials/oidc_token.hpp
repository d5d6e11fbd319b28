// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_OIDC_TOKEN_HPP
#define HWC_CREDENTIALS_OIDC_TOKEN_HPP

#include <hwc/build_request.hpp>
#include <hwc/credentials/detail/exchanged.hpp>
#include <hwc/credentials/detail/file.hpp>
#include <hwc/credentials/detail/identity.hpp>
#include <hwc/credentials/source.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/printable.hpp>
#include <hwc/secret.hpp>
#include <hwc/time.hpp>

#include <memory>
#include <string>
#include <utility>

namespace hwc::inline v0_1::credentials {

// Who signs in through an identity provider by OpenID Connect.
struct oidc_login {
  std::string idp_id{};         // of the identity provider, as IAM knows it
  std::string id_token_file{};  // path of a file with the id token; read again for each run
  std::string project_id{};     // that the token shall be for, or else
  std::string project_name{};   // by name, e.g. "cn-north-4"; both empty: a token that is for no project
};

// An IAM token for the id token of an identity provider (`POST /v3.0/OS-AUTH/id-token/tokens`). For access keys, which
// the vendor's SDKs fetch with it, put it into `temporary_keys`.
class oidc_token final : public token_source {
 public:
  oidc_token(endpoint iam, oidc_login who)
      : iam_{std::make_shared<const endpoint>(std::move(iam))},
        who_{std::make_shared<const oidc_login>(std::move(who))} {}

  [[nodiscard]] std::unique_ptr<fetch<secret>> begin() const override { return std::make_unique<run>(iam_, who_); }

 private:
  class run final : public detail::exchanged<secret> {
   public:
    run(std::shared_ptr<const endpoint> iam, std::shared_ptr<const oidc_login> who)
        : exchanged{"the IAM token for an OIDC id token"}, iam_{std::move(iam)}, who_{std::move(who)} {}

   private:
    [[nodiscard]] result<void> ask(moment) override {
      if (who_->idp_id.empty()) return error{.message = "the id of the identity provider is empty; give it"};
      if (!is_header_value(who_->idp_id))
        return error{.message = "the id of the identity provider holds a line end or NUL; remove it"};
      const auto file = detail::read_secret_file(who_->id_token_file);
      const auto name = "the file '" + printable(who_->id_token_file) + "' ";
      if (!file)
        return error{.message = name + file.error().message + "; write the id token there, or name another file"};
      token_ = detail::trimmed({file->data(), file->size()});
      if (token_.empty()) return error{.message = name + "is empty; it should hold the id token"};
      detail::create_oidc_token op;
      op.auth.id_token.id = token_;
      op.auth.scope = detail::project_scope(who_->project_id, who_->project_name);
      auto built = build_request(op, *iam_, request_);
      request_.headers.add("X-Idp-Id", who_->idp_id);
      return built;
    }
    [[nodiscard]] result<issued<secret>> read(const http_response& answer, moment) override {
      return detail::token_in(what(), answer, {token_.reveal()});
    }

    std::shared_ptr<const endpoint> iam_;
    std::shared_ptr<const oidc_login> who_;
    secret token_{};
  };

  std::shared_ptr<const endpoint> iam_;
  std::shared_ptr<const oidc_login> who_;
};

}  // namespace hwc::credentials

#endif  // HWC_CREDENTIALS_OIDC_TOKEN_HPP
