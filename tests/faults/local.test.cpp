// SPDX-License-Identifier: BSL-1.0
#include <hwc/http.hpp>

#include "faults/stage.hpp"
#include "support/heap.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

// Faults on this side: memory, exceptions, clocks, processes, threads, and what callers pass.

using namespace faults;
using hwc::error_kind;

namespace {

// RFC 3986 section 2.1.
std::string percent_decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i != text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    plain += static_cast<char>(std::stoi(std::string{text.substr(i + 1, 2)}, nullptr, 16));
    i += 2;
  }
  return plain;
}

// Complete requests for that user.
std::size_t requests_of(const hwc::testing::scripted_server& server, const std::string& user) {
  std::size_t count = 0;
  for (std::size_t i = 0; i != server.requests(); ++i) {
    count += server.request(i).find("/users/" + user + "/") != std::string::npos ? 1U : 0U;
  }
  return count;
}

const outcome not_sent_at_all{hwc::error{.kind = error_kind::credentials, .sent = hwc::delivery::not_sent}};

}  // namespace

TEST_CASE("row 62: each allocation of a call fails once: what throws was not sent, and no request is repeated") {
  for (const auto who : {subject::memory, subject::curl, subject::beast}) {
    std::size_t failed = 0, received = 0;
    const auto start = std::chrono::steady_clock::now();
    for (bool happened = true; happened;) {
      CAPTURE(failed);
      stage s{who};
      s.play({});
      auto& client = s.client();
      const resend_email op{.user_id = "u"};
      std::optional<outcome> made;
      {
        static const std::atomic<int> nothing_watched = 0;
        const heap::failure planned{failed + 1, nothing_watched};
        try {
          made.emplace(client.send(op, once));
        } catch (const std::bad_alloc&) {
        }
        happened = planned.happened();
      }
      // The same client goes on, as if nothing had happened.
      CHECK(client.send({.user_id = "later"}, patient));
      // What is still under way counts when it has arrived.
      s.hang_up();
      if (who != subject::memory) CHECK(s.sockets().await_no_connections());
      CHECK(requests_of(s.server(), "later") == 1);
      const auto requests = requests_of(s.server(), "u");
      CHECK(s.server().requests() == requests + 1);
      received += requests;
      CHECK(requests <= 1);
      // In memory a request arrives in a container, which may be what cannot be allocated.
      if (!made && who != subject::memory) CHECK(requests == 0);
      if (made && !*made && made->error().sent == hwc::delivery::not_sent) CHECK(requests == 0);
      if (made && *made) CHECK(requests == 1);
      failed += happened ? 1 : 0;
      REQUIRE(failed < 1000);
    }
    CHECK(failed > 0);
    record({62, name_of(who), "bad_alloc at each of " + std::to_string(failed) + " allocations", failed + 1, received,
            "not_sent where it threw; by bytes else",
            std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start)});
  }
}

TEST_CASE("row 62: where memory cannot run out") {
  variant_not_made(
      62, name_of(subject::async), "bad_alloc",
      "on a strand, Asio allocates in a constructor that is noexcept (handler_work_base), so that no memory "
      "there ends the program, whatever the transport does; its own code is that of the blocking one");
}

TEST_CASE("row 62: the signer throws: nothing is sent, and the next call is; 0 and 1 request") {
  for (const auto who : subjects) {
    check(62, who, "signer throws, then not", {"not_sent, sent", 1}, [](stage& s) {
      s.play({});
      const auto throws = std::make_shared<bool>(true);
      s.signs.with = [throws, signs = s.signs.with](hwc::http_request& request, hwc::wall_time now) {
        if (*throws) throw std::runtime_error{"no signature"};
        return signs(request, now);
      };
      // Blocking calls let it through, others tell it to their handler.
      try {
        s.note(s.client().send({.user_id = "u"}, patient));
      } catch (const std::runtime_error&) {
        CHECK(s.who != subject::async);
        s.note(not_sent_at_all);
      }
      CHECK(s.server().requests() == 0);
      *throws = false;
      s.call();
    });
  }
}

TEST_CASE("row 62: a log that throws alters no verdict; 1 request each") {
  for (const auto who : subjects) {
    for (const auto& each :
         {std::pair{ok, "sent"}, std::pair{answer(403), "rejected"}, std::pair{answer(500), "unknown"}}) {
      check(62, who, std::string{"log throws, "} + each.second, {each.second, 1, 1}, [&](stage& s) {
        s.play({}, {.answer = each.first});
        s.how.log = [](std::string_view) { throw std::runtime_error{"disk full"}; };
        s.call();
      });
    }
  }
}

TEST_CASE("row 62: the handler or sink throws: it comes out where it should, and the request went out once") {
  for (const auto who : subjects) {
    check(62, who, who == subject::async ? "handler throws" : "sink of send_all throws", {"sent, sent", 2},
          [](stage& s) {
            s.play({});
            CHECK(s.client().lets_out_what_is_thrown({.user_id = "u"}));
            s.note(hwc::no_content{});
            s.call();
          });
  }
}

TEST_CASE("row 63: the calendar jumps by an hour during a call: the pauses and deadlines do not; 2 requests") {
  for (const auto who : subjects) {
    if (who == subject::async) continue;
    for (const auto jump : {3600s, -3600s}) {
      check(63, who, jump > 0s ? "calendar +1 h" : "calendar -1 h", {"sent", 2, 2}, [&](stage& s) {
        const auto shift = std::make_shared<std::atomic<long>>(0);
        s.play({{{.answer = answer(429), .meanwhile = [=] { *shift = jump.count(); }}}});
        s.how.wall_shift = [shift] { return std::chrono::seconds{*shift}; };
        s.call();
      });
    }
  }
}

TEST_CASE("row 63: fork: parent and child go on, the child with a client of its own; 3 requests") {
  for (const auto who : over_sockets) {
    check(63, who, "fork", {"sent x3", 3}, [](stage& s) {
      s.play({});
      s.call();
      const auto child = ::fork();
      if (child == 0) {
        ::alarm(5);
        stage own{s.who};
        own.where.emplace(s.sockets().url(), "project");
        const auto made = own.client().send({.user_id = "child"}, patient);
        ::_exit(made ? 0 : 1);
      }
      REQUIRE(child > 0);
      int status = -1;
      CHECK(::waitpid(child, &status, 0) == child);
      CHECK(status == 0);
      s.note(hwc::no_content{});
      s.call();
    });
  }
}

TEST_CASE("row 63: a client that is a static object: destroyed after main, with a kept connection; 1 request") {
  for (const auto who : subjects) {
    check(63, who, "static client", {"sent", 1}, [&](stage& s) {
      s.play({});
      s.ends_unseen = true;
      static_cast<void>(s.client());
      static std::vector<std::unique_ptr<any_client>> clients;
      clients.push_back(make_client(who,
                                    s.in_memory() ? hwc::endpoint{"https://memory.example", "project"}
                                                  : hwc::endpoint{s.sockets().url(), "project"},
                                    {.memory = s.how.memory}, {}));
      s.note(clients.back()->send({.user_id = "u"}, patient));
    });
  }
}

TEST_CASE("row 63: what is not played") {
  for (const auto who : subjects) {
    variant_not_made(63, name_of(who), "fork, the client used on in the child",
                     who == subject::memory ? "a child has a copy of all that is in memory, and shares no connection"
                                            : "not allowed: a child makes a client of its own, as connections and "
                                              "locks are the parent's");
  }
  variant_not_made(63, name_of(subject::async), "calendar", "it reads the machine's own");
  for (const auto who : subjects) {
    variant_not_made(
        63, name_of(who), "two shared libraries",
        "this program loads none; that two units which include all headers link and share what is inline is "
        "tried by the program two_units, within one program");
  }
}

TEST_CASE("row 64: a user id that is no plain word: refused, or one encoded part of the path; at most 1 request") {
  using namespace std::string_literals;
  const struct {
    const char* name;
    std::string id;
    bool refused = false;
  } cases[] = {
      {"/", "a/b"},
      {"%", "a%2Fb"},
      {"../..", "../../x"},
      {"blank", "a b"},
      {"? and #", "a?b#c"},
      {"unicode", "\xe7\x94\xa8\xe6\x88\xb7"},
      {"10 kB", std::string(10'000, 'x')},
      {"empty", "", true},
      {".", ".", true},
      {"..", "..", true},
      {"CR LF", "a\r\nX-Evil: 1", true},
      {"LF", "a\n", true},
      {"NUL", "a\0b"s, true},
      {"not UTF-8", "\xff\xfe", true},
  };
  for (const auto who : subjects) {
    for (const auto& each : cases) {
      check(64, who, each.name, {each.refused ? "not_sent" : "sent", each.refused ? 0U : 1U}, [&](stage& s) {
        s.play({});
        const auto o = s.call(patient, {.user_id = each.id});
        if (each.refused) {
          REQUIRE_FALSE(o);
          CHECK(o.error().kind == error_kind::invalid_argument);
          return;
        }
        const auto text = s.server().request(0);
        const auto line = text.substr(0, text.find("\r\n"));
        const std::string_view before = "POST /v2/project/users/", after = "/resend-email HTTP/1.1";
        REQUIRE(line.size() > before.size() + after.size());
        CHECK(line.starts_with(before));
        CHECK(line.ends_with(after));
        const auto part = line.substr(before.size(), line.size() - before.size() - after.size());
        CHECK(part.find_first_of("/?# ") == std::string::npos);
        CHECK(percent_decoded(part) == each.id);
        CHECK(text.find("X-Evil: ") == std::string::npos);
      });
    }
  }
}
