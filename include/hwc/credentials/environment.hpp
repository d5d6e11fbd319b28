// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_ENVIRONMENT_HPP
#define HWC_CREDENTIALS_ENVIRONMENT_HPP

#include <hwc/credentials/detail/settled.hpp>
#include <hwc/credentials/detail/usual_iam.hpp>
#include <hwc/credentials/oidc_token.hpp>
#include <hwc/credentials/source.hpp>
#include <hwc/credentials/temporary_keys.hpp>
#include <hwc/detail/variable.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/signers/signature_algorithm.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hwc::inline v0_1::credentials {

// Access keys from the environment variables of the vendor's SDKs, an empty one counting as unset:
//
//   HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK                 the key
//   HUAWEICLOUD_SDK_SECURITY_TOKEN                         of temporary keys
//   HUAWEICLOUD_SDK_PROJECT_ID                             the project that they are for
//   HUAWEICLOUD_SDK_IDP_ID, HUAWEICLOUD_SDK_ID_TOKEN_FILE  both set: keys are fetched for this OIDC id token instead
//   HUAWEICLOUD_SDK_IAM_ENDPOINT                           where, unless the constructor is told; else the global IAM
//
// They are read when a run begins. As everywhere, a program that changes its environment while other threads read it
// is not safe (see getenv(3)).
class environment final : public key_source {
 public:
  environment() = default;

  // With IAM's address, used for an OIDC id token: `hwc::iam::at(region)` for the region's, unless the variable names
  // another.
  explicit environment(endpoint iam) : iam_{std::move(iam)} {}

  [[nodiscard]] std::unique_ptr<fetch<access_key>> begin() const override {
    const auto text = [](const char* name) { return std::string{hwc::detail::variable(name)}; };
    auto project_id = text("HUAWEICLOUD_SDK_PROJECT_ID");
    const auto idp_id = text("HUAWEICLOUD_SDK_IDP_ID");
    const auto id_token_file = text("HUAWEICLOUD_SDK_ID_TOKEN_FILE");
    if (!idp_id.empty() && !id_token_file.empty()) {
      const auto iam = iam_ ? *iam_ : detail::usual_iam();
      oidc_token token{iam, {.idp_id = idp_id, .id_token_file = id_token_file, .project_id = project_id}};
      return temporary_keys{iam, std::move(token)}.begin();
    }
    issued<access_key> got{.project_id = std::move(project_id)};
    got.value.ak = text("HUAWEICLOUD_SDK_AK");
    got.value.sk = hwc::detail::variable("HUAWEICLOUD_SDK_SK");
    got.value.security_token = hwc::detail::variable("HUAWEICLOUD_SDK_SECURITY_TOKEN");
    if (got.value.ak.empty() || got.value.sk.empty()) {
      std::string missing = got.value.ak.empty() ? "HUAWEICLOUD_SDK_AK" : "HUAWEICLOUD_SDK_SK";
      if (got.value.ak.empty() && got.value.sk.empty()) missing += " and HUAWEICLOUD_SDK_SK";
      return detail::settle_without<access_key>("the environment: set " + missing, lack::absent);
    }
    return detail::settle(std::move(got));
  }

 private:
  std::optional<endpoint> iam_{};
};

}  // namespace hwc::credentials

#endif  // HWC_CREDENTIALS_ENVIRONMENT_HPP
