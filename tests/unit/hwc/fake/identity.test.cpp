// SPDX-License-Identifier: BSL-1.0
#include <hwc/fake/identity.hpp>
#include <hwc/http.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/time.hpp>

#include "support/readable_algorithm.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

// What the fake refuses; what it gives is in credentials/iam.test.cpp, metadata.test.cpp and find_project.test.cpp.

namespace {

using hwc::http_method;

const hwc::wall_time now{std::chrono::seconds{1'700'000'000}};

hwc::fake::identity made() {
  return hwc::fake::identity{{.id = "d",
                              .name = "example",
                              .users = {{"operator", "right"}},
                              .projects = {{"p1", "cn-north-4"}, {"p2", "cn-north-9"}},
                              .providers = {{"provider", "id-token"}},
                              .agencies = {"ops"}}};
}

int status_of(hwc::fake::identity service, http_method method, std::string_view target, std::string body,
              hwc::http_headers headers = {}) {
  hwc::http_request request{.method = method, .target = std::string{target}, .body = std::move(body)};
  request.headers = std::move(headers);
  return service(request, now).status;
}

constexpr std::string_view tokens = "/v3/auth/tokens", oidc = "/v3.0/OS-AUTH/id-token/tokens",
                           keys = "/v3.0/OS-CREDENTIAL/securitytokens", agency = "/v5/agencies/assume",
                           decoding = "/v5/decode-authorization-message";

std::string password_of(std::string_view account, std::string_view user, std::string_view password) {
  return R"({"auth":{"identity":{"methods":["password"],"password":{"user":{"name":")" + std::string{user} +
         R"(","password":")" + std::string{password} + R"(","domain":{"name":")" + std::string{account} + R"("}}}}}})";
}

}  // namespace

TEST_CASE(
    "the fake identity services: nobody gets in with another's account, name or password, or for an unknown one") {
  const auto log_in = [](auto... who) { return status_of(made(), http_method::post, tokens, password_of(who...)); };
  CHECK(log_in("example", "operator", "right") == 201);
  CHECK(log_in("another", "operator", "right") == 401);
  CHECK(log_in("example", "nobody", "right") == 401);
  CHECK(log_in("example", "operator", "wrong") == 401);
  const auto by_oidc = [](std::string_view provider, std::string_view token) {
    return status_of(made(), http_method::post, oidc, R"({"auth":{"id_token":{"id":")" + std::string{token} + R"("}}})",
                     {{"X-Idp-Id", provider}});
  };
  CHECK(by_oidc("provider", "id-token") == 201);
  CHECK(by_oidc("another", "id-token") == 401);
  CHECK(by_oidc("provider", "another") == 401);
}

TEST_CASE("the fake identity services: an agency needs a token that is good, and to exist; 0 issued") {
  auto service = made();
  service.tell([](const auto&, hwc::wall_time) {}, [](const hwc::access_key&) { return hwc::token_signer{"x"}; });
  const std::string_view bodies[] = {
      R"({"auth":{"identity":{"methods":["assume_role"],"assume_role":{"agency_name":"ops","domain_name":"d"}}}})",
      R"({"auth":{"identity":{"methods":["assume_role"],"assume_role":{"agency_name":"none","domain_name":"d"}}}})"};
  for (const auto where : {tokens, keys}) {
    CHECK(status_of(service, http_method::post, where, std::string{bodies[0]}) == 401);
    CHECK(status_of(service, http_method::post, where, std::string{bodies[0]}, {{"X-Auth-Token", "guessed"}}) == 401);
  }
  CHECK(service.issued() == 0);
  CHECK(status_of(service, http_method::post, tokens, password_of("example", "operator", "right")) == 201);
  for (const auto where : {tokens, keys}) {
    CHECK(status_of(service, http_method::post, where, std::string{bodies[1]}, {{"X-Auth-Token", "issued-token-1"}}) ==
          404);
  }
  CHECK(service.issued() == 1);
}

TEST_CASE("the fake identity services: what is no request of theirs, or says nothing, is refused") {
  auto service = made();
  const support::readable_signer signer{{"AK", "SK"}};
  service.accept(signer);
  for (const auto where : {tokens, oidc, keys}) {
    CHECK(status_of(service, http_method::post, where, "{") == 400);
  }
  for (const auto where : {tokens, keys}) {
    CHECK(status_of(service, http_method::post, where, R"({"auth":{"identity":{"methods":[]}}})") == 400);
  }
  const auto signed_post = [&](std::string_view where, std::string_view body) {
    hwc::http_request request{.method = http_method::post, .target = std::string{where}, .body = std::string{body}};
    request.origin.host = "sts.example";
    REQUIRE(signer.sign(request, now));
    return service(request, now).status;
  };
  for (const auto where : {agency, decoding}) {
    CHECK(signed_post(where, "{") == 400);
    CHECK(status_of(service, http_method::post, where, "{}") == 401);
  }
  CHECK(signed_post(agency, R"({"agency_urn":"none","agency_session_name":"s"})") == 404);
  CHECK(signed_post(decoding, R"({"encoded_message":"none"})") == 400);
  CHECK(status_of(service, http_method::get, "/v3/nothing", "") == 404);
  CHECK(service.issued() == 0);
}

TEST_CASE("the fake metadata service: its tokens last as long as is asked, and only the newest is good") {
  auto service = made();
  const std::string_view token_at = "/meta-data/latest/api/token", keys_at = "/openstack/latest/securitykey";
  CHECK(status_of(service, http_method::put, token_at, "") == 400);
  const hwc::http_headers lasting{{"X-Metadata-Token-Ttl-Seconds", "60"}};
  CHECK(status_of(service, http_method::put, token_at, "", lasting) == 200);
  CHECK(status_of(service, http_method::get, keys_at, "") == 401);
  CHECK(status_of(service, http_method::get, keys_at, "", {{"X-Metadata-Token", "metadata-token-1"}}) == 200);
  CHECK(status_of(service, http_method::put, token_at, "", lasting) == 200);
  CHECK(status_of(service, http_method::get, keys_at, "", {{"X-Metadata-Token", "metadata-token-1"}}) == 401);
}

TEST_CASE("the fake identity services: projects, all or by name, for who is let in") {
  auto service = made();
  service.accept(hwc::token_signer{"good"});
  const auto listed = [&](std::string_view target, std::string_view token) {
    hwc::http_request request{.method = http_method::get, .target = std::string{target}};
    request.headers.add("X-Auth-Token", token);
    return service(request, now);
  };
  CHECK(listed("/v3/projects", "bad").status == 401);
  const auto all = listed("/v3/projects", "good").body, one = listed("/v3/projects?name=cn%2Dnorth-4", "good").body;
  CHECK(all.find("p1") != std::string::npos);
  CHECK(all.find("p2") != std::string::npos);
  CHECK(one.find("p1") != std::string::npos);
  CHECK(one.find("p2") == std::string::npos);
}
