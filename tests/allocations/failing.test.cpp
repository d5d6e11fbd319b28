// SPDX-License-Identifier: BSL-1.0
// A call in which one allocation fails, for each of those that it makes: the call ends, in an exception or an error,
// nothing is sent after that, what is said of the delivery holds, nothing leaks, and the next call is as good as ever.
#include <hwc/client.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/http.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/heap.hpp"
#include "support/readable_algorithm.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <new>
#include <optional>
#include <string>
#include <vector>

namespace {

using hwc::delivery;
using hwc::workspace::resend_email;
using signer = hwc::access_key_signer<support::readable_algorithm>;

// The answers of a service to one request after the other; the last one is repeated.
using answers = std::vector<hwc::http_response>;

const answers many_answers[] = {
    {{.status = 204}},
    {{.status = 403,
      .body = R"({"error_code":"WKS.0003","error_msg":"Not allowed, as is said at some length here."})"}},
    {{.status = 429, .body = R"({"error":{"code":"APIG.0308","message":"Too many requests, as is said at length."}})"},
     {.status = 204}},
    {{.status = 421}, {.status = 204}},
    {{.status = 401,
      .body = R"({"error_msg":"signature expired, server time:20990101T000000Z, as is said at length"})"}},
    {{.status = 500, .body = std::string(200, 'x')}},
    {{.status = 200, .body = "<html>" + std::string(200, 'x')}},
};

// What the service did about an operation: complete requests, and those that it did not refuse.
struct service_log {
  std::atomic<int> requests = 0;
  std::atomic<int> not_refused = 0;

  const hwc::http_response& next(const answers& from) {
    const auto& answer = from[std::min<std::size_t>(static_cast<std::size_t>(requests), from.size() - 1)];
    ++requests;
    if (answer.status < 400 || answer.status >= 500) ++not_refused;
    return answer;
  }
};

// Makes the call with each of its allocations failing once, through a new client each time. Gives how many there are.
// `settle` waits until whatever a client sent that is gone has arrived.
template <class Prepare, class Settle, class MakeClient>
std::size_t fail_each(service_log& log, Prepare prepare, Settle settle, MakeClient make_client) {
  // What simdjson and libcurl do once in a process is theirs; simdjson's ends the program where memory is short then,
  // and is done here, as it looks at ids with a space. So do the checks that it makes in builds without optimization,
  // so this program has some.
  prepare();
  static_cast<void>(make_client().send(resend_email{.user_id = "the first user"}));
  for (std::size_t which = 1;; ++which) {
    CAPTURE(which);
    prepare();
    log.requests = log.not_refused = 0;
    const auto live = heap::mine.live;
    bool happened = false;
    {
      hwc::call_info info;
      std::optional<hwc::result<hwc::no_content>> outcome;
      int requests_then = 0;
      {
        auto client = make_client();
        const resend_email op{.user_id = "a user whose name is no short string", .template_id = "template"};
        const heap::failure planned{which, log.requests};
        try {
          outcome = client.send(op, {.max_attempts = 2, .info = &info});
        } catch (const std::bad_alloc&) {
        }
        happened = planned.happened();
        requests_then = planned.watched_then();
      }
      settle();
      const bool gave_up =
          !outcome || (!*outcome && outcome->error().message.find("out of memory") != std::string::npos);
      if (happened && gave_up) CHECK(log.requests == requests_then);
      // An exchange that failed before the request arrived counts as an attempt.
      CHECK(info.attempts >= log.requests);
      CHECK(info.attempts <= log.requests + (happened ? 1 : 0));
      CHECK(log.not_refused <= 1);
      CHECK(log.requests <= 2);
      // The verdict is the error's; what ended in an exception has only `call_info`.
      const auto sent = !outcome ? info.sent : *outcome ? delivery::answered : outcome->error().sent;
      CHECK(info.sent == sent);
      if (sent == delivery::not_sent) CHECK(log.requests == 0);
      if (sent == delivery::answered && outcome && !*outcome) CHECK(log.not_refused == 0);
      if (outcome && *outcome) CHECK(log.not_refused == 1);
      if (!happened) CHECK(outcome);
    }
    CHECK(heap::mine.live == live);
    if (!happened) return which - 1;
  }
}

}  // namespace

TEST_CASE("out of memory, over the fake: at most one request that is not refused, a true verdict, no leak") {
  for (const auto& script : many_answers) {
    CAPTURE(script.front().status);
    service_log log;
    const auto count = fail_each(
        log, [] {}, [] {},
        [&] {
          return hwc::client{hwc::endpoint{"https://workspace.example", "project"},
                             hwc::fake::transport{[&](const hwc::http_request&) { return log.next(script); }},
                             signer{{"an access key, which is no secret", "a secret key of some length"}},
                             hwc::return_result{}};
        });
    CHECK(count > 10);
  }
}

TEST_CASE("out of memory, over libcurl: at most one request that is not refused, a true verdict, no leak") {
  for (const auto& script : many_answers) {
    CAPTURE(script.front().status);
    service_log log;
    hwc::testing::socket_server server;
    const auto step = [&](std::size_t which) {
      const auto& answer = script[std::min(which, script.size() - 1)];
      return hwc::testing::step{.answer = hwc::testing::to_wire(answer), .meanwhile = [&] { log.next(script); }};
    };
    // The second request may come on the first connection, or on another one.
    const auto play = [&] { server.play({{step(0), step(1)}, {step(1)}}, step(1)); };
    const auto settle = [&] { CHECK(server.await_no_connections()); };
    const auto count = fail_each(log, play, settle, [&] {
      return hwc::client{hwc::endpoint{server.url(), "project"}, hwc::curl::transport{},
                         signer{{"an access key, which is no secret", "a secret key of some length"}},
                         hwc::return_result{}};
    });
    CHECK(count > 10);
  }
}
