// SPDX-License-Identifier: BSL-1.0
#include <hwc/credentials/agency.hpp>
#include <hwc/credentials/oidc_token.hpp>
#include <hwc/credentials/password.hpp>
#include <hwc/credentials/sts_agency.hpp>
#include <hwc/credentials/temporary_keys.hpp>

#include <hwc/client.hpp>
#include <hwc/credentials/environment.hpp>
#include <hwc/credentials/fixed.hpp>
#include <hwc/fake/identity.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/signers/refreshing.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/fetched.hpp"
#include "support/readable_algorithm.hpp"
#include "support/temporary_file.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

using namespace std::chrono_literals;
using namespace hwc::credentials;
using hwc::access_key;
using hwc::secret;

namespace {

const hwc::endpoint iam{"https://iam.example", {}};
const hwc::endpoint sts{"https://sts.example", {}};
const fixed<secret> user_token{secret{"user-token"}};
const fixed<access_key> own_key{access_key{"AK", "own-secret", "own-security-token"}};

const password_login login{
    .user = "operator", .password = "s3cret \"quoted\"", .account = "example", .project_name = "cn-north-4"};

std::string line_of(const hwc::http_request& request) {
  return std::string{to_string(request.method)} + ' ' + request.origin.host + request.target;
}

hwc::http_response token_answer(std::string_view body) {
  hwc::http_response made{.status = 201, .body = std::string{body}};
  made.headers.add("X-Subject-Token", "the-token");
  return made;
}

constexpr std::string_view good_token =
    R"({"token":{"expires_at":"2025-03-15T09:26:53.000000Z","issued_at":"x","methods":["password"],"roles":[],)"
    R"("project":{"id":"p1","name":"cn-north-4","domain":{"id":"d","name":"example"}}}})";
constexpr std::string_view good_keys =
    R"({"credential":{"access":"TAK","secret":"TSK","securitytoken":"TST","expires_at":"2025-03-14T10:26:53.000000Z"}})";

// The request of a run that has one exchange, answered with this.
template <class T>
hwc::http_request request_of(const source<T>& from, hwc::http_response answer) {
  hwc::fake::transport over;
  over.expect({.response = std::move(answer)});
  CHECK(support::fetched<T>(from, over).has_value());
  CHECK(over.violations() == "");
  return over.requests().front();
}

template <class T>
std::string failure_of(const source<T>& from, hwc::http_response answer) {
  hwc::fake::transport over;
  over.expect({.response = std::move(answer)});
  const auto got = support::fetched<T>(from, over);
  CHECK(over.violations() == "");
  REQUIRE(!got.has_value());
  CHECK(got.error().kind == hwc::error_kind::credentials);
  return got.error().message;
}

}  // namespace

TEST_CASE("a token by password: the request to the byte; token, end and project from the answer") {
  hwc::fake::transport over;
  over.expect({.response = token_answer(good_token)});
  const auto got = support::fetched<secret>(password{iam, login}, over).value();
  CHECK(got.value.reveal() == "the-token");
  CHECK(got.expires_at == over.clock().now().wall + 24h);
  CHECK(got.project_id == "p1");
  const auto request = over.requests().at(0);
  CHECK(line_of(request) == "POST iam.example/v3/auth/tokens?nocatalog=true");
  CHECK(request.headers.find("Content-Type") == "application/json");
  CHECK(request.headers.size() == 1);
  CHECK(request.body == R"({"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"operator",)"
                        R"("password":"s3cret \"quoted\"","domain":{"name":"example"}}}},)"
                        R"("scope":{"project":{"name":"cn-north-4"}}}})");
  CHECK(over.violations().empty());
}

TEST_CASE("the project of a token: by id before name, and none without either") {
  auto who = login;
  who.project_id = "p1";
  CHECK(request_of<secret>(password{iam, who}, token_answer(good_token))
            .body.find(R"("scope":{"project":{"id":"p1"}})") != std::string::npos);
  who.project_id = who.project_name = "";
  CHECK(request_of<secret>(password{iam, who}, token_answer(good_token)).body.find("scope") == std::string::npos);
}

TEST_CASE("a token for an OIDC id token: the file is read for each run") {
  const support::temporary_file file{"  first\r\n"};
  const oidc_token from{iam, {.idp_id = "provider", .id_token_file = file.path(), .project_id = "p1"}};
  const auto request = request_of<secret>(from, token_answer(good_token));
  CHECK(line_of(request) == "POST iam.example/v3.0/OS-AUTH/id-token/tokens");
  CHECK(request.headers.find("X-Idp-Id") == "provider");
  CHECK(request.body == R"({"auth":{"id_token":{"id":"first"},"scope":{"project":{"id":"p1"}}}})");
  file.write("second");
  CHECK(request_of<secret>(from, token_answer(good_token)).body.find(R"("second")") != std::string::npos);
}

TEST_CASE("a token of an agency: with a user's token") {
  const agency_token from{iam, user_token, agency{.name = "ops", .account_name = "other"}, "p1"};
  const auto request = request_of<secret>(from, token_answer(good_token));
  CHECK(line_of(request) == "POST iam.example/v3/auth/tokens?nocatalog=true");
  CHECK(request.headers.find("X-Auth-Token") == "user-token");
  CHECK(request.body ==
        R"({"auth":{"identity":{"methods":["assume_role"],"assume_role":{"agency_name":"ops","domain_name":"other"}},)"
        R"("scope":{"project":{"id":"p1"}}}})");
}

TEST_CASE("temporary keys for a token: the request to the byte; keys and end from the answer") {
  const temporary_keys from{iam, user_token, 1h};
  hwc::fake::transport over;
  over.expect({.response = {.status = 201, .body = std::string{good_keys}}});
  const auto got = support::fetched<access_key>(from, over).value();
  CHECK(got.value.ak == "TAK");
  CHECK(got.value.sk.reveal() == "TSK");
  CHECK(got.value.security_token.reveal() == "TST");
  CHECK(got.expires_at == over.clock().now().wall + 1h);
  const auto request = over.requests().at(0);
  CHECK(line_of(request) == "POST iam.example/v3.0/OS-CREDENTIAL/securitytokens");
  CHECK(!request.headers.contains("X-Auth-Token"));
  CHECK(request.body ==
        R"({"auth":{"identity":{"methods":["token"],"token":{"id":"user-token","duration_seconds":3600}}}})");
  CHECK(over.violations().empty());
}

TEST_CASE("temporary keys of an agency, from IAM and from STS") {
  const agency other{.name = "ops", .account_id = "d2"};
  const auto request = request_of<access_key>(temporary_keys{iam, user_token, other, 15min},
                                              {.status = 201, .body = std::string{good_keys}});
  CHECK(request.headers.find("X-Auth-Token") == "user-token");
  CHECK(request.body == R"({"auth":{"identity":{"methods":["assume_role"],"assume_role":{"agency_name":"ops",)"
                        R"("domain_id":"d2","duration_seconds":900}}}})");

  const sts_agency<support::readable_algorithm> from{
      sts, own_key, {.agency_urn = "iam::d2:agency:ops", .session_name = "resend", .external_id = "xyz"}};
  const auto signed_request =
      request_of<access_key>(from, {.status = 200,
                                    .body = R"({"credentials":{"access_key_id":"TAK",)"
                                            R"("secret_access_key":"TSK","security_token":"TST",)"
                                            R"("expiration":"2025-03-14T10:26:53Z"}})"});
  CHECK(line_of(signed_request) == "POST sts.example/v5/agencies/assume");
  CHECK(signed_request.headers.find("X-Security-Token") == "own-security-token");
  CHECK(signed_request.headers.find("Authorization")->starts_with("READABLE Access=AK, SignedHeaders="));
  CHECK(signed_request.body == R"({"agency_urn":"iam::d2:agency:ops","agency_session_name":"resend",)"
                               R"("duration_seconds":3600,"external_id":"xyz"})");
}

TEST_CASE("a refusal: status, code, text, trace id and what to do; the secrets that it repeats are masked") {
  hwc::http_response refusal{
      .status = 401,
      .body =
          R"({"error":{"code":401,"message":"wrong password s3cret-password of operator","title":"Unauthorized"}})"};
  refusal.headers.add("X-IAM-Trace-Id", "trace-1");
  auto who = login;
  who.password = "s3cret-password";
  CHECK(failure_of<secret>(password{iam, who}, refusal) ==
        "the IAM token for a password: refused with 401 wrong password *** of operator (request trace-1). Check the "
        "credentials, and that they belong to the region that is called.");
  CHECK(failure_of<secret>(password{iam, who}, {.status = 401, .body = R"({"error_code":"IAM.0061"})"})
            .ends_with("The account is locked: wait until the lock ends, and do not try again before."));

  const hwc::http_response echo{.status = 400, .body = "bad user-token own-secret own-security-token"};
  CHECK(failure_of<access_key>(temporary_keys{iam, user_token}, echo).find("user-token") == std::string::npos);
  const sts_agency<support::readable_algorithm> from{sts, own_key, {.agency_urn = "u", .session_name = "s"}};
  const auto text = failure_of<access_key>(from, echo);
  CHECK(text.find("own-s") == std::string::npos);
  CHECK(text.find("bad user-token *** ***") != std::string::npos);
}

TEST_CASE("answers that are none: what lacks is named") {
  const password from{iam, login};
  CHECK(failure_of<secret>(from, {.status = 201, .body = std::string{good_token}})
            .find("lacks the header X-Subject-Token") != std::string::npos);
  CHECK(failure_of<secret>(from, token_answer(R"({"token":{}})")).find("lacks a time of expiry") != std::string::npos);
  CHECK(failure_of<secret>(from, token_answer("{")).find("cannot be read") != std::string::npos);
  CHECK(failure_of<secret>(from, token_answer("<html>")).find("a web page answered (status 201)") != std::string::npos);
  CHECK(failure_of<access_key>(temporary_keys{iam, user_token}, {.status = 201, .body = "[]"}).find("cannot be read") !=
        std::string::npos);
}

TEST_CASE("an answer that is cut off: said to be incomplete") {
  hwc::http_response cut{.status = 201, .body = R"({"credential":{"access")", .truncated = true};
  CHECK(failure_of<access_key>(temporary_keys{iam, user_token}, cut).find("is incomplete") != std::string::npos);
}

TEST_CASE("no answer: the service's address is named") {
  hwc::fake::transport over;
  over.expect({.failure = hwc::fake::connection_refused()});
  CHECK(support::fetched<secret>(password{iam, login}, over).error().message ==
        "the IAM token for a password: connection refused; check the network and the address https://iam.example");
  CHECK(over.violations().empty());
}

TEST_CASE("what cannot be asked: an error, and nothing is sent") {
  const auto lack = []<class T>(const source<T>& from) {
    hwc::fake::transport over;
    const auto got = support::fetched<T>(from, over);
    CHECK(over.requests().empty());
    return got ? std::string{} : got.error().message;
  };
  CHECK(lack.operator()<secret>(password{iam, {.user = "u", .account = "a"}}).find("password or account is empty") !=
        std::string::npos);
  CHECK(lack.operator()<secret>(password{hwc::endpoint{"http://iam.example", {}}, login}).find("plain http") !=
        std::string::npos);
  CHECK(lack.operator()<secret>(oidc_token{iam, {.idp_id = "p", .id_token_file = "/nowhere/token"}}) ==
        "the IAM token for an OIDC id token: the file '/nowhere/token' does not exist; write the id token there, or "
        "name another file");
  CHECK(lack.operator()<secret>(oidc_token{iam, {.idp_id = "p", .id_token_file = "/dev/null/token"}})
            .find("'/dev/null/token' does not exist") != std::string::npos);
  const support::temporary_file blank{" \n"};
  CHECK(lack.operator()<secret>(oidc_token{iam, {.idp_id = "", .id_token_file = blank.path()}})
            .find("provider is empty") != std::string::npos);
  CHECK(lack.operator()<secret>(oidc_token{iam, {.idp_id = "p", .id_token_file = blank.path()}}).find("is empty") !=
        std::string::npos);
  CHECK(lack.operator()<secret>(oidc_token{iam, {.idp_id = "a\nb", .id_token_file = blank.path()}}).find("line end") !=
        std::string::npos);
  CHECK(lack.operator()<secret>(oidc_token{iam, {.idp_id = "p", .id_token_file = "/"}}).find("'/' cannot be read") !=
        std::string::npos);
  CHECK(lack.operator()<secret>(agency_token{iam, user_token, agency{.name = "ops"}, "p"}).find("agency's name") !=
        std::string::npos);
  CHECK(lack.operator()<access_key>(sts_agency<support::readable_algorithm>{sts, own_key, {.agency_urn = "u"}})
            .find("session's name is empty") != std::string::npos);
  CHECK(lack.operator()<access_key>(sts_agency<support::readable_algorithm>{sts, own_key, {.session_name = "s"}})
            .find("agency's URN or") != std::string::npos);
  CHECK(lack.operator()<access_key>(sts_agency<support::readable_algorithm>{hwc::endpoint{"ftp://sts.example", {}},
                                                                            own_key,
                                                                            {.agency_urn = "u", .session_name = "s"}})
            .find("scheme must be https") != std::string::npos);
  const sts_agency<support::readable_algorithm> keyless{
      sts, fixed<access_key>{access_key{}}, {.agency_urn = "u", .session_name = "s"}};
  CHECK(lack.operator()<access_key>(keyless).find("AK) is empty") != std::string::npos);
}

TEST_CASE("why there is nothing: a password that was wrong is a refusal, and what a step before says is passed on") {
  const auto why = []<class T>(const source<T>& from, int status, std::string body) {
    hwc::fake::transport over;
    over.expect({.response = {.status = status, .body = std::move(body)}});
    auto is = lack::absent;
    CHECK(!support::fetched<T>(from, over, &is));
    CHECK(over.violations() == "");
    return is;
  };
  const password by_password{iam, login};
  const temporary_keys keys{iam, by_password};
  CHECK(why.operator()<secret>(by_password, 401, "") == lack::refused);
  CHECK(why.operator()<secret>(by_password, 400, R"({"error":{"code":"IAM.0062"}})") == lack::refused);
  CHECK(why.operator()<secret>(by_password, 503, "") == lack::failed);
  CHECK(why.operator()<secret>(by_password, 403, "") == lack::failed);
  CHECK(why.operator()<access_key>(keys, 401, "") == lack::refused);
  CHECK(why.operator()<access_key>(keys, 500, "") == lack::failed);
  CHECK(why.operator()<access_key>(temporary_keys{iam, user_token}, 401, "") == lack::failed);

  auto is = lack::failed;
  const support::environment nothing{{}};
  const sts_agency<support::readable_algorithm> by_environment{
      sts, environment{}, {.agency_urn = "u", .session_name = "s"}};
  CHECK(!support::fetched<access_key>(by_environment, {}, &is));
  CHECK(is == lack::absent);
}

TEST_CASE("what a step before lacked is the reason, after the name of what was wanted") {
  const temporary_keys from{iam, password{iam, {}}};
  CHECK(support::fetched<access_key>(from, {}).error().message ==
        "temporary keys for an IAM token: the IAM token for a password: user, password or account is empty; give all "
        "three");
}

TEST_CASE("no answer in a step before: that is the reason, and nothing further is asked") {
  hwc::fake::transport over;
  over.expect({.failure = hwc::fake::connection_lost()});
  const temporary_keys from{iam, password{iam, login}};
  CHECK(support::fetched<access_key>(from, over)
            .error()
            .message.find("temporary keys for an IAM token: the IAM token for a password: ") == 0);
  CHECK(over.requests().size() == 1);
  CHECK(over.violations().empty());
}

TEST_CASE("the fake identity services: each way once, each step with what the one before gave") {
  const support::temporary_file file{"id-token"};
  const hwc::fake::identity who{{.id = "d",
                                 .name = "example",
                                 .users = {{"operator", "right"}},
                                 .projects = {{"p1", "cn-north-4"}},
                                 .providers = {{"provider", "id-token"}},
                                 .agencies = {"ops", "iam::d:agency:ops"}}};
  hwc::fake::identity service = who;
  service.tell([](const auto&, hwc::wall_time) {}, [](const access_key& key) { return support::readable_signer{key}; });
  const hwc::fake::transport over{who};
  auto me = login;
  me.password = "right";
  const password by_password{iam, me};
  const oidc_token by_oidc{iam, {.idp_id = "provider", .id_token_file = file.path(), .project_name = "cn-north-4"}};
  const agency ops{.name = "ops", .account_name = "example"};

  CHECK(support::fetched<secret>(by_password, over)->project_id == "p1");
  CHECK(support::fetched<secret>(by_oidc, over)->project_id == "p1");
  CHECK(support::fetched<secret>(agency_token{iam, by_password, ops, "p1"}, over)->value.reveal() == "issued-token-4");
  const temporary_keys keys{iam, by_oidc};
  CHECK(support::fetched<access_key>(keys, over)->project_id == "p1");
  CHECK(support::fetched<access_key>(temporary_keys{iam, by_password, ops}, over)->project_id.empty());
  const sts_agency<support::readable_algorithm> session{
      sts, keys, {.agency_urn = "iam::d:agency:ops", .session_name = "resend"}};
  CHECK(support::fetched<access_key>(session, over)->value.ak == "ISSUEDKEY11");
  CHECK(service.issued() == 11);

  me.password = "wrong";
  CHECK(support::fetched<secret>(password{iam, me}, over).error().message.find("wrong") != std::string::npos);
  me.password = "right";
  me.project_name = "mars";
  CHECK(!support::fetched<secret>(password{iam, me}, over));
  CHECK(!support::fetched<access_key>(temporary_keys{iam, user_token}, over));
  CHECK(!support::fetched<secret>(agency_token{iam, by_password, agency{"none", "d", {}}, "p1"}, over));
  CHECK(!support::fetched<access_key>(
      sts_agency<support::readable_algorithm>{sts, own_key, {.agency_urn = "iam::d:agency:ops", .session_name = "s"}},
      over));
}

TEST_CASE("keys from STS with a clock that is off: learned from its refusal, and asked for once more") {
  hwc::fake::identity who{{.agencies = {"iam::d:agency:ops"}}};
  who.accept(support::readable_signer{{"AK", "own-secret", "own-security-token"}});
  hwc::fake::workspace service{{.id = "p", .users = {{.id = "u", .user_email = "u@example.com"}}}};
  who.tell([service](const auto& with, hwc::wall_time until) mutable { service.accept(with, until); },
           [](const access_key& key) { return support::readable_signer{key}; });
  hwc::fake::transport over{[=](const hwc::http_request& request, hwc::wall_time now) mutable {
    now += 3h;
    return who.serves(request) ? who(request, now) : service(request, now);
  }};
  const sts_agency<support::readable_algorithm> from{
      sts, own_key, {.agency_urn = "iam::d:agency:ops", .session_name = "resend"}};
  hwc::client client{hwc::endpoint{"https://a.example", "p"}, over,
                     hwc::refreshing_signer<support::readable_signer>{from}, hwc::return_result{}};
  const auto sent = client.send(hwc::workspace::resend_email{.user_id = "u"});
  CHECK_MESSAGE(sent.has_value(), to_string(sent.error()));
  CHECK(over.requests().size() == 3);
  CHECK(service.outbox().size() == 1);
}
