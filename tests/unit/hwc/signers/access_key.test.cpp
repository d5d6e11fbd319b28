// SPDX-License-Identifier: BSL-1.0
#include <hwc/signers/access_key.hpp>

#include "support/readable_algorithm.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace {

using signer = support::readable_signer;

const hwc::wall_time now = hwc::parse_sdk_date("20250314T092653Z").value();

std::string hash_of(std::string_view text) {
  std::string hash;
  support::readable_algorithm::digest digest;
  digest.update(text);
  CHECK(digest.finish(hash));
  return hash;
}

hwc::http_request sample() {
  hwc::http_request request{.method = hwc::http_method::post, .target = "/a", .body = "{}", .project_id = "project"};
  request.origin = {.tls = true, .host = "a.example", .port = 8443};
  request.headers.add("Content-Type", "application/json");
  return request;
}

}  // namespace

TEST_CASE("signing: adds date, host, project and Authorization, and leaves the rest as it was") {
  auto request = sample();
  CHECK(signer{{"AK", "SK"}}.sign(request, now));
  CHECK(request.target == "/a");
  CHECK(request.body == "{}");
  CHECK(request.headers.size() == 5);
  CHECK(request.headers.find("X-Sdk-Date") == "20250314T092653Z");
  CHECK(request.headers.find("Host") == "a.example:8443");
  CHECK(request.headers.find("X-Project-Id") == "project");
  const std::string canonical =
      std::string{
          "POST\n/a/\n\ncontent-type:application/json\nhost:a.example:8443\nx-project-id:project\n"
          "x-sdk-date:20250314T092653Z\n\ncontent-type;host;x-project-id;x-sdk-date\n"} +
      hash_of("{}");
  CHECK(request.headers.find("Authorization") ==
        "READABLE Access=AK, SignedHeaders=content-type;host;x-project-id;x-sdk-date, "
        "Signature=SKREADABLE|20250314T092653Z|" +
            hash_of(canonical));
}

TEST_CASE("signing a request without project, with a temporary key: no X-Project-Id, but X-Security-Token") {
  auto request = sample();
  request.project_id.clear();
  CHECK(signer{{"AK", "SK", "token"}}.sign(request, now));
  CHECK_FALSE(request.headers.contains("X-Project-Id"));
  CHECK(request.headers.find("X-Security-Token") == "token");
  CHECK(request.headers.find("Authorization")->find(";x-security-token") != std::string_view::npos);
}

TEST_CASE("headers that the caller gave: kept") {
  auto request = sample();
  request.headers.add("host", "b.example");
  request.headers.add("x-sdk-date", "20200101T000000Z");
  CHECK(signer{{"AK", "SK"}}.sign(request, now));
  CHECK(request.headers.find("Host") == "b.example");
  CHECK(request.headers.find("Authorization")->find("|20200101T000000Z|") != std::string_view::npos);
}

TEST_CASE("a signer that has signed other requests signs as a new one") {
  const signer used{{"AK", "SK", "token"}};
  const auto both = [&](const hwc::http_request& request, hwc::wall_time at) {
    auto first = request, second = request;
    const auto done = used.sign(first, at);
    CHECK(done.has_value() == signer{{"AK", "SK", "token"}}.sign(second, at).has_value());
    CHECK(first.headers == second.headers);
  };
  using namespace std::chrono_literals;
  using change = void (*)(hwc::http_request&);
  constexpr change changes[] = {
      [](hwc::http_request&) {},
      [](hwc::http_request& r) { r.target = "/b?c=d"; },
      [](hwc::http_request& r) { r.method = hwc::http_method::put; },
      [](hwc::http_request& r) { r.body = "{\"a\":1}"; },
      [](hwc::http_request& r) { r.body.clear(); },
      [](hwc::http_request& r) { r.project_id = "other"; },
      [](hwc::http_request& r) { r.origin.host = "b.example"; },
      [](hwc::http_request& r) { r.origin.port = 443; },
      [](hwc::http_request& r) { r.headers.set("Content-Type", "text/plain"); },
      [](hwc::http_request& r) { r.headers.add("X-More", "1"); },
      [](hwc::http_request& r) { r.headers.add("X-More", "2"); },
      [](hwc::http_request& r) { r.headers.add("X-Sdk-Date", "20200101T000000Z"); },
      [](hwc::http_request& r) { r.headers.add("X-Sdk-Date", "yesterday"); },
      [](hwc::http_request& r) { r.headers.add("x-more", "1"), r.headers.add("X-More", "1"); },
      [](hwc::http_request& r) { r.headers.add("Authorization", "mine"); },
  };
  for (const auto& before : changes) {
    for (const auto& after : changes) {
      auto one = sample(), other = sample();
      before(one);
      after(other);
      both(one, now);
      both(other, now + 900ms);
      both(other, now + 1s);
      both(one, now + 1s);
    }
  }
}

TEST_CASE("a request that has an Authorization: not signed") {
  auto request = sample();
  request.headers.add("authorization", "mine");
  CHECK(signer{{"AK", "SK"}}.sign(request, now));
  CHECK(request.headers.size() == 2);
}

TEST_CASE("a body that is no JSON: a content header says that it is not signed") {
  auto request = sample();
  request.headers.set("Content-Type", "text/plain");
  CHECK(signer{{"AK", "SK"}}.sign(request, now));
  CHECK(request.headers.find("X-Readable") == "UNSIGNED-PAYLOAD");
  for (const auto* type : {"application/json;charset=utf-8", "application/bson"}) {
    request = sample();
    request.headers.set("Content-Type", type);
    CHECK(signer{{"AK", "SK"}}.sign(request, now));
    CHECK_FALSE(request.headers.contains("X-Readable"));
  }
}

TEST_CASE("an empty AK or SK: refused before anything is computed") {
  for (const auto& key : {hwc::access_key{"", "SK"}, hwc::access_key{"AK", ""}}) {
    auto request = sample();
    const auto done = signer{key}.sign(request, now);
    REQUIRE_FALSE(done);
    CHECK(done.error().kind == hwc::error_kind::credentials);
    CHECK(request.headers.size() == 1);
  }
}

TEST_CASE("what cannot be signed: an error, and no Authorization") {
  const auto fails_with = [](hwc::http_request request, hwc::wall_time at) {
    const auto done = signer{{"AK", "SK"}}.sign(request, at);
    CHECK_FALSE(request.headers.contains("Authorization"));
    REQUIRE_FALSE(done);
    return done.error().kind;
  };
  auto request = sample();
  request.headers.add("X-Sdk-Date", "yesterday");
  CHECK(fails_with(request, now) == hwc::error_kind::invalid_argument);
  request = sample();
  request.headers.add("content-type", "application/json");
  CHECK(fails_with(request, now) == hwc::error_kind::invalid_argument);
  CHECK(fails_with(sample(), hwc::parse_sdk_date("20380119T000000Z").value()) == hwc::error_kind::credentials);
}

TEST_CASE("the steps of signing: what cannot be signed is an error in each") {
  auto request = sample();
  CHECK_FALSE(signer{{"", "SK"}}.prepare(request, now));
  CHECK(request.headers.size() == 1);
  request.headers.add("content-type", "application/json");
  const signer usual{{"AK", "SK"}};
  const auto canonical = usual.canonical_request(request);
  REQUIRE_FALSE(canonical);
  CHECK(canonical.error().kind == hwc::error_kind::invalid_argument);
  const auto to_sign = usual.string_to_sign(request);
  REQUIRE_FALSE(to_sign);
  CHECK(to_sign.error().kind == hwc::error_kind::invalid_argument);
}

TEST_CASE("headers longer than the digest's block: hashed as a whole") {
  const auto hashed_size = [](std::size_t size) {
    auto request = sample();
    request.headers.add("X-Long", std::string(size, 'x'));
    CHECK(signer{{"AK", "SK"}}.sign(request, now));
    const auto authorization = *request.headers.find("Authorization");
    return std::stoul(std::string{authorization.substr(authorization.rfind('|') + 1)});
  };
  for (std::size_t size = 200; size != 1200; ++size) CHECK(hashed_size(size) == hashed_size(0) + size);
}
