// SPDX-License-Identifier: BSL-1.0
#include <hwc/openssl/v11_hmac_sha256.hpp>

#include <hwc/client.hpp>
#include <hwc/credentials/fixed.hpp>
#include <hwc/fake/authenticator.hpp>
#include <hwc/fake/identity.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/find_project.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/signers/refreshing.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/signature_checks.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using algorithm = hwc::openssl::v11_hmac_sha256;
using scoped_signer = hwc::access_key_signer<algorithm>;

TEST_CASE("every V11-HMAC-SHA256 vector: both texts and Authorization are the vendor's") {
  CHECK(support::check_vectors<algorithm>() == 6);
}

TEST_CASE("the Go SDK's own vectors for V11") {
  CHECK(support::check_go_vectors<algorithm>([](const auto& vector, const std::string& text) {
          const algorithm::signing_key key{hwc::access_key{vector.ak, vector.sk}, {*vector.region, *vector.service}};
          std::string signature;
          CHECK(key.sign(text, key.scope(vector.x_sdk_date).value(), signature));
          return signature;
        }) == 2);
}

TEST_CASE("no region or no service: credentials, and the message says what to give") {
  for (const auto& [scope, says] : {std::pair<hwc::credential_scope, std::string>{{"", "demo"}, "region"},
                                    std::pair<hwc::credential_scope, std::string>{{"cn-north-4", ""}, "service"}}) {
    hwc::http_request request{.origin = {.host = "workspace.example"}, .target = "/"};
    const auto done = scoped_signer{{"ak", "sk"}, scope}.sign(request, hwc::wall_time{});
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().kind == hwc::error_kind::credentials);
    CHECK(done.error().message.find(says) != std::string::npos);
    CHECK_FALSE(request.headers.contains("Authorization"));
  }
}

TEST_CASE("the fake's gateway lets through what the same key signed for the same scope, and nothing else") {
  const auto now = hwc::wall_time{} + std::chrono::hours{24};
  hwc::fake::authenticator gateway;
  gateway.accept(scoped_signer{{"a/k", "sk"}, {"cn-north-4", "demo"}});
  const auto refusal = [&](const scoped_signer& with) {
    hwc::http_request request{.origin = {.host = "workspace.example"}, .target = "/v2/p/users"};
    CHECK(with.sign(request, now).has_value());
    return gateway.refusal(request, now).value_or("");
  };
  CHECK(refusal(scoped_signer{{"a/k", "sk"}, {"cn-north-4", "demo"}}) == "");
  CHECK(refusal(scoped_signer{{"a/k", "other"}, {"cn-north-4", "demo"}}).find("canonicalRequest:GET|/v2/p/users/|") !=
        std::string::npos);
  CHECK(refusal(scoped_signer{{"a/k", "sk"}, {"cn-north-1", "demo"}}).find("verify aksk") != std::string::npos);
  CHECK(refusal(scoped_signer{{"b/k", "sk"}, {"cn-north-4", "demo"}}) == "ak b/k not exist");
}

TEST_CASE(
    "a project that is looked up: IAM, which knows no scopes, gets an SDK-HMAC-SHA256 signature; also when refreshed") {
  const hwc::access_key key{"AK", "sk"};
  const auto bound = [](const hwc::access_key& with) { return scoped_signer{with, {"cn-north-4", "workspace"}}; };
  hwc::fake::identity who{{.projects = {{"p1", "cn-north-4"}}}};
  who.accept(hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256>{key});
  hwc::fake::workspace service{{.id = "p1", .users = {{.id = "u", .user_email = "u@example.com"}}}, bound(key)};
  const auto send = [&](const auto& with) {
    hwc::fake::transport transport{[=](const hwc::http_request& request, hwc::wall_time now) mutable {
      return who.serves(request) ? who(request, now) : service(request, now);
    }};
    const hwc::endpoint where{"https://a.example", hwc::find_project("cn-north-4", "https://iam.example")};
    hwc::client client{where, transport, with, hwc::return_result{}};
    return client.send(hwc::workspace::resend_email{.user_id = "u"}).has_value();
  };
  CHECK(send(bound(key)));
  CHECK(send(hwc::refreshing_signer<scoped_signer>{hwc::credentials::fixed<hwc::access_key>{key}, {}, bound}));
  CHECK(service.outbox().size() == 2);
}

TEST_CASE("one key on many threads over a change of day: each signature is that of its day") {
  const algorithm::signing_key key{hwc::access_key{"ak", "sk"}, {"region", "service"}};
  const auto sign = [&](const std::string& date) {
    std::string signature;
    CHECK(key.sign("text", key.scope(date).value(), signature));
    return signature;
  };
  const std::string days[] = {"20250314T235959Z", "20250315T000000Z"};
  const std::string expected[] = {sign(days[0]), sign(days[1])};
  CHECK(expected[0] != expected[1]);
  std::vector<int> wrong(4);
  std::vector<std::jthread> threads;
  for (auto& count : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i != 100; ++i) {
        std::string signature;
        if (!key.sign("text", key.scope(days[i % 2]).value(), signature) || signature != expected[i % 2]) ++count;
      }
    });
  }
  threads.clear();
  CHECK(wrong == std::vector<int>(4));
}
