// SPDX-License-Identifier: BSL-1.0
#include "conformance/wiring.hpp"

#include <hwc/client.hpp>
#include <hwc/credentials/agency.hpp>
#include <hwc/credentials/chain.hpp>
#include <hwc/credentials/environment.hpp>
#include <hwc/credentials/fixed.hpp>
#include <hwc/credentials/metadata.hpp>
#include <hwc/credentials/oidc_token.hpp>
#include <hwc/credentials/password.hpp>
#include <hwc/credentials/sts_agency.hpp>
#include <hwc/credentials/temporary_keys.hpp>
#include <hwc/explain.hpp>
#include <hwc/fake/identity.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/find_project.hpp>
#include <hwc/ini/profile.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/signers/refreshing.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/transports/any.hpp>
#include <hwc/transports/logged.hpp>
#include <hwc/transports/recorded.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/fetched.hpp"
#include "support/temporary_file.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

// From where credentials come to the email, over every transport: the exchanges that fetch them are the call's.

using namespace std::chrono_literals;
using namespace hwc::credentials;
using hwc::access_key;
using hwc::secret;
using hwc::workspace::resend_email;

namespace {

// A transport behind one type, so that the compiler makes each client once and not for every transport.
class shared_transport {
 public:
  [[maybe_unused]] static constexpr bool thread_safe = true;
  template <class Transport>
  requires(!std::same_as<Transport, shared_transport>) explicit shared_transport(Transport inner)
      : inner_{std::make_shared<hwc::any_transport>(std::move(inner))} {}
  hwc::exchange_result send(const hwc::http_request& request, hwc::http_response& response,
                            const hwc::exchange_options& options) {
    return inner_->send(request, response, options);
  }

 private:
  std::shared_ptr<hwc::any_transport> inner_;
};

template <class Wiring>
struct erased : Wiring {
  using Wiring::Wiring;
  shared_transport transport{Wiring::transport};
};

using curl_plain = erased<conformance::curl_plain>;
using curl_tls = erased<conformance::curl_tls>;
using beast_plain = erased<conformance::beast_plain>;
using beast_tls = erased<conformance::beast_tls>;

}  // namespace

#define HWC_WIRINGS \
  conformance::in_memory, curl_plain, curl_tls, beast_plain, beast_tls, conformance::async_plain, conformance::async_tls

namespace {

using algorithm = hwc::openssl::sdk_hmac_sha256;
using key_signer = hwc::access_key_signer<algorithm>;
using refreshing_keys = hwc::refreshing_signer<key_signer>;
using refreshing_token = hwc::refreshing_signer<hwc::token_signer>;

// Every secret that goes in begins with this, and is nowhere in what comes out.
const std::string canary = "c4nary-";

// IAM, STS, a metadata service and Workspace at one address; what the first three issue is good at the last.
struct cloud {
  cloud() {
    who.tell([service = service](const auto& signer, hwc::wall_time until) mutable { service.accept(signer, until); },
             [](const access_key& key) { return key_signer{key}; });
    const key_signer own{own_key};
    who.accept(own);
    service.accept(own);
  }
  hwc::http_response operator()(const hwc::http_request& request, hwc::wall_time now) {
    return who.serves(request) ? who(request, now) : service(request, now);
  }

  access_key own_key{"OWNKEY", canary + "own-secret", {}};
  hwc::fake::identity who{{.id = "d",
                           .name = "example",
                           .users = {{"operator", canary + "password"}},
                           .projects = {{"project", "cn-north-4"}},
                           .providers = {{"provider", canary + "id-token"}},
                           .agencies = {"ops", "iam::d:agency:ops"},
                           .denials = {{"ciphertext", R"({"failure":"implicit deny"})"}}}};
  hwc::fake::workspace service{{.id = "project", .users = {{.id = "user", .user_email = "user@workspace.example"}}}};
};

// IAM behind the same address as the rest, and an endpoint whose project is to be found there.
template <class Wiring>
hwc::endpoint identity_of(const Wiring& wiring) {
  const auto where = wiring.endpoint().origin();
  std::string url{where.tls ? "https://" : "http://"};
  append_authority(url, where);
  return hwc::endpoint{url, {}};
}
template <class Wiring>
hwc::endpoint project_to_find(const Wiring& wiring, std::string_view name = "cn-north-4") {
  const auto where = wiring.endpoint().origin();
  std::string url{where.tls ? "https://" : "http://"};
  append_authority(url, where);
  return hwc::endpoint{url, hwc::find_project(name, url)};
}

const password_login login{
    .user = "operator", .password = canary + "password", .account = "example", .project_name = "cn-north-4"};

}  // namespace

TEST_CASE_TEMPLATE("neither environment nor profile: the server's keys, then the project, then the email; 4 requests",
                   Wiring, HWC_WIRINGS) {
  const support::environment variables{{{"HUAWEICLOUD_SDK_CREDENTIALS_FILE", "/nowhere/credentials"}}};
  cloud all;
  Wiring wiring{all};
  const refreshing_keys signer{chain{environment{}, hwc::ini::profile{}, metadata{identity_of(wiring)}}};
  hwc::client client{project_to_find(wiring), wiring.transport, signer, hwc::return_result{}};
  hwc::call_info info;
  for (int i = 0; i != 2; ++i) {
    const auto sent = conformance::call(client, resend_email{.user_id = "user"}, {.info = &info});
    CHECK_MESSAGE(sent.has_value(), to_string(sent.error()));
  }
  CHECK(info.attempts == 1);
  CHECK(wiring.requests() == 5);
  CHECK(all.service.outbox().size() == 2);
}

TEST_CASE_TEMPLATE("by password: the token brings the project's id along; 2 requests", Wiring, HWC_WIRINGS) {
  cloud all;
  Wiring wiring{all};
  const refreshing_token signer{password{identity_of(wiring), login}};
  hwc::client client{project_to_find(wiring, ""), wiring.transport, signer, hwc::return_result{}};
  CHECK(conformance::call(client, resend_email{.user_id = "user"}));
  CHECK(wiring.requests() == 2);
  CHECK(all.service.outbox().size() == 1);
}

TEST_CASE_TEMPLATE("by OIDC token, as an agency from IAM, as an agency from STS: each step over the call's transport",
                   Wiring, HWC_WIRINGS) {
  const support::temporary_file id_token{canary + "id-token"};
  cloud all;
  Wiring wiring{all};
  const auto iam = identity_of(wiring);
  const oidc_token user{iam, {.idp_id = "provider", .id_token_file = id_token.path(), .project_name = "cn-north-4"}};
  const agency ops{.name = "ops", .account_name = "example"};
  std::size_t expected = 0;
  const auto send = [&](const auto& signer, std::size_t exchanges) {
    hwc::client client{project_to_find(wiring), wiring.transport, signer, hwc::return_result{}};
    const auto sent = conformance::call(client, resend_email{.user_id = "user"});
    CHECK_MESSAGE(sent.has_value(), to_string(sent.error()));
    CHECK(wiring.requests() == (expected += exchanges));
  };
  send(refreshing_keys{temporary_keys{iam, user}}, 3);
  send(refreshing_token{agency_token{iam, user, ops, "project"}}, 3);
  send(refreshing_keys{temporary_keys{iam, user, ops}}, 4);
  send(refreshing_keys{sts_agency<algorithm>{
           iam, temporary_keys{iam, user}, {.agency_urn = "iam::d:agency:ops", .session_name = "resend"}}},
       5);
  CHECK(all.service.outbox().size() == 4);
}

TEST_CASE_TEMPLATE("keys that the service does not take any more: fetched anew once, and signed again", Wiring,
                   HWC_WIRINGS) {
  cloud all;
  Wiring wiring{all};
  const refreshing_keys signer{metadata{identity_of(wiring)}};
  hwc::client client{wiring.endpoint(), wiring.transport, signer, hwc::return_result{}};
  CHECK(conformance::call(client, resend_email{.user_id = "user"}));
  all.service.answer_next(401, {.error_code = "APIGW.0301", .error_msg = "revoked"});
  CHECK(conformance::call(client, resend_email{.user_id = "user"}));
  CHECK(wiring.requests() == 7);  // twice token and key, three emails' worth of requests
  CHECK(all.service.outbox().size() == 2);
}

TEST_CASE_TEMPLATE("the reason of a denial, from STS", Wiring, HWC_WIRINGS) {
  cloud all;
  Wiring wiring{all};
  const key_signer signer{all.own_key};
  hwc::client client{wiring.endpoint(), wiring.transport, signer, hwc::return_result{}};
  all.service.answer_next(
      403, {.error_code = "WKS.00000403", .error_msg = "denied", .encoded_authorization_message = "ciphertext"});
  const auto denied = conformance::call(client, resend_email{.user_id = "user"});
  REQUIRE(!denied.has_value());
  if constexpr (!hwc::async_transport<std::remove_cvref_t<decltype(client.transport())>>) {
    hwc::client sts{identity_of(wiring), wiring.transport, signer, hwc::return_result{}};
    CHECK(hwc::explain(sts, denied.error())->failure == "implicit deny");
  } else {
    hwc::client sts{identity_of(wiring), wiring.transport, signer, hwc::return_result{}};
    const hwc::sts::decode_authorization_message op{denied.error().encoded_authorization_message};
    CHECK(conformance::call(sts, op)->decoded_message == R"({"failure":"implicit deny"})");
  }
  CHECK(wiring.requests() == 2);
}

TEST_CASE_TEMPLATE("a metadata service that keeps silent: the call ends by its deadline, and names it", Transport,
                   hwc::curl::transport, hwc::beast::transport, hwc::tests::awaited) {
  hwc::testing::socket_server silent{{{{.afterwards = hwc::testing::step::then::stall}}}};
  const std::string url = "http://127.0.0.1:" + std::to_string(silent.port());
  const refreshing_keys signer{chain{metadata{hwc::endpoint{url, {}}}}};
  Transport transport{};
  hwc::client client{hwc::endpoint{url, "project"}, transport, signer, hwc::return_result{}};
  const auto begun = std::chrono::steady_clock::now();
  const auto sent = conformance::call(client, resend_email{.user_id = "user"}, {.timeout = 200ms});
  CHECK(std::chrono::steady_clock::now() - begun < 2s);
  REQUIRE(!sent.has_value());
  CHECK(sent.error().kind == hwc::error_kind::credentials);
  CHECK(sent.error().sent == hwc::delivery::not_sent);
  CHECK(sent.error().message.find("(1) the metadata service: ") != std::string::npos);
  CHECK(sent.error().message.find("only cloud servers have this service") != std::string::npos);
}

namespace {

// Answers every request with this status and all that it was sent; a success of a metadata service has a token.
hwc::http_response echo(int status, const hwc::http_request& request) {
  hwc::http_response made{.status = status, .body = "refused: " + request.target + ' ' + request.body};
  if (status < 300 && request.method == hwc::http_method::put) made.body += canary + "metadata-token";
  for (const auto& [name, value] : request.headers) {
    made.body.append(1, ' ').append(name).append(1, '=').append(value);
    if (name != "Content-Length") made.headers.add("X-Echo-" + std::string{name}, value);
  }
  made.headers.add("X-Request-Id", request.headers.find("X-Auth-Token").value_or("none"));
  return made;
}

}  // namespace

TEST_CASE(
    "secrets go nowhere but to the service: not to logs, errors, exceptions or recordings, even if it repeats them") {
  const support::temporary_file id_token{canary + "id-token"};
  const support::temporary_file profile_file{"[basic]\nak=AK\nsk=" + canary + "profile\nsecurity_token=" + canary +
                                             "profile-token\n"};
  const support::temporary_file broken{"[basic]\nsk " + canary + "no-equals-sign\n"};
  const support::environment variables{{{"HUAWEICLOUD_SDK_AK", "AK"},
                                        {"HUAWEICLOUD_SDK_SK", canary + "sk"},
                                        {"HUAWEICLOUD_SDK_SECURITY_TOKEN", canary + "security-token"}}};
  const hwc::endpoint iam{"https://iam.example", {}};
  const fixed<secret> token{secret{canary + "token"}};
  std::ostringstream seen;

  // A call whose signer fetches from a source, over a transport that logs and records.
  const auto call = [&](const auto& signer, const hwc::fake::any_service& service, bool sends = true) {
    std::ostringstream log, recording;
    hwc::fake::transport memory{service};
    auto wrapped = hwc::recorded{hwc::logged{memory, [&](std::string_view line) { log << line << '\n'; }},
                                 [&](std::string_view line) { recording << line << '\n'; }};
    const hwc::endpoint where{"https://workspace.example", hwc::find_project("cn-north-4", "https://iam.example")};
    hwc::client quiet{where, wrapped, signer, hwc::return_result{}};
    const auto sent = quiet.send(resend_email{.user_id = "user"});
    if (!sent) seen << sent.error() << '\n' << sent.error().request_id << '\n';
    hwc::client loud{where, wrapped, signer};
    try {
      loud.send(resend_email{.user_id = "user"});
    } catch (const hwc::exception& thrown) {
      seen << thrown.what() << '\n';
    }
    CHECK(!memory.requests().empty() == sends);
    CHECK(!log.str().empty() == sends);
    seen << log.str() << recording.str();
  };
  const auto each_signer = [&](const hwc::fake::any_service& service) {
    call(hwc::token_signer{canary + "token"}, service);
    call(key_signer{{"AK", canary + "sk", canary + "security-token"}}, service);
    call(refreshing_keys{environment{}}, service);
    call(refreshing_keys{hwc::ini::profile{profile_file.path()}}, service);
    call(refreshing_token{password{iam, login}}, service);
    const oidc_token user{iam, {.idp_id = "provider", .id_token_file = id_token.path()}};
    call(refreshing_keys{temporary_keys{iam, user}}, service);
    call(refreshing_token{agency_token{iam, token, agency{"ops", "d", {}}, "p"}}, service);
    call(refreshing_keys{temporary_keys{iam, token, agency{"ops", "d", {}}}}, service);
    call(refreshing_keys{sts_agency<algorithm>{
             iam, environment{}, {.agency_urn = "iam::d:agency:ops", .session_name = "resend"}}},
         service);
    call(refreshing_keys{metadata{}}, service);
    call(refreshing_keys{chain{hwc::ini::profile{broken.path()}, metadata{}}}, service, false);
  };
  for (const int status : {401, 201, 206})
    each_signer([status](const hwc::http_request& request) { return echo(status, request); });
  each_signer(cloud{});
  CHECK(seen.str().size() > 10'000);
  CHECK(seen.str().find("refused") != std::string::npos);
  const auto at = seen.str().find(canary);
  CHECK_MESSAGE(at == std::string::npos, seen.str().substr(at < 200 ? 0 : at - 200, 400));
  // What the fake services issue is as secret.
  CHECK(seen.str().find("issued-") == std::string::npos);
  CHECK(seen.str().find("metadata-token-") == std::string::npos);
}
