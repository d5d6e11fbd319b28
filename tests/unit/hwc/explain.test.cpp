// SPDX-License-Identifier: BSL-1.0
#include <hwc/explain.hpp>

#include <hwc/client.hpp>
#include <hwc/fake/identity.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/sts/regions.hpp>

#include "support/readable_algorithm.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

const std::string reason = R"({"context":{"failure":"not this"},"failure":"implicit deny by identity-based policy"})";

hwc::error denied(std::string encoded) {
  return {.kind = hwc::error_kind::forbidden, .status = 403, .encoded_authorization_message = std::move(encoded)};
}

}  // namespace

TEST_CASE("the reason of a denial, whole and in a word; the request to the byte") {
  const support::readable_signer signer{{"AK", "secret", {}}};
  hwc::fake::identity who{{.denials = {{"c1phertext", reason}}}};
  who.accept(signer);
  hwc::fake::transport transport{who};
  hwc::client sts{hwc::sts::at("ap-southeast-3"), transport, signer, hwc::return_result{}};
  const auto why = hwc::explain(sts, denied("c1phertext")).value();
  CHECK(why.text == reason);
  CHECK(why.failure == "implicit deny by identity-based policy");
  const auto request = transport.requests().at(0);
  CHECK(request.origin.host == "sts.ap-southeast-3.myhuaweicloud.com");
  CHECK(request.target == "/v5/decode-authorization-message");
  CHECK(request.body == R"({"encoded_message":"c1phertext"})");

  CHECK(hwc::explain(sts, denied("other")).error().code == "STS5.1001");

#ifndef HWC_NO_EXCEPTIONS
  // With a policy that throws, the errors of the call are thrown.
  hwc::client throwing{hwc::sts::at("ap-southeast-3"), transport, signer};
  CHECK(hwc::explain(throwing, denied("c1phertext"))->text == reason);
  CHECK_THROWS_AS(static_cast<void>(hwc::explain(throwing, denied("other"))), hwc::exception);
#endif

  // A token is not what STS takes.
  hwc::client by_token{hwc::sts::at("ap-southeast-3"), transport, hwc::token_signer{"token"}, hwc::return_result{}};
  CHECK(hwc::explain(by_token, denied("c1phertext")).error().kind == hwc::error_kind::unauthorized);
}

TEST_CASE("an error without such a message: invalid_argument, and nothing is sent") {
  hwc::fake::transport transport;
  hwc::client sts{hwc::sts::at("ap-southeast-3"), transport, hwc::token_signer{"token"}, hwc::return_result{}};
  CHECK(hwc::explain(sts, denied("")).error().kind == hwc::error_kind::invalid_argument);
  CHECK(transport.requests().empty());
}

TEST_CASE("decoding changes nothing, so it is repeated after a failure") {
  hwc::fake::transport transport;
  transport.expect({.failure = hwc::fake::connection_lost()});
  transport.expect({.response = {.status = 200, .body = R"({"decoded_message":"no JSON"})"}});
  hwc::client sts{hwc::sts::at("ap-southeast-3"), transport, hwc::token_signer{"token"}, hwc::return_result{}};
  const auto why = hwc::explain(sts, denied("x")).value();
  CHECK(why.text == "no JSON");
  CHECK(why.failure.empty());
  CHECK(transport.violations() == "");
}

TEST_CASE("the failure in a decoded message: only a string at the top") {
  using hwc::detail::failure_in;
  CHECK(failure_in(R"({"failure":"x"})") == "x");
  CHECK(failure_in(R"({"failure":1})").empty());
  CHECK(failure_in(R"({"failure":{"failure":"x"}})").empty());
  CHECK(failure_in(R"(["failure"])").empty());
  CHECK(failure_in(R"({"failure":"x")").empty());
  CHECK(failure_in("").empty());
}

TEST_CASE("a region without STS: the error names another way") {
  CHECK(hwc::sts::at("cn-east-5").problem().find("another region") != std::string::npos);
}

TEST_CASE("the reason in a word: only where the text is an object that says so") {
  using hwc::detail::failure_in;
  CHECK(failure_in(R"({"failure":"a"})") == "a");
  CHECK(failure_in(R"({"failure":"a","failure":"b"})") == "b");
  for (const auto* const text : {"", "{", "[]", "\"failure\"", "{}", R"({"failure":1})", R"({"failure":null})",
                                 R"({"failure":{"failure":"a"}})", R"({"failure":"\q"})", R"({"failure":"a"])"}) {
    CAPTURE(text);
    CHECK(failure_in(text).empty());
  }
}
