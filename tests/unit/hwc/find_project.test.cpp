// SPDX-License-Identifier: BSL-1.0
#include <hwc/find_project.hpp>

#include <hwc/client.hpp>
#include <hwc/credentials/fixed.hpp>
#include <hwc/fake/identity.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/operation.hpp>
#include <hwc/route.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/signers/refreshing.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/regions.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/readable_algorithm.hpp"

#include <doctest/doctest.h>
#include <boost/describe/class.hpp>

#include <atomic>
#include <chrono>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;
using hwc::delivery;
using hwc::error_kind;
using hwc::workspace::resend_email;

namespace {

const std::string search_line = "GET /v3/projects?name=cn-north-4";
const std::string email_line = "POST /v2/p1/users/u/resend-email";

template <class Signer = hwc::token_signer>
struct wired {
  explicit wired(Signer signer = Signer{hwc::secret{"t0ken-of-mine"}})
      : client{hwc::workspace::at("cn-north-4"), transport, std::move(signer), hwc::return_result{}} {}
  auto send(const hwc::call_options& options = {}) { return client.send(resend_email{.user_id = "u"}, options); }

  hwc::fake::transport transport;
  hwc::client<hwc::fake::transport, Signer, hwc::return_result> client;
};

hwc::http_response projects(std::string body) { return {.status = 200, .body = R"({"projects":[)" + body + "]}"}; }

// The error of a call whose search got this answer; the email is not sent.
hwc::error failure_of(hwc::http_response answer) {
  wired w;
  w.transport.expect({.request = search_line, .response = std::move(answer)});
  const auto sent = w.send();
  CHECK(w.transport.violations() == "");
  REQUIRE(!sent);
  CHECK(sent.error().sent == delivery::not_sent);
  CHECK(sent.error().attempts == 0);
  CHECK(sent.error().message.starts_with("looking up the project id of 'cn-north-4': "));
  CHECK(sent.error().message.find("r give the project id") != std::string::npos);
  return sent.error();
}

// An operation that is no project's.
struct list_regions {
  using response = hwc::no_content;
  static constexpr auto route = hwc::get("/regions");
};
BOOST_DESCRIBE_STRUCT(list_regions, (), ())

}  // namespace

TEST_CASE("the id is looked up by the first call, signed and without a project, and kept; 1 + 3 requests") {
  wired w;
  w.transport.expect({.request = search_line,
                      .response = projects(R"({"id":"p1","name":"cn-north-4","enabled":true,"domain_id":"d"})")});
  for (int i = 0; i != 3; ++i) w.transport.expect({.request = email_line, .response = {.status = 204}});
  hwc::call_info info;
  for (int i = 0; i != 3; ++i) CHECK(w.send({.info = &info}));
  CHECK(info.attempts == 1);
  CHECK(w.transport.violations() == "");
  const auto requests = w.transport.requests();
  CHECK(requests[0].origin.host == "iam.cn-north-4.myhuaweicloud.com");
  CHECK(requests[0].headers.find("X-Auth-Token") == "t0ken-of-mine");
  CHECK(requests[0].project_id.empty());
  CHECK(requests[1].origin.host == "workspace.cn-north-4.myhuaweicloud.com");
  CHECK(requests[1].project_id == "p1");
}

TEST_CASE("with an access key: the search has no X-Project-Id, the email has") {
  wired<support::readable_signer> w{support::readable_signer{{"AK", "secret", {}}}};
  w.transport.expect({.request = search_line, .response = projects(R"({"id":"p1","name":"cn-north-4"})")});
  w.transport.expect({.request = email_line, .response = {.status = 204}});
  CHECK(w.send());
  CHECK(w.transport.violations() == "");
  const auto requests = w.transport.requests();
  CHECK(!requests[0].headers.contains("X-Project-Id"));
  CHECK(requests[0].headers.contains("Authorization"));
  CHECK(requests[1].headers.find("X-Project-Id") == "p1");
}

TEST_CASE("none, several, others of a longer name: only the whole name counts, and the ids are named") {
  CHECK(failure_of(projects("")).kind == error_kind::invalid_argument);
  CHECK(failure_of(projects(R"({"id":"x","name":"cn-north-4_team"})")).message.find("no project of this name") !=
        std::string::npos);
  CHECK(failure_of(projects(R"({"id":"","name":"cn-north-4"})")).message.find("no project of this name") !=
        std::string::npos);
  const auto several = failure_of(projects(R"({"id":"a","name":"cn-north-4"},{"id":"b","name":"cn-north-4"})"));
  CHECK(several.kind == error_kind::invalid_argument);
  CHECK(several.message.find("(a, b)") != std::string::npos);

  wired w;
  w.transport.expect({.request = search_line,
                      .response = projects(R"({"id":"x","name":"cn-north-4_team"},{"id":"p1","name":"cn-north-4"})")});
  w.transport.expect({.request = email_line, .response = {.status = 204}});
  CHECK(w.send());
  CHECK(w.transport.violations() == "");
}

TEST_CASE("a refusal or an answer that is none: kind, status, code and trace id; the next call searches again") {
  hwc::http_response denied{.status = 403, .body = R"({"error_code":"IAM.0010","error_msg":"no, t0ken-of-mine"})"};
  denied.headers.add("X-IAM-Trace-Id", "trace-1");
  const auto why = failure_of(denied);
  CHECK(why.kind == error_kind::forbidden);
  CHECK(why.status == 403);
  CHECK(why.code == "IAM.0010");
  CHECK(why.request_id == "trace-1");
  CHECK(why.message.find(
            "refused with 403 IAM.0010 no, *** (request trace-1). Ask the administrator for the permission.") !=
        std::string::npos);
  CHECK(failure_of({.status = 200, .body = "<html>"}).kind == error_kind::malformed_response);
  CHECK(failure_of({.status = 503, .body = "busy"}).message.find("permission") == std::string::npos);
  CHECK(failure_of({.status = 200, .body = "{", .truncated = true}).message.find("is incomplete") != std::string::npos);
  CHECK(failure_of({.status = 200, .body = "{}"}).message.find("projects: the field is missing") != std::string::npos);

  wired strange;
  strange.transport.expect({.request = search_line, .response = projects(R"({"id":"..","name":"cn-north-4"})")});
  CHECK(strange.send().error().message.starts_with("project_id must not be '.' or '..'"));
  CHECK(strange.transport.violations() == "");

  wired w;
  w.transport.expect({.request = search_line, .failure = hwc::fake::connection_refused()});
  w.transport.expect({.request = search_line, .response = projects(R"({"id":"p1","name":"cn-north-4"})")});
  w.transport.expect({.request = email_line, .response = {.status = 204}});
  const auto failed = w.send();
  CHECK(failed.error().kind == error_kind::connection);
  CHECK(failed.error().sent == delivery::not_sent);
  CHECK(w.send());
  CHECK(w.transport.violations() == "");
}

TEST_CASE("what the operation lacks is said before anything is searched for") {
  wired w;
  CHECK(w.client.send(resend_email{}).error().kind == error_kind::invalid_argument);
  CHECK(w.transport.requests().empty());
}

TEST_CASE("an operation without a project: nothing is searched for; 1 request") {
  wired w;
  w.transport.expect({.request = "GET /regions", .response = {.status = 204}});
  CHECK(w.client.send(list_regions{}));
  CHECK(w.transport.violations() == "");
}

TEST_CASE("a search that is late ends with the call's deadline or after 10 s; a stop ends it") {
  for (const auto timeout : {3s, 30s}) {
    wired w;
    w.transport.expect({.request = search_line, .delay = 1h});
    const auto begun = w.transport.clock().now().steady;
    const auto sent = w.send({.timeout = timeout});
    CHECK(sent.error().kind == error_kind::timeout);
    CHECK(sent.error().message.find("looking up the project id") != std::string::npos);
    CHECK(w.transport.clock().now().steady - begun == std::min<std::chrono::seconds>(timeout, 10s));
    CHECK(w.transport.violations() == "");
  }
  wired w;
  std::stop_source stop;
  w.transport.expect({.request = search_line, .meanwhile = [&] { stop.request_stop(); }});
  const auto sent = w.send({.stop = stop.get_token()});
  CHECK(sent.error().kind == error_kind::cancelled);
  CHECK(sent.error().sent == delivery::not_sent);
  CHECK(w.transport.violations() == "");
}

TEST_CASE("a clock that is off: learned from the answer to the search, which is signed again") {
  hwc::fake::identity who{{.projects = {{"p1", "cn-north-4"}}}};
  const support::readable_signer signer{{"AK", "secret", {}}};
  who.accept(signer);
  hwc::fake::workspace service{{.id = "p1", .users = {{.id = "u", .user_email = "u@example.com"}}}, signer};
  hwc::fake::transport transport{[=](const hwc::http_request& request, hwc::wall_time now) mutable {
    now += 3h;
    return who.serves(request) ? who(request, now) : service(request, now);
  }};
  hwc::client client{hwc::workspace::at("cn-north-4"), transport, signer, hwc::return_result{}};
  CHECK(client.send(resend_email{.user_id = "u"}));
  CHECK(transport.requests().size() == 3);
  CHECK(service.outbox().size() == 1);
}

TEST_CASE("what a call keeps of its answer at most is no limit for the search") {
  wired w;
  w.transport.expect({.request = search_line, .response = projects(R"({"id":"p1","name":"cn-north-4"})")});
  w.transport.expect({.request = email_line, .response = {.status = 200, .body = "{}"}});
  CHECK(w.send({.response_limit = 1}));
  CHECK(w.transport.violations() == "");
}

TEST_CASE("one call's time is up while it searches: that is its own failure, and who waits searches") {
  hwc::preparation_ticket first, second;
  const auto where = hwc::workspace::at("cn-north-4");
  auto mine = where.finder()->prepare(first).value();
  REQUIRE(mine.errand);
  CHECK(where.finder()->prepare(second).value().wait);
  CHECK(mine.errand->start({}) == hwc::errand_action::send);
  CHECK(mine.errand->failed({.kind = error_kind::timeout}, {}) == hwc::errand_action::finished);
  CHECK(mine.errand->give_up({}).error().kind == error_kind::timeout);
  CHECK(where.finder()->prepare(second).value().errand);
}

TEST_CASE("credentials that know their project: nothing is searched for; without a region they are the only way") {
  const hwc::credentials::fixed<hwc::secret> known{
      hwc::credentials::issued<hwc::secret>{.value = "token", .project_id = "p1"}};
  using signer = hwc::refreshing_signer<hwc::token_signer>;
  {
    wired<signer> w{signer{known}};
    w.transport.expect({.request = email_line, .response = {.status = 204}});
    CHECK(w.send());
    CHECK(w.transport.violations() == "");
  }
  const hwc::endpoint nameless{"https://workspace.example", hwc::find_project("", "https://iam.example")};
  hwc::fake::transport transport;
  transport.expect({.request = email_line, .response = {.status = 204}});
  CHECK(hwc::client{nameless, transport, signer{known}, hwc::return_result{}}.send(resend_email{.user_id = "u"}));
  const auto lost = hwc::client{nameless, transport, hwc::token_signer{"token"}, hwc::return_result{}}.send(
      resend_email{.user_id = "u"});
  CHECK(lost.error().kind == error_kind::invalid_argument);
  CHECK(lost.error().message.find("give it to the endpoint") != std::string::npos);
  CHECK(transport.violations() == "");
}

TEST_CASE("rehearsal: all but the email; the first call needs no search any more") {
  wired w;
  w.transport.expect({.request = search_line, .response = {.status = 403}});
  w.transport.expect({.request = search_line, .response = projects(R"({"id":"p1","name":"cn-north-4"})")});
  const resend_email op{.user_id = "u"};
  CHECK(w.client.rehearse(op).error().kind == error_kind::forbidden);
  CHECK(w.client.rehearse(op));
  CHECK(w.client.rehearse(op));
  CHECK(w.client.rehearse(resend_email{}).error().kind == error_kind::invalid_argument);
  CHECK(w.transport.violations() == "");
  w.transport.expect({.request = email_line, .response = {.status = 204}});
  CHECK(w.send());
  CHECK(w.transport.violations() == "");
}

TEST_CASE("an IAM address that cannot be used is the endpoint's problem") {
  const hwc::endpoint plain{"https://workspace.example", hwc::find_project("cn-north-4", "http://iam.example")};
  CHECK(plain.problem().find("plain http to 'iam.example'") != std::string::npos);
}

TEST_CASE("sixteen threads: one search; all emails go out, each once") {
  hwc::fake::identity who{{.projects = {{"p1", "cn-north-4"}}}};
  hwc::fake::project project{.id = "p1"};
  for (int i = 0; i != 16; ++i) project.users.push_back({.id = std::to_string(i), .user_email = "u@example.com"});
  const hwc::token_signer signer{"t0ken-of-mine"};
  who.accept(signer);
  hwc::fake::workspace service{project, signer};
  hwc::fake::transport transport{[=](const hwc::http_request& request, hwc::wall_time now) mutable {
    return who.serves(request) ? who(request, now) : service(request, now);
  }};
  hwc::client client{hwc::workspace::at("cn-north-4"), transport, signer, hwc::return_result{}};
  std::atomic<int> sent{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i != 16; ++i) {
      threads.emplace_back([&, i] { sent += client.send(resend_email{.user_id = std::to_string(i)}) ? 1 : 0; });
    }
  }
  CHECK(sent == 16);
  CHECK(service.outbox().size() == 16);
  CHECK(transport.requests().size() == 17);
}

TEST_CASE("send_all: one search for all") {
  wired w;
  w.transport.expect({.request = search_line, .response = projects(R"({"id":"p1","name":"cn-north-4"})")});
  for (int i = 0; i != 3; ++i) w.transport.expect({.request = email_line, .response = {.status = 204}});
  const std::vector<resend_email> all(3, resend_email{.user_id = "u"});
  int good = 0;
  static_cast<void>(
      w.client.send_all(all, [&](const resend_email&, const hwc::result<hwc::no_content>& one) { good += one ? 1 : 0; },
                        {.concurrency = 3}));
  CHECK(good == 3);
  CHECK(w.transport.violations() == "");
}
