// SPDX-License-Identifier: BSL-1.0
#include <hwc/bulk/run.hpp>

#include <hwc/bulk/file_journal.hpp>
#include <hwc/bulk/memory_journal.hpp>
#include <hwc/client.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/transports/rate_limited.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <doctest/doctest.h>

#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/bulk_runs.hpp"
#include "support/journal_file.hpp"
#include "support/made_range.hpp"

using namespace std::chrono_literals;
using hwc::bulk::ending;
using hwc::bulk::fate;
using hwc::bulk::outcome;
using hwc::bulk::past;
using hwc::bulk::summary;
using hwc::workspace::resend_email;
using support::counting;
using support::failing_journal;
using support::users;

namespace {

const hwc::endpoint where{"https://workspace.example", "project"};
const hwc::token_signer signer{"a-secret-token"};
constexpr auto key_of = &resend_email::user_id;

template <class Transport>
auto make_client(Transport t) {
  return hwc::client{where, std::move(t), signer, hwc::return_result{}};
}

hwc::bulk::file_journal open(const support::journal_file& file) {
  auto opened = hwc::bulk::file_journal::open(file.path(), "test");
  if (!opened) FAIL(to_string(opened.error()));
  return *std::move(opened);
}

// What an observer was told, in order: "u0 sent, u1 unknown, ".
struct told {
  std::string text{};
  void operator()(const auto& e) {
    CHECK(e.key == e.op.user_id);
    CHECK((e.why != nullptr) == (e.what == fate::not_sent || e.what == fate::unknown));
    CHECK((e.info != nullptr) == (e.why != nullptr || e.what == fate::sent));
    text += std::string{e.key} + ' ' + std::string{to_string(e.what)} + ", ";
  }
};

template <class Transport, class Journal>
summary run(Transport t, const std::vector<resend_email>& all, Journal& notes,
            const hwc::bulk::run_options& options = {}) {
  auto client = make_client(std::move(t));
  return hwc::bulk::run(
      client, all, key_of, notes, [](const auto&) {}, options);
}

}  // namespace

TEST_CASE("bulk::run over a new journal: everybody is sent one email, told of once, and a second run sends nothing") {
  for (const std::size_t concurrency : {std::size_t{1}, std::size_t{4}, std::size_t{100}}) {
    const support::journal_file file;
    counting seen;
    for (int again = 0; again != 2; ++again) {
      auto notes = open(file);
      auto client = make_client(seen.transport);
      std::map<std::string, fate> fates;
      const auto sum = hwc::bulk::run(client, users(50), key_of, notes,
                                      [&](const auto& e) { CHECK(fates.emplace(e.key, e.what).second); },
                                      {.concurrency = concurrency});
      CHECK(sum == (again == 0 ? summary{.sent = 50} : summary{.sent_before = 50}));
      CHECK(fates.size() == 50);
    }
    CHECK(seen.requests.size() == 50);
    CHECK(seen.most() == 1);
  }
}

TEST_CASE("bulk::run of nothing: completed, no request") {
  counting seen;
  hwc::bulk::memory_journal notes;
  CHECK(run(seen.transport, {}, notes) == summary{});
  CHECK(seen.total() == 0);
}

TEST_CASE("bulk::run: what is known of a key decides; 5 requests for 7 users") {
  counting seen;
  seen.answers = {{"u3", 400}, {"u4", 500}};
  hwc::bulk::memory_journal notes;
  const auto note = [&](std::string_view key, outcome what) {
    CHECK(notes.begin(key));
    CHECK(notes.end(key, what));
  };
  note("u0", outcome::sent);
  note("u1", outcome::not_sent);
  note("u2", outcome::unknown);
  CHECK(notes.begin("u5"));
  told observer;
  auto client = make_client(seen.transport);
  const auto all = users(7);
  CHECK(hwc::bulk::run(client, all, key_of, notes, std::ref(observer), {.concurrency = 1}) ==
        summary{.sent = 2, .not_sent = 1, .unknown = 1, .sent_before = 1, .unknown_before = 2});
  CHECK(observer.text ==
        "u0 sent_before, u1 sent, u2 unknown_before, u3 not_sent, u4 unknown, u5 unknown_before, u6 sent, ");
  CHECK(seen.total() == 4);
  // Again: the one that was not sent is tried, the unknown one is not.
  seen.answers.clear();
  CHECK(run(seen.transport, all, notes) == summary{.sent = 1, .sent_before = 3, .unknown_before = 3});
  CHECK(seen.total() == 5);
  CHECK(seen.requests["u3"] == 2);
  CHECK(seen.requests["u4"] == 1);
}

TEST_CASE("bulk::run where duplicates are allowed: unknown ones are tried again, sent ones are not; 2 requests") {
  counting seen;
  hwc::bulk::memory_journal notes;
  CHECK(notes.begin("u0"));
  CHECK(notes.end("u0", outcome::sent));
  CHECK(notes.begin("u1"));
  CHECK(notes.begin("u2"));
  CHECK(notes.end("u2", outcome::unknown));
  CHECK(run(seen.transport, users(3), notes, {.each = {.allow_duplicates = true}}) ==
        summary{.sent = 2, .sent_before = 1});
  CHECK(seen.requests == std::map<std::string, int>{{"u1", 1}, {"u2", 1}});
}

TEST_CASE("bulk::run of a list with repetitions: one email each, the rest is told; 3 requests") {
  counting seen;
  seen.answers = {{"u1", 400}, {"u2", 503}};
  hwc::bulk::memory_journal notes;
  auto all = users(3);
  for (const auto& each : users(3)) all.push_back(each);
  all.push_back(all.front());
  told observer;
  auto client = make_client(seen.transport);
  const bool allow = true;  // even so
  const auto sum = hwc::bulk::run(client, all, key_of, notes, std::ref(observer),
                                  {.concurrency = 1, .each = {.allow_duplicates = allow, .max_attempts = 1}});
  CHECK(sum == summary{.sent = 1, .not_sent = 1, .unknown = 1, .repeated = 4});
  CHECK(observer.text == "u0 sent, u1 not_sent, u2 unknown, u0 repeated, u1 repeated, u2 repeated, u0 repeated, ");
  CHECK(seen.total() == 3);
  CHECK(seen.most() == 1);
}

TEST_CASE("bulk::run from a range that can be read once, with keys that are made") {
  counting seen;
  hwc::bulk::memory_journal notes;
  auto client = make_client(seen.transport);
  std::istringstream words{"ada bob ada carol"};
  support::made_range all{4, [&](std::size_t) {
                            resend_email op;
                            words >> op.user_id;
                            return op;
                          }};
  const auto sum = hwc::bulk::run(
      client, all, [](const resend_email& op) { return "user " + op.user_id; }, notes,
      [](const auto& e) { CHECK(e.key == "user " + e.op.user_id); });
  CHECK(sum == summary{.sent = 3, .repeated = 1});
  CHECK(seen.requests == std::map<std::string, int>{{"ada", 1}, {"bob", 1}, {"carol", 1}});
  CHECK(notes.meet("user bob") == past::repeated);
}

TEST_CASE("bulk::run: the note that an email begins is on disk before its request arrives; 20 requests") {
  const support::journal_file file;
  auto notes = open(file);
  hwc::fake::transport t;
  int in_order = 0;
  for (int i = 0; i != 20; ++i) {
    t.expect({.delay = 1s, .meanwhile = [&] {
                const auto user = counting::user_of(t.requests().back());
                const auto text = file.text();
                if (text.find("{\"event\":\"begin\",\"key\":\"" + user + "\"}\n") != std::string::npos &&
                    text.find("{\"event\":\"sent\",\"key\":\"" + user + "\"}\n") == std::string::npos) {
                  ++in_order;
                }
              }});
  }
  CHECK(run(t, users(20), notes, {.concurrency = 4}) == summary{.sent = 20});
  CHECK(in_order == 20);
  CHECK(t.violations() == "");
}

TEST_CASE(
    "bulk::run with a journal that fails at any note: nothing is begun after that, and what is under way is told") {
  const auto all = users(10);
  for (const std::size_t concurrency : {std::size_t{1}, std::size_t{4}}) {
    for (int good = 0; good <= 20; ++good) {
      CAPTURE(concurrency);
      CAPTURE(good);
      counting seen;
      failing_journal notes{.left = good};
      auto client = make_client(seen.transport);
      std::size_t requests_then = 0;  // when it failed
      std::size_t last = 0;
      const auto sum = hwc::bulk::run(client, all, key_of, notes,
                                      [&](const auto& e) {
                                        CHECK(e.what == fate::sent);
                                        last = seen.total();
                                        if (notes.left < 0 && requests_then == 0) requests_then = last;
                                      },
                                      {.concurrency = concurrency});
      CHECK(sum.why == (good == 20 ? ending::completed : ending::journal));
      if (sum.error) CHECK(sum.error->message == "no more paper");
      CHECK(sum.error.has_value() == (good < 20));
      CHECK(sum.sent == seen.total());
      CHECK(seen.most() <= 1);
      // At most one request for each whole note that something begins.
      if (concurrency == 1) CHECK(seen.total() == static_cast<std::size_t>(good + 1) / 2);
      CHECK(seen.total() <= static_cast<std::size_t>(good));
      if (requests_then != 0) CHECK(last == requests_then);
      // Taken up with a journal that works: everybody has had one, or is unknown.
      const auto rest = run(seen.transport, all, notes.inner);
      CHECK(seen.most() <= 1);
      CHECK(rest.sent + rest.sent_before + rest.unknown_before == 10);
      CHECK(rest.unknown_before <= concurrency);
      CHECK(seen.total() == 10);
    }
  }
}

TEST_CASE("bulk::run on a disk that is full: it ends before the next email, and can be taken up; 50 requests") {
  const support::journal_file file;
  counting seen;
  const auto before = ::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &limit) == 0);
  const rlimit full{.rlim_cur = 1000, .rlim_max = limit.rlim_max};
  summary sum;
  {
    auto notes = open(file);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
    sum = run(seen.transport, users(50), notes, {.concurrency = 1});
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  ::signal(SIGXFSZ, before);
  CHECK(sum.why == ending::journal);
  CHECK(sum.error->cause == std::errc::file_too_large);
  CHECK(sum.sent == seen.total());
  CHECK(sum.sent > 10);
  auto notes = open(file);
  std::size_t unknown = 0;
  CHECK(notes.for_each_unknown([&](std::string_view) { ++unknown; }));
  CHECK(unknown <= 1);
  const auto rest = run(seen.transport, users(50), notes);
  CHECK(rest.sent + rest.sent_before + rest.unknown_before == 50);
  CHECK(rest.unknown_before == unknown);
  CHECK(seen.total() == 50);
  CHECK(seen.most() == 1);
}

TEST_CASE("bulk::run with stop_after: so many failures, no more; what is under way goes on") {
  hwc::bulk::memory_journal notes;
  counting seen;
  for (const auto& each : users(20)) seen.answers[each.user_id] = each.user_id == "u0" ? 200 : 400;
  seen.answers["u2"] = 500;
  auto sum = run(seen.transport, users(20), notes, {.concurrency = 1, .stop_after = 3});
  REQUIRE(sum.error);
  CHECK(sum.error->kind == hwc::error_kind::bad_request);
  sum.error.reset();
  CHECK(sum == summary{.sent = 1, .not_sent = 2, .unknown = 1, .why = ending::failures});
  CHECK(seen.total() == 4);
  // Four at once: of those under way each one is told.
  hwc::fake::transport t;
  t.expect({.response = {.status = 400}, .delay = 1s});
  for (int i = 0; i != 3; ++i) t.expect({.delay = 2s});
  hwc::bulk::memory_journal others;
  sum = run(t, users(20), others, {.concurrency = 4, .stop_after = 1});
  CHECK(sum.why == ending::failures);
  CHECK(sum.sent == 3);
  CHECK(t.requests().size() == 4);
  CHECK(t.violations() == "");
  // 0: never.
  CHECK(run(seen.transport, users(20), notes).not_sent == 18);
}

TEST_CASE("bulk::run whose caller is refused: it ends, unless told otherwise; what was refused is tried again later") {
  hwc::bulk::memory_journal notes;
  counting seen;
  for (const auto& each : users(20)) seen.answers[each.user_id] = 401;
  auto sum = run(seen.transport, users(20), notes, {.concurrency = 1});
  CHECK(sum.why == ending::refused);
  REQUIRE(sum.error);
  CHECK(sum.error->status == 401);
  CHECK(sum.not_sent == 1);
  CHECK(seen.total() == 1);
  CHECK(run(seen.transport, users(20), notes, {.stop_when_refused = false}) == summary{.not_sent = 20});
  CHECK(seen.total() == 21);
  seen.answers.clear();
  CHECK(run(seen.transport, users(20), notes) == summary{.sent = 20});
  CHECK(seen.total() == 41);
  // No credentials at all: nothing is sent, and one attempt says so.
  hwc::bulk::memory_journal others;
  hwc::client client{where, seen.transport, hwc::token_signer{""}, hwc::return_result{}};
  sum = hwc::bulk::run(client, users(20), key_of, others, [](const auto&) {}, {.concurrency = 1});
  CHECK(sum.why == ending::refused);
  CHECK(sum.error->kind == hwc::error_kind::credentials);
  CHECK(seen.total() == 41);
}

TEST_CASE("bulk::run with a user whom the caller may not serve: the others are served") {
  hwc::bulk::memory_journal notes;
  counting seen;
  seen.answers["u1"] = 403;
  CHECK(run(seen.transport, users(3), notes, {.concurrency = 1}) == summary{.sent = 2, .not_sent = 1});
  CHECK(seen.total() == 3);
}

TEST_CASE(
    "bulk::run whose caller is refused and whose journal then fails: the journal is what it ends with; 2 requests") {
  hwc::fake::transport t;
  t.expect({.response = {.status = 401}, .delay = 1s});
  t.expect({.delay = 2s});
  failing_journal notes{.left = 3};  // two begin, and the first one ends
  const auto sum = run(t, users(5), notes, {.concurrency = 2});
  CHECK(sum.why == ending::journal);
  REQUIRE(sum.error);
  CHECK(sum.error->message == "no more paper");
  CHECK(sum.sent == 1);
  CHECK(sum.not_sent == 1);
  CHECK(t.requests().size() == 2);
  CHECK(t.violations() == "");
}

TEST_CASE("bulk::run with operations that cannot be sent: not_sent, and the others are sent; 2 requests") {
  counting seen;
  hwc::bulk::memory_journal notes;
  auto all = users(4);
  all[0].user_id = "..";
  all[2].user_id = "";
  CHECK(run(seen.transport, all, notes) == summary{.sent = 2, .not_sent = 2});
  CHECK(seen.total() == 2);
}

TEST_CASE("bulk::run that is asked to finish: what is under way goes on, the rest is for the next run; 10 requests") {
  const support::journal_file file;
  const auto all = users(10);
  std::stop_source finish;
  hwc::fake::transport t;
  for (int i = 0; i != 3; ++i) t.expect({.delay = std::chrono::seconds{i + 1}});
  {
    auto notes = open(file);
    auto client = make_client(t);
    const auto sum = hwc::bulk::run(client, all, key_of, notes, [&](const auto&) { finish.request_stop(); },
                                    {.concurrency = 3, .finish = finish.get_token()});
    CHECK(sum == summary{.sent = 3, .why = ending::finish});
  }
  CHECK(t.requests().size() == 3);
  CHECK(t.violations() == "");
  counting seen;
  auto notes = open(file);
  CHECK(run(seen.transport, all, notes, {.finish = finish.get_token()}) == summary{.why = ending::finish});
  CHECK(run(seen.transport, all, notes) == summary{.sent = 7, .sent_before = 3});
  CHECK(seen.total() == 7);
  CHECK(seen.most() == 1);
}

TEST_CASE("bulk::run that is stopped: what is under way ends at once, and unknown ones are not tried again") {
  const support::journal_file file;
  const auto all = users(10);
  std::stop_source stop;
  hwc::fake::transport t;
  hwc::http_response throttled{.status = 429};
  throttled.headers.add("Retry-After", "10");
  t.expect({.response = throttled});  // pauses: not sent
  t.expect({.delay = 1s});
  t.expect({.delay = 5s});  // unknown
  {
    auto notes = open(file);
    auto client = make_client(t);
    const auto sum = hwc::bulk::run(client, all, key_of, notes, [&](const auto&) { stop.request_stop(); },
                                    {.concurrency = 3, .each = {.stop = stop.get_token()}, .stop_after = 1});
    CHECK(sum == summary{.sent = 1, .not_sent = 1, .unknown = 1, .why = ending::stop});
  }
  CHECK(t.requests().size() == 3);
  CHECK(t.violations() == "");
  counting seen;
  auto notes = open(file);
  CHECK(run(seen.transport, all, notes) == summary{.sent = 8, .sent_before = 1, .unknown_before = 1});
  CHECK(seen.requests["u0"] == 1);
  CHECK(seen.requests.count("u2") == 0);
  CHECK(seen.total() == 8);
}

TEST_CASE("bulk::run that is stopped while it goes through what is done: it ends there, no request") {
  counting seen;
  hwc::bulk::memory_journal notes;
  CHECK(run(seen.transport, users(10), notes) == summary{.sent = 10});
  std::stop_source stop;
  auto client = make_client(seen.transport);
  const auto sum = hwc::bulk::run(client, users(20), key_of, notes, [&](const auto&) { stop.request_stop(); },
                                  {.each = {.stop = stop.get_token()}});
  CHECK(sum == summary{.sent_before = 1, .why = ending::stop});
  CHECK(seen.total() == 10);
}

#ifndef HWC_NO_EXCEPTIONS
TEST_CASE("bulk::run whose observer throws: that passes through, and what was under way is unknown; 4 requests") {
  const support::journal_file file;
  const auto all = users(10);
  hwc::fake::transport t;
  for (int i = 0; i != 4; ++i) t.expect({.delay = std::chrono::seconds{i + 1}});
  {
    auto notes = open(file);
    auto client = make_client(t);
    CHECK_THROWS_AS(hwc::bulk::run(client, all, key_of, notes, [](const auto&) { throw std::runtime_error{"no more"}; },
                                   {.concurrency = 4}),
                    std::runtime_error);
  }
  CHECK(t.requests().size() == 4);
  CHECK(t.violations() == "");
  counting seen;
  auto notes = open(file);
  CHECK(run(seen.transport, all, notes) == summary{.sent = 6, .sent_before = 1, .unknown_before = 3});
  CHECK(seen.total() == 6);
}
#endif

TEST_CASE("bulk::run over rate_limited: never more than the limit in a minute, and an email is noted when it leaves") {
  const support::journal_file file;
  auto notes = open(file);
  std::vector<hwc::steady_time> at;
  std::size_t begun_early = 0;
  hwc::fake::transport t{[&](const hwc::http_request&) {
    at.push_back(t.clock().now().steady);
    const auto text = file.text();
    std::size_t begun = 0;
    for (auto found = text.find("\"begin\""); found != std::string::npos; found = text.find("\"begin\"", found + 1)) {
      ++begun;
    }
    if (begun != at.size()) ++begun_early;
    return hwc::http_response{.status = 200};
  }};
  CHECK(run(hwc::rate_limited{t, {.requests = 100, .per = 60s}}, users(250), notes, {.each = {.timeout = 1s}}) ==
        summary{.sent = 250});
  CHECK(at.size() == 250);
  CHECK(at.back() - at.front() == 249 * 600ms);
  for (auto first = at.begin(); first != at.end(); ++first) {
    CHECK(std::lower_bound(first, at.end(), *first + 60s) - first <= 100);
  }
  CHECK(begun_early == 0);
}

TEST_CASE("bulk::run over rate_limited with a 429: everybody waits as long as it asks, nobody is begun meanwhile") {
  const support::journal_file file;
  auto notes = open(file);
  std::vector<hwc::steady_time> at;
  hwc::fake::transport t{[&](const hwc::http_request&) {
    at.push_back(t.clock().now().steady);
    hwc::http_response answer{.status = at.size() == 3 ? 429 : 200};
    if (answer.status == 429) answer.headers.add("Retry-After", "30");
    return answer;
  }};
  std::optional<std::string> at_the_429;
  auto client = make_client(hwc::rate_limited{t, {.requests = 10, .per = 10s}});
  const auto sum = hwc::bulk::run(client, users(10), key_of, notes,
                                  [&](const auto& e) {
                                    if (e.what == fate::not_sent) at_the_429 = file.text();
                                  },
                                  {.each = {.timeout = 5s}});
  CHECK(sum == summary{.sent = 9, .not_sent = 1});  // that one had no time to wait
  CHECK(at.size() == 10);
  CHECK(at[3] == at[2] + 30s);
  REQUIRE(at_the_429);
  CHECK(at_the_429->find("u3") == std::string::npos);
  CHECK(run(t, users(10), notes) == summary{.sent = 1, .sent_before = 9});
  CHECK(at.size() == 11);
}

TEST_CASE("bulk::run that has failed enough while the next one is at hand and waits: that is not begun; 1 request") {
  hwc::fake::transport t;
  t.expect({.response = {.status = 400}, .delay = 1500ms});
  t.expect({});  // somebody else's
  hwc::rate_limited limited{t, {.requests = 1, .per = 1s}};
  hwc::bulk::memory_journal notes;
  auto client = make_client(limited);
  // While the second is looked at, another one is given the turn that had come for it.
  support::made_range all{5, [&](std::size_t i) {
                            hwc::http_response response;
                            if (i == 1)
                              CHECK(limited.send({.origin = {.host = "a.example"}, .target = "/"}, response, {}));
                            return resend_email{.user_id = "u" + std::to_string(i)};
                          }};
  const auto sum = hwc::bulk::run(client, all, key_of, notes, [](const auto&) {}, {.concurrency = 4, .stop_after = 1});
  CHECK(sum.why == ending::failures);
  CHECK(sum.not_sent == 1);
  CHECK(sum.sent == 0);
  notes.begin_run();
  CHECK(notes.meet("u1") == past::none);
  CHECK(t.requests().size() == 2);
  CHECK(t.violations() == "");
}
