// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_STS_AGENCY_HPP
#define HWC_CREDENTIALS_STS_AGENCY_HPP

#include <hwc/build_request.hpp>
#include <hwc/credentials/detail/exchanged.hpp>
#include <hwc/credentials/detail/identity.hpp>
#include <hwc/credentials/source.hpp>
#include <hwc/detail/redact.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/signers/signature_algorithm.hpp>
#include <hwc/time.hpp>

#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hwc::inline v0_1::credentials {

// An agency as STS names it, and how long to act as it.
struct agency_session {
  std::string agency_urn{};
  std::string session_name{};  // shows in the other account's audit log: 2 to 128 letters, digits and _+=,.@-
  std::chrono::seconds duration = std::chrono::hours{1};  // 15 min to 12 h; at most 1 h with keys that are temporary
  std::optional<std::string> external_id{};
};

// Temporary keys of an agency, from STS (`POST /v5/agencies/assume`), asked for with keys of one's own, which sign with
// `Algorithm`. `sts` is the service's address (see `hwc::sts::at`).
template <signature_algorithm Algorithm>
requires(!access_key_signer<Algorithm>::scoped) class sts_agency final : public key_source {
 public:
  template <std::derived_from<key_source> Source>
  sts_agency(endpoint sts, Source keys, agency_session as)
      : own_{std::make_shared<const settings>(
            settings{std::move(sts), std::make_unique<Source>(std::move(keys)), std::move(as)})} {}

  [[nodiscard]] std::unique_ptr<fetch<access_key>> begin() const override { return std::make_unique<run>(own_); }

 private:
  struct settings {
    endpoint sts;
    std::unique_ptr<key_source> keys;
    agency_session as;
  };

  class run final : public detail::exchanged_for<access_key, access_key> {
   public:
    explicit run(const std::shared_ptr<const settings>& own)
        : detail::exchanged_for<access_key, access_key>{"temporary keys of an agency from STS", own->keys->begin()},
          own_{own} {}

   private:
    [[nodiscard]] result<void> ask(moment now) override {
      const auto& as = own_->as;
      if (as.agency_urn.empty() || as.session_name.empty())
        return error{.message = "the agency's URN or the session's name is empty; give both"};
      const detail::assume_agency op{as.agency_urn, as.session_name, as.duration.count(), as.external_id};
      if (auto built = build_request(op, own_->sts, this->request_); !built) return built;
      return access_key_signer<Algorithm>{this->given().value}.sign(this->request_, now.wall);
    }
    [[nodiscard]] result<issued<access_key>> read(const http_response& answer, moment) override {
      const auto& own = this->given().value;
      hwc::detail::redactor secrets{this->request_.headers, {}};
      secrets.add(own.sk.reveal());
      auto read = detail::read_answer<detail::assume_agency::response>(this->what(), answer, secrets);
      if (!read) return std::move(read).error();
      auto& keys = read->credentials;
      return detail::keys_with_end(
          this->what(), {keys.access_key_id, std::move(keys.secret_access_key), std::move(keys.security_token)},
          keys.expiration);
    }

    std::shared_ptr<const settings> own_;
  };

  std::shared_ptr<const settings> own_;
};

}  // namespace hwc::credentials

#endif  // HWC_CREDENTIALS_STS_AGENCY_HPP
