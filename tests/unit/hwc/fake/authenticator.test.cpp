// SPDX-License-Identifier: BSL-1.0
#include <hwc/fake/authenticator.hpp>

#include <hwc/signers/token.hpp>

#include "support/readable_algorithm.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace std::chrono_literals;
using support::readable_signer;

namespace {

const hwc::wall_time now = hwc::parse_sdk_date("20250314T092653Z").value();

hwc::http_request unsigned_request() {
  hwc::http_request request{.method = hwc::http_method::post, .target = "/a?b=1", .body = "{}", .project_id = "p"};
  request.origin.host = "workspace.example";
  request.headers.add("Content-Type", "application/json");
  return request;
}

template <class Signer>
hwc::http_request signed_by(const Signer& signer, hwc::wall_time at = now) {
  auto request = unsigned_request();
  const auto done = hwc::detail::sign(signer, request, at);
  REQUIRE(done);
  request.headers.add("User-Agent", "added after signing");
  return request;
}

std::string refusal(hwc::fake::authenticator gateway, const hwc::http_request& request) {
  return gateway.refusal(request, now).value_or("");
}

hwc::fake::authenticator accepting_keys() {
  hwc::fake::authenticator gateway;
  gateway.accept(readable_signer{{"AK1", "SK1"}});
  gateway.accept(readable_signer{{"AK2", "SK2", "session"}});
  gateway.accept(hwc::token_signer{"good-token"});
  return gateway;
}

}  // namespace

TEST_CASE("what an accepted signer signed: let through") {
  CHECK(refusal(accepting_keys(), signed_by(readable_signer{{"AK1", "SK1"}})) == "");
  CHECK(refusal(accepting_keys(), signed_by(readable_signer{{"AK2", "SK2", "session"}})) == "");
  CHECK(refusal(accepting_keys(), signed_by(hwc::token_signer{"good-token"})) == "");
}

TEST_CASE("wrong credentials: refused in the gateway's words") {
  const auto text = [](const auto& signer) { return refusal(accepting_keys(), signed_by(signer)); };
  CHECK(text(readable_signer{{"AK9", "SK1"}}) == "ak AK9 not exist");
  CHECK(
      text(readable_signer{{"AK1", "SK9"}}).starts_with("verify aksk signature fail, canonicalRequest:POST|/a/|b=1|"));
  CHECK(text(readable_signer{{"AK2", "SK2"}}).starts_with("verify aksk signature fail"));
  CHECK(text(readable_signer{{"AK2", "SK2", "other session"}}).starts_with("verify aksk signature fail"));
  CHECK(text(hwc::token_signer{"bad-token"}) == "decrypt token fail");
  CHECK(refusal(accepting_keys(), unsigned_request()) == "no token or signature was found in the request");
}

TEST_CASE("a request that was changed after signing: refused") {
  const readable_signer signer{{"AK1", "SK1"}};
  const auto refused_after = [&](auto change) {
    auto request = signed_by(signer);
    change(request);
    return refusal(accepting_keys(), request).starts_with("verify aksk signature fail");
  };
  CHECK(refused_after([](auto& r) { r.method = hwc::http_method::put; }));
  CHECK(refused_after([](auto& r) { r.target = "/c?b=1"; }));
  CHECK(refused_after([](auto& r) { r.target = "/a?b=2"; }));
  CHECK(refused_after([](auto& r) { r.body = "{ }"; }));
  CHECK(refused_after([](auto& r) { r.headers.set("Host", "other.example"); }));
  CHECK(refused_after([](auto& r) { r.headers.set("X-Project-Id", "q"); }));
  CHECK_FALSE(refused_after([](auto& r) { r.headers.set("User-Agent", "changed by a proxy"); }));
}

TEST_CASE("a clock that is off: refused with both times beyond 15 minutes, let through within") {
  const readable_signer signer{{"AK1", "SK1"}};
  CHECK(refusal(accepting_keys(), signed_by(signer, now - 15min)) == "");
  CHECK(refusal(accepting_keys(), signed_by(signer, now + 15min)) == "");
  CHECK(refusal(accepting_keys(), signed_by(signer, now - 15min - 1s)) ==
        "signature expired, signature time:20250314T091152Z,server time:20250314T092653Z");
  CHECK(refusal(accepting_keys(), signed_by(signer, now + 15min + 1s)).starts_with("signature expired"));
}

TEST_CASE("credentials that expire: good until then, and not any more") {
  hwc::fake::authenticator gateway;
  gateway.accept(readable_signer{{"AK1", "SK1"}}, now + 1h);
  gateway.accept(hwc::token_signer{"good-token"}, now + 1h);
  const auto refused = [&](const auto& signer, hwc::wall_time at) {
    hwc::http_request request{.origin = {.host = "a.example"}, .target = "/"};
    CHECK(hwc::detail::sign(signer, request, at).has_value());
    return gateway.refusal(request, at).value_or("");
  };
  CHECK(refused(readable_signer{{"AK1", "SK1"}}, now + 1h - 1s) == "");
  CHECK(refused(readable_signer{{"AK1", "SK1"}}, now + 1h) == "the temporary credentials of ak AK1 have expired");
  CHECK(refused(hwc::token_signer{"good-token"}, now + 1h - 1s) == "");
  CHECK(refused(hwc::token_signer{"good-token"}, now + 1h) == "decrypt token fail");
}

TEST_CASE("a malformed signature: refused, whatever it looks like") {
  for (const auto* authorization :
       {"", "READABLE", "READABLE Access=AK1", "Bearer x", "READABLE Access=AK1, SignedHeaders=, Signature=",
        "READABLE Access=AK1, SignedHeaders=host;x-sdk-date, Signature="}) {
    auto request = signed_by(readable_signer{{"AK1", "SK1"}});
    request.headers.set("Authorization", authorization);
    CHECK(refusal(accepting_keys(), request) != "");
  }
  auto request = signed_by(readable_signer{{"AK1", "SK1"}});
  request.headers.set("X-Sdk-Date", "today");
  CHECK(refusal(accepting_keys(), request) == "X-Sdk-Date is missing or malformed");
}
