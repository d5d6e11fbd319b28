// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_PASSWORD_HPP
#define HWC_CREDENTIALS_PASSWORD_HPP

#include <hwc/build_request.hpp>
#include <hwc/credentials/detail/exchanged.hpp>
#include <hwc/credentials/detail/identity.hpp>
#include <hwc/credentials/source.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/secret.hpp>
#include <hwc/time.hpp>

#include <memory>
#include <string>
#include <utility>

namespace hwc::inline v0_1::credentials {

// An IAM user who signs in with a password, and the project that the token shall be for. Accounts that sign in as
// HUAWEI ID cannot do so themselves; an IAM user of theirs can.
struct password_login {
  std::string user{};
  secret password{};
  std::string account{};       // name of the account that the user belongs to
  std::string project_id{};    // or else
  std::string project_name{};  // the region's id, e.g. "cn-north-4", which is the name of its main project
};

// An IAM token by password (`POST /v3/auth/tokens`), for 24 hours. `iam` is IAM of the region that is called (see
// `hwc::iam::at`): a token of another region is refused there.
//
// A wrong password is not tried again by itself, as repeated failures lock the account.
class password final : public token_source {
 public:
  password(endpoint iam, password_login who)
      : iam_{std::make_shared<const endpoint>(std::move(iam))},
        who_{std::make_shared<const password_login>(std::move(who))} {}

  [[nodiscard]] std::unique_ptr<fetch<secret>> begin() const override { return std::make_unique<run>(iam_, who_); }

 private:
  class run final : public detail::exchanged<secret> {
   public:
    run(std::shared_ptr<const endpoint> iam, std::shared_ptr<const password_login> who)
        : exchanged{"the IAM token for a password"}, iam_{std::move(iam)}, who_{std::move(who)} {}

   private:
    [[nodiscard]] result<void> ask(moment) override {
      if (who_->user.empty() || who_->password.empty() || who_->account.empty())
        return error{.message = "user, password or account is empty; give all three"};
      detail::create_token op;
      auto& identity = op.auth.identity;
      identity.methods = {"password"};
      identity.password.emplace();
      identity.password->user = {who_->user, who_->password, {.id = std::nullopt, .name = who_->account}};
      op.auth.scope = detail::project_scope(who_->project_id, who_->project_name);
      auto built = build_request(op, *iam_, request_);
      request_.target += "?nocatalog=true";
      return built;
    }
    [[nodiscard]] result<issued<secret>> read(const http_response& answer, moment) override {
      return detail::token_in(what(), answer, {who_->password.reveal()});
    }
    [[nodiscard]] bool refuses(const http_response& answer) const override {
      return answer.status == 401 || detail::is_lock_warning(answer);
    }

    std::shared_ptr<const endpoint> iam_;
    std::shared_ptr<const password_login> who_;
  };

  std::shared_ptr<const endpoint> iam_;
  std::shared_ptr<const password_login> who_;
};

}  // namespace hwc::credentials

#endif  // HWC_CREDENTIALS_PASSWORD_HPP
