// SPDX-License-Identifier: BSL-1.0
#include <hwc/bulk/async_run.hpp>

#include <hwc/bulk/file_journal.hpp>
#include <hwc/bulk/memory_journal.hpp>
#include <hwc/client.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/transports/rate_limited.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/bulk_runs.hpp"
#include "support/journal_file.hpp"
#include "support/made_range.hpp"
#include "support/stepping_transport.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using hwc::bulk::ending;
using hwc::bulk::fate;
using hwc::bulk::outcome;
using hwc::bulk::past;
using hwc::bulk::summary;
using hwc::workspace::resend_email;
using support::failing_journal;
using support::stepping_transport;
using support::users;

namespace {

const hwc::endpoint where{"https://workspace.example", "project"};
const hwc::token_signer signer{"a-secret-token"};
constexpr auto key_of = &resend_email::user_id;
const auto nobody = [](const auto&) {};

// What the handler was called with, and how often.
struct told {
  int times = 0;
  std::exception_ptr thrown{};
  summary sum{};
  auto handler() {
    return [this](std::exception_ptr what, summary came) {
      ++times;
      thrown = std::move(what);
      sum = std::move(came);
    };
  }
};

// The service, reached without blocking.
struct counting : support::counting {
  stepping_transport stepping{transport};

  // A whole run.
  template <class Journal, class Observer>
  summary run(const std::vector<resend_email>& all, Journal& notes, Observer observer,
              const hwc::bulk::run_options& options = {}) {
    hwc::client client{where, stepping, signer, hwc::return_result{}};
    told end;
    hwc::bulk::async_run(client, all, key_of, notes, std::move(observer), options, end.handler());
    stepping.run();
    CHECK(end.times == 1);
    CHECK(end.thrown == nullptr);
    return end.sum;
  }
};

}  // namespace

TEST_CASE("bulk::async_run over a new journal: one email each, told of once, and a second run sends nothing") {
  for (const std::size_t concurrency : {std::size_t{1}, std::size_t{4}, std::size_t{100}}) {
    const support::journal_file file;
    counting seen;
    for (int again = 0; again != 2; ++again) {
      auto notes = hwc::bulk::file_journal::open(file.path(), "test");
      REQUIRE(notes.has_value());
      std::map<std::string, fate> fates;
      const auto sum = seen.run(users(50), *notes, [&](const auto& e) { CHECK(fates.emplace(e.key, e.what).second); },
                                {.concurrency = concurrency});
      CHECK(sum == (again == 0 ? summary{.sent = 50} : summary{.sent_before = 50}));
      CHECK(fates.size() == 50);
    }
    CHECK(seen.requests.size() == 50);
    CHECK(seen.most() == 1);
  }
}

TEST_CASE("bulk::async_run: what is known of a key decides; 4 requests for 8 users") {
  counting seen;
  seen.answers = {{"u3", 400}, {"u4", 500}};
  hwc::bulk::memory_journal notes;
  const std::pair<const char*, outcome> known[] = {
      {"u0", outcome::sent}, {"u1", outcome::not_sent}, {"u2", outcome::unknown}};
  for (const auto& [key, what] : known) {
    CHECK(notes.begin(key));
    CHECK(notes.end(key, what));
  }
  CHECK(notes.begin("u5"));
  auto all = users(7);
  all.push_back(all.front());
  std::string text;
  const auto observer = [&](const auto& e) {
    text += std::string{e.key} + ' ' + std::string{to_string(e.what)} + ", ";
  };
  CHECK(seen.run(all, notes, observer, {.concurrency = 1}) ==
        summary{.sent = 2, .not_sent = 1, .unknown = 1, .sent_before = 1, .unknown_before = 2, .repeated = 1});
  CHECK(
      text ==
      "u0 sent_before, u1 sent, u2 unknown_before, u3 not_sent, u4 unknown, u5 unknown_before, u6 sent, u0 repeated, ");
  CHECK(seen.total() == 4);
}

TEST_CASE(
    "bulk::async_run: asks nothing of anybody, nor of its range, before the transport moves; owns what it is given") {
  counting seen;
  hwc::bulk::memory_journal notes;
  const auto alive = std::make_shared<int>();
  int made = 0;
  told end;
  hwc::client client{where, seen.stepping, signer, hwc::return_result{}};
  const auto begin = [&] {
    hwc::bulk::async_run(
        client,
        support::made_range{5,
                            [&made, alive](std::size_t i) {
                              ++made;
                              return resend_email{.user_id = std::to_string(i)};
                            }},
        [alive](const resend_email& op) { return "user " + op.user_id; }, notes, [alive](const auto&) {},
        {.concurrency = 2}, end.handler());
  };
  begin();
  CHECK(made == 0);
  CHECK(notes.size() == 0);
  CHECK(alive.use_count() == 4);
  seen.stepping.run();
  CHECK(end.times == 1);
  CHECK(end.sum == summary{.sent = 5});
  CHECK(alive.use_count() == 1);
  CHECK(notes.meet("user 3") == past::repeated);
  begin();
  seen.stepping.drop();
  CHECK(alive.use_count() == 1);
  CHECK(end.times == 1);
}

TEST_CASE(
    "bulk::async_run with a journal that fails at any note: nothing is begun after that, and all can be taken up") {
  const auto all = users(10);
  for (const std::size_t concurrency : {std::size_t{1}, std::size_t{4}}) {
    for (int good = 0; good <= 20; ++good) {
      CAPTURE(concurrency);
      CAPTURE(good);
      counting seen;
      failing_journal notes{.left = good};
      const auto sum = seen.run(all, notes, nobody, {.concurrency = concurrency});
      CHECK(sum.why == (good == 20 ? ending::completed : ending::journal));
      CHECK(sum.error.has_value() == (good < 20));
      CHECK(sum.sent == seen.total());
      if (concurrency == 1) CHECK(seen.total() == static_cast<std::size_t>(good + 1) / 2);
      CHECK(seen.total() <= static_cast<std::size_t>(good));
      const auto rest = seen.run(all, notes.inner, nobody);
      CHECK(rest.sent + rest.sent_before + rest.unknown_before == 10);
      CHECK(rest.unknown_before <= concurrency);
      CHECK(seen.total() == 10);
      CHECK(seen.most() == 1);
    }
  }
}

TEST_CASE("bulk::async_run that is asked to end in each way: says which, and goes no further") {
  counting seen;
  hwc::bulk::memory_journal notes;
  std::stop_source stop;
  hwc::bulk::run_options options{.concurrency = 1};
  std::size_t requests = 1;
  auto why = ending::finish;
  SUBCASE("finish") { options.finish = stop.get_token(); }
  SUBCASE("stop") {
    options.each.stop = stop.get_token();
    why = ending::stop;
  }
  SUBCASE("finish, before it began") {
    options.finish = stop.get_token();
    stop.request_stop();
    requests = 0;
  }
  SUBCASE("stop, before it began") {
    options.each.stop = stop.get_token();
    stop.request_stop();
    requests = 0;
    why = ending::stop;
  }
  SUBCASE("refused") {
    seen.answers["u0"] = 401;
    why = ending::refused;
  }
  SUBCASE("failures") {
    seen.answers = {{"u0", 400}, {"u1", 400}};
    options.stop_after = 2;
    requests = 2;
    why = ending::failures;
  }
  const auto sum = seen.run(
      users(10), notes, [&](const auto&) { stop.request_stop(); }, options);
  CHECK(to_string(sum.why) == to_string(why));
  CHECK(seen.total() == requests);
  // The rest is for the next run.
  seen.answers.clear();
  const auto rest = seen.run(users(10), notes, nobody);
  CHECK(rest.sent + rest.sent_before == 10);
}

TEST_CASE(
    "bulk::async_run that is stopped: what is under way ends at once, and is unknown for the next run; 3 requests") {
  hwc::fake::transport t;
  for (int i = 0; i != 3; ++i) t.expect({.delay = 5s});
  stepping_transport inner{t};
  hwc::client client{where, inner, signer, hwc::return_result{}};
  hwc::bulk::memory_journal notes;
  std::stop_source stop;
  told end;
  const auto all = users(3);
  hwc::bulk::async_run(client, all, key_of, notes, nobody, {.each = {.stop = stop.get_token()}}, end.handler());
  while (t.requests().size() != 3) CHECK(inner.step());
  stop.request_stop();
  inner.run();
  CHECK(end.sum == summary{.unknown = 3, .why = ending::stop});
  hwc::bulk::async_run(client, all, key_of, notes, nobody, {}, end.handler());
  inner.run();
  CHECK(end.sum == summary{.unknown_before = 3});
  CHECK(t.violations() == "");
}

TEST_CASE("bulk::async_run whose observer, key or journal throws: the handler gets it, what was under way is unknown") {
  hwc::fake::transport t;
  t.expect({.delay = 1s});
  for (int i = 0; i != 3; ++i) t.expect({.delay = 5s});
  stepping_transport inner{t};
  hwc::client client{where, inner, signer, hwc::return_result{}};
  hwc::bulk::memory_journal notes;
  told end;
  const auto all = users(10);
  std::string throws;
  SUBCASE("observer") { throws = "observer"; }
  SUBCASE("key") { throws = "key"; }
  hwc::bulk::async_run(
      client, all,
      [&](const resend_email& op) -> const std::string& {
        if (throws == "key" && op.user_id == "u4") throw std::runtime_error{"key"};
        return op.user_id;
      },
      notes,
      [&](const auto&) {
        if (throws == "observer") throw std::runtime_error{"observer"};
      },
      {.concurrency = 4}, end.handler());
  inner.run();
  CHECK(end.times == 1);
  REQUIRE(end.thrown != nullptr);
  CHECK_THROWS_WITH(std::rethrow_exception(end.thrown), throws.c_str());
  CHECK(t.requests().size() == 4);
  CHECK(t.violations() == "");
  notes.begin_run();
  CHECK(notes.meet("u0") == past::sent);
  for (const auto* key : {"u1", "u2", "u3"}) CHECK(notes.meet(key) == past::unknown);
  CHECK(notes.meet("u5") == past::none);
}

TEST_CASE("bulk::async_run over rate_limited: an email is noted when it leaves") {
  const support::journal_file file;
  auto notes = hwc::bulk::file_journal::open(file.path(), "test");
  REQUIRE(notes.has_value());
  int in_order = 0;
  hwc::fake::transport t;
  const auto start = t.clock().now().steady;
  for (int i = 0; i != 5; ++i) {
    t.expect({.meanwhile = [&, i] {
      const auto text = file.text();
      const auto has = [&](int user) {
        return text.find("{\"event\":\"begin\",\"key\":\"u" + std::to_string(user) + "\"}") != std::string::npos;
      };
      if (has(i) && !has(i + 1) && t.clock().now().steady == start + i * 1s) ++in_order;
    }});
  }
  stepping_transport inner{t};
  hwc::client client{where, hwc::rate_limited{inner, {.requests = 1, .per = 1s}}, signer, hwc::return_result{}};
  told end;
  const auto all = users(5);
  hwc::bulk::async_run(client, all, key_of, *notes, nobody, {.each = {.timeout = 500ms}}, end.handler());
  inner.run();
  CHECK(end.sum == summary{.sent = 5});
  CHECK(in_order == 5);
  CHECK(t.violations() == "");
}
