// SPDX-License-Identifier: BSL-1.0
#include <hwc/credentials/environment.hpp>

#include <hwc/client.hpp>
#include <hwc/credentials/chain.hpp>
#include <hwc/credentials/metadata.hpp>
#include <hwc/fake/identity.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/signers/refreshing.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/fetched.hpp"
#include "support/readable_algorithm.hpp"
#include "support/temporary_file.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <string>
#include <string_view>

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
    auto why = hwc::credentials::lack::failed;
    const auto message = support::fetched<hwc::access_key>(environment{}, {}, &why).error().message;
    CHECK(why == hwc::credentials::lack::absent);
    return message;
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

  // Where neither says it: the global one.
  ::unsetenv("HUAWEICLOUD_SDK_IAM_ENDPOINT");
  CHECK(support::fetched<hwc::access_key>(environment{}, over).has_value());
  CHECK(over.requests().back().origin.host == "iam.myhuaweicloud.com");
}

namespace {

// The variables of an OIDC id token in this file.
vars oidc_in(const support::temporary_file& file) {
  return {{"HUAWEICLOUD_SDK_IDP_ID", "provider"}, {"HUAWEICLOUD_SDK_ID_TOKEN_FILE", file.path()}};
}

const hwc::fake::account provider_known{.projects = {{"p", "cn-north-4"}}, .providers = {{"provider", "the id token"}}};

}  // namespace

TEST_CASE("a chain whose environment has an OIDC id token does not become the server's agency when IAM fails") {
  const support::temporary_file file{"the id token\n"};
  const hwc::credentials::chain all{environment{}, hwc::credentials::metadata{}};
  const auto failure = [&](int status, std::string_view body) {
    hwc::fake::transport over{
        [=, who = hwc::fake::identity{provider_known}](const hwc::http_request& request, hwc::wall_time now) mutable {
          if (request.target.starts_with("/v3")) return hwc::http_response{.status = status, .body = std::string{body}};
          return who(request, now);
        }};
    auto why = hwc::credentials::lack::absent;
    const auto got = support::fetched<hwc::access_key>(all, over, &why);
    CHECK(over.requests().size() == 1);
    CHECK(got.error().message.starts_with("no credentials were found. (1) temporary keys for an IAM token: the IAM"));
    return why;
  };
  using hwc::credentials::lack;
  {
    const support::environment variables{oidc_in(file)};
    CHECK(failure(503, "") == lack::failed);
    CHECK(failure(401, "") == lack::failed);
    CHECK(failure(401, R"({"error_code":"IAM.0061"})") == lack::refused);
    CHECK(failure(403, R"({"error_code":"IAM.0062"})") == lack::refused);
  }
  auto gone = oidc_in(file);
  gone["HUAWEICLOUD_SDK_ID_TOKEN_FILE"] = "/nowhere/token";
  const support::environment variables{gone};
  hwc::fake::transport over{hwc::fake::identity{{}}};
  auto why = lack::absent;
  CHECK(!support::fetched<hwc::access_key>(all, over, &why));
  CHECK(why == lack::failed);
  CHECK(over.requests().empty());

  // Half of it is none.
  gone.erase("HUAWEICLOUD_SDK_IDP_ID");
  const support::environment half{gone};
  CHECK(support::fetched<hwc::access_key>(all, over)->value.ak == "ISSUEDKEY1");
}

TEST_CASE("IAM fails at a refresh: calls go on with the old keys, and then come new ones of the same identity") {
  const support::temporary_file file{"the id token\n"};
  const support::environment variables{oidc_in(file)};
  bool out_of_order = false;
  std::string signed_by;
  hwc::fake::transport over{
      [&, who = hwc::fake::identity{provider_known}](const hwc::http_request& request, hwc::wall_time now) mutable {
        if (request.target.starts_with("/v3") && out_of_order) return hwc::http_response{.status = 503};
        if (who.serves(request)) return who(request, now);
        const std::string by{request.headers.find("Authorization").value_or("")};
        signed_by = by.substr(by.find("Access=") + 7, 10);
        return hwc::http_response{.status = 200};
      }};
  const hwc::refreshing_signer<support::readable_signer> signer{
      hwc::credentials::chain{environment{}, hwc::credentials::metadata{}}};
  hwc::client client{hwc::endpoint{"https://workspace.example", "p"}, over, signer, hwc::return_result{}};
  const auto sends_with = [&] {
    CHECK(client.send(hwc::workspace::resend_email{.user_id = "user"}));
    return signed_by;
  };
  CHECK(sends_with() == "ISSUEDKEY2");
  out_of_order = true;
  over.clock().advance(std::chrono::hours{5} + std::chrono::minutes{30});
  CHECK(sends_with() == "ISSUEDKEY2");
  CHECK(over.requests().size() == 5);
  for (const auto& request : over.requests()) CHECK(request.origin.host != "169.254.169.254");
  out_of_order = false;
  over.clock().advance(std::chrono::minutes{2});
  CHECK(sends_with() == "ISSUEDKEY4");
}
