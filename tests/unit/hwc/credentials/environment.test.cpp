// SPDX-License-Identifier: BSL-1.0
#include <hwc/credentials/environment.hpp>

#include <hwc/fake/identity.hpp>
#include <hwc/signers/access_key.hpp>

#include "support/fetched.hpp"
#include "support/readable_algorithm.hpp"
#include "support/temporary_file.hpp"

#include <doctest/doctest.h>

#include <string>

using hwc::credentials::environment;
using vars = std::map<std::string, std::string>;

TEST_CASE("keys, with the token of temporary ones and the project that they are for") {
  const support::environment variables{{{"HUAWEICLOUD_SDK_AK", "AK"},
                                        {"HUAWEICLOUD_SDK_SK", "SK"},
                                        {"HUAWEICLOUD_SDK_SECURITY_TOKEN", "token"},
                                        {"HUAWEICLOUD_SDK_PROJECT_ID", "project"}}};
  const auto got = support::fetched<hwc::access_key>(environment{}, {}).value();
  CHECK(got.value.ak == "AK");
  CHECK(got.value.sk.reveal() == "SK");
  CHECK(got.value.security_token.reveal() == "token");
  CHECK(got.project_id == "project");
  CHECK(!got.expires_at);
}

TEST_CASE("what is missing is named; an empty variable is a missing one, and half a pair for OIDC is none") {
  const auto lack = [](const vars& given) {
    const support::environment variables{given};
    return support::fetched<hwc::access_key>(environment{}, {}).error().message;
  };
  CHECK(lack({}) == "the environment: set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK");
  CHECK(lack({{"HUAWEICLOUD_SDK_AK", "a"}}) == "the environment: set HUAWEICLOUD_SDK_SK");
  CHECK(lack({{"HUAWEICLOUD_SDK_AK", ""}, {"HUAWEICLOUD_SDK_SK", "s"}}) == "the environment: set HUAWEICLOUD_SDK_AK");
  CHECK(lack({{"HUAWEICLOUD_SDK_IDP_ID", "i"}}) == "the environment: set HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK");
}

TEST_CASE("it is read when a run begins, not before") {
  const environment from;
  const support::environment variables{{{"HUAWEICLOUD_SDK_AK", "LATE"}, {"HUAWEICLOUD_SDK_SK", "s"}}};
  CHECK(support::fetched<hwc::access_key>(from, {})->value.ak == "LATE");
}

TEST_CASE("an OIDC id token wins over keys: its token and then keys are fetched from IAM") {
  const support::temporary_file file{"the id token\n"};
  const support::environment variables{{{"HUAWEICLOUD_SDK_AK", "AK"},
                                        {"HUAWEICLOUD_SDK_SK", "SK"},
                                        {"HUAWEICLOUD_SDK_IDP_ID", "provider"},
                                        {"HUAWEICLOUD_SDK_ID_TOKEN_FILE", file.path()},
                                        {"HUAWEICLOUD_SDK_PROJECT_ID", "p"},
                                        {"HUAWEICLOUD_SDK_IAM_ENDPOINT", "iam.example"}}};
  hwc::fake::transport over{hwc::fake::identity{
      {.projects = {{"p", "cn-north-4"}}, .providers = {{.idp_id = "provider", .id_token = "the id token"}}}}};
  const auto got = support::fetched<hwc::access_key>(environment{}, over).value();
  CHECK(got.value.ak == "ISSUEDKEY2");
  CHECK(got.value.security_token.reveal() == "issued-security-token-2");
  CHECK(got.project_id == "p");
  CHECK(got.expires_at == over.clock().now().wall + std::chrono::hours{6});
  REQUIRE(over.requests().size() == 2);
  for (const auto& request : over.requests()) {
    CHECK(request.origin.host == "iam.example");
    CHECK(request.origin.tls);
  }

  // What the constructor says wins over the variable.
  const environment told{hwc::endpoint{"https://other.example", {}}};
  CHECK(support::fetched<hwc::access_key>(told, over).has_value());
  CHECK(over.requests().back().origin.host == "other.example");
}
