// SPDX-License-Identifier: BSL-1.0
#include <hwc/credentials/metadata.hpp>

#include <hwc/fake/identity.hpp>

#include "support/fetched.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using hwc::credentials::lack;
using hwc::credentials::metadata;

namespace {

const std::string token_line = "PUT /meta-data/latest/api/token";
const std::string key_line = "GET /openstack/latest/securitykey";
const std::string keys =
    R"({"credential":{"access":"AK","secret":"SK","securitytoken":"token","expires_at":"2025-03-15T03:50:07.574000Z"}})";

// One run over a script, which must be played to its end; the error's text or the key's id. `why` is why there is none.
std::string run(const std::vector<hwc::fake::exchange>& script, lack* why = nullptr) {
  hwc::fake::transport over;
  for (const auto& one : script) over.expect(one);
  const auto got = support::fetched<hwc::access_key>(metadata{}, over, why);
  CHECK(over.violations() == "");
  return got ? got->value.ak : got.error().message;
}

hwc::fake::exchange token(int status, std::string body = {}) {
  return {.request = token_line, .response = {.status = status, .body = std::move(body)}};
}
hwc::fake::exchange key(int status, std::string body = {}) {
  return {.request = key_line, .response = {.status = status, .body = std::move(body)}};
}

bool starts_and_has(const std::string& text, const std::string& part) {
  return text.starts_with("the metadata service") && text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("version 2: a token for six hours first, then the keys with it; plain http to the link-local address") {
  hwc::fake::transport over;
  over.expect(token(200, "abc\n"));
  over.expect(key(200, keys));
  const auto got = support::fetched<hwc::access_key>(metadata{}, over).value();
  CHECK(got.value.ak == "AK");
  CHECK(got.value.sk.reveal() == "SK");
  CHECK(got.value.security_token.reveal() == "token");
  CHECK(got.expires_at == std::chrono::sys_days{std::chrono::year{2025} / 3 / 15} + 3h + 50min + 7s + 574ms);
  CHECK(got.project_id.empty());
  const auto requests = over.requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].headers.find("X-Metadata-Token-Ttl-Seconds") == "21600");
  CHECK(requests[1].headers.find("X-Metadata-Token") == "abc");
  for (const auto& request : requests) {
    CHECK(request.origin == hwc::http_origin{.tls = false, .host = "169.254.169.254", .port = 80});
    CHECK(request.body.empty());
  }
  CHECK(over.violations().empty());
}

TEST_CASE("version 1, where tokens are not enforced: on without") {
  for (const int status : {404, 405, 503}) {
    hwc::fake::transport over;
    over.expect(token(status));
    over.expect(key(200, keys));
    CHECK(support::fetched<hwc::access_key>(metadata{}, over).has_value());
    CHECK(!over.requests()[1].headers.contains("X-Metadata-Token"));
    CHECK(over.violations().empty());
  }
}

TEST_CASE("a token that is refused: one new token and one repetition, then an error") {
  CHECK(run({token(200, "old"), key(401, "expired"), token(200, "new"), key(200, keys)}) == "AK");
  CHECK(starts_and_has(run({token(200, "old"), key(401, "expired"), token(200, "new"), key(401, "expired")}),
                       "refused with 401 expired"));
  CHECK(starts_and_has(run({token(200, "old"), key(401, "expired"), token(404)}), "refused with 404"));
}

TEST_CASE("what can be wrong: the error names the service, the fault and the remedy") {
  CHECK(starts_and_has(run({token(200, "t"), key(401, "Please configure Cloud Service Agency first")}),
                       "this server has no agency; give it one"));
  CHECK(starts_and_has(run({token(200, "<html>Sign in</html>")}), "a web page answered"));
  CHECK(starts_and_has(run({token(404), key(200, "<!doctype html><html>Sign in</html>")}), "a web page answered"));
  CHECK(starts_and_has(run({token(403, "no")}), "refused with 403 no"));
  CHECK(starts_and_has(run({token(200, "")}), "its token is empty"));
  CHECK(starts_and_has(run({token(200, "a\r\nb")}), "no single line"));
  CHECK(starts_and_has(run({token(404), key(404)}), "refused with 404"));
  CHECK(starts_and_has(run({token(404), key(200, "")}), "cannot be read"));
  CHECK(starts_and_has(run({token(404), key(200, "{}")}), "credential: the field is missing"));
  CHECK(starts_and_has(run({token(404), key(200, R"({"credential":{"access":"","secret":"s","securitytoken":"t",)"
                                                 R"("expires_at":"2025-03-15T03:50:07Z"}})")}),
                       "lacks the keys"));
  CHECK(starts_and_has(run({token(404), key(200, R"({"credential":{"access":"a","secret":"s","securitytoken":"t",)"
                                                 R"("expires_at":"tomorrow"}})")}),
                       "lacks a time of expiry"));
  CHECK(starts_and_has(run({{.request = token_line, .failure = hwc::fake::connection_refused()}}),
                       "connection refused; only cloud servers have this service"));
  CHECK(starts_and_has(
      metadata{hwc::endpoint{"http://203.0.113.1", {}}}.begin()->start({}) == hwc::errand_action::finished
          ? support::fetched<hwc::access_key>(metadata{hwc::endpoint{"http://203.0.113.1", {}}}, {}).error().message
          : "",
      "plain http"));
}

TEST_CASE("for a chain it is absent where this is no cloud server, or one without an agency; else it failed") {
  const auto why = [](const std::vector<hwc::fake::exchange>& script) {
    auto is = lack::refused;
    run(script, &is);
    return is;
  };
  const hwc::fake::exchange refused{.failure = hwc::fake::connection_refused()};
  const hwc::fake::exchange late{.response = {.status = 200}, .delay = 1h};
  const std::string page = "<html>Sign in</html>";
  CHECK(why({refused}) == lack::absent);
  CHECK(why({late}) == lack::absent);
  CHECK(why({token(200, page)}) == lack::absent);
  CHECK(why({token(403, page)}) == lack::absent);
  CHECK(why({token(404, page), key(404, page)}) == lack::absent);
  CHECK(why({token(200, "t"), key(401, "Please configure Cloud Service Agency first")}) == lack::absent);

  CHECK(why({token(403, "no")}) == lack::failed);
  CHECK(why({token(500, page)}) == lack::failed);
  CHECK(why({token(200, "")}) == lack::failed);
  CHECK(why({token(404), key(404)}) == lack::failed);
  CHECK(why({token(404), key(200, "{}")}) == lack::failed);
  CHECK(why({token(200, "t"), key(500)}) == lack::failed);
  CHECK(why({token(200, "t"), key(200, page)}) == lack::failed);
  CHECK(why({token(200, "t"), refused}) == lack::failed);
  CHECK(why({token(200, "t"), late}) == lack::failed);
}

TEST_CASE("a success that is not the expected one: its body, which may be the token, is not quoted") {
  CHECK(run({token(201, "canary")}) ==
        "the metadata service, asked for a token: answered with 201, which is not expected there; check that the "
        "address is the service's own");
}

TEST_CASE("an answer that does not come: given up after 3 s") {
  hwc::fake::transport over;
  over.expect({.request = token_line, .response = {.status = 200, .body = "t"}, .delay = 1h});
  const auto begun = over.clock().now().steady;
  CHECK(starts_and_has(support::fetched<hwc::access_key>(metadata{}, over).error().message, "the deadline passed"));
  CHECK(over.clock().now().steady - begun == 3s);
  CHECK(over.violations().empty());
}

TEST_CASE("the fake service: both versions, and a server without an agency") {
  for (const bool tokens : {true, false}) {
    hwc::fake::transport over{hwc::fake::identity{{.server_has_tokens = tokens}}};
    CHECK(support::fetched<hwc::access_key>(metadata{}, over)->value.ak == "ISSUEDKEY1");
    CHECK(support::fetched<hwc::access_key>(metadata{}, over)->value.ak == "ISSUEDKEY2");
  }
  CHECK(starts_and_has(support::fetched<hwc::access_key>(
                           metadata{}, hwc::fake::transport{hwc::fake::identity{{.server_has_agency = false}}})
                           .error()
                           .message,
                       "no agency"));
}
