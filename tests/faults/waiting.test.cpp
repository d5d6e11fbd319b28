// SPDX-License-Identifier: BSL-1.0
#include "faults/stage.hpp"

#include <doctest/doctest.h>
#include <sys/types.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>

// Faults while the answer is awaited, and in the pauses between attempts.

using namespace faults;
using hwc::error_kind;
using std::chrono::steady_clock;

namespace {

const hwc::call_options brief{.timeout = 400ms};

// Sends so many bytes at once, and each of the others 10 ms after the one before: no pause is long, but the whole is.
class trickling_server final : public hwc::testing::socket_server {
 public:
  explicit trickling_server(std::size_t at_once) : socket_server{not_yet{}}, at_once_{at_once} {}
  ~trickling_server() override { stop(); }

 private:
  class slow final : public layer {
   public:
    explicit slow(std::size_t at_once) : next_{at_once} {}
    ssize_t transmit(int socket, const char* from, std::size_t size) override {
      if (next_ == 0) std::this_thread::sleep_for(10ms);
      const auto moved = layer::transmit(socket, from, std::min(size, std::max<std::size_t>(next_, 1)));
      next_ = 0;
      return moved;
    }

   private:
    std::size_t next_;
  };
  std::unique_ptr<layer> make_layer(int) override { return std::make_unique<slow>(at_once_); }

  std::size_t at_once_;
};

}  // namespace

TEST_CASE("row 26: silence after the whole request: unknown at the deadline and not before; 1 request") {
  for (const auto who : subjects) {
    check(26, who, "no answer", {"unknown", 1, 1}, [](stage& s) {
      s.play({{{}}});
      const auto start = s.now().steady;
      const auto o = s.call(brief);
      CHECK(s.now().steady - start >= brief.timeout - (s.in_memory() ? 0ms : 5ms));
      REQUIRE_FALSE(o);
      CHECK(o.error().kind == error_kind::timeout);
    });
  }
}

TEST_CASE("row 27: the deadline falls into a pause: the last verdict, without sleeping until then; 0 or 1 request") {
  for (const auto who : subjects) {
    check(27, who, "refused, 300 ms left", {"not_sent", 0}, [](stage& s) {
      s.play({});
      s.server().refuse();
      const auto start = s.now().steady;
      const auto o = s.call({.timeout = 300ms, .max_attempts = 1000});
      if (s.in_memory()) CHECK(s.now().steady - start < 300ms);
      REQUIRE_FALSE(o);
      CHECK(o.error().kind == error_kind::connection);
    });
    check(27, who, "429, Retry-After: 5, 2 s left", {"rejected", 1, 1}, [](stage& s) {
      s.play({}, {.answer = answer(429, "", "Retry-After: 5\r\n")});
      const auto start = s.now().steady;
      s.call({.timeout = 2s});
      s.late_if(s.now().steady - start > 500ms);
    });
  }
}

TEST_CASE(
    "row 28: cancelled before the write or in a pause: not sent, within 10 ms; 0 requests, or 1 that was refused") {
  for (const auto who : subjects) {
    check(28, who, "before the call", {"not_sent", 0}, [](stage& s) {
      s.play({});
      static_cast<void>(s.client());
      std::stop_source source;
      source.request_stop();
      const auto start = s.now().steady;
      const auto o = s.call({.timeout = 5s, .stop = source.get_token()});
      s.late_if(s.now().steady - start > 10ms);
      REQUIRE_FALSE(o);
      CHECK(o.error().kind == error_kind::cancelled);
    });
    if (who == subject::memory) {
      variant_not_made(28, name_of(who), "in a pause", "in virtual time a pause takes none");
      continue;
    }
    check(28, who, "in a pause after connecting was refused", {"not_sent", 0}, [&](stage& s) {
      s.play({});
      s.server().refuse();
      s.call_and_stop(30ms);
    });
    check(28, who, "in the pause of a 429", {"rejected", 1, 1}, [&](stage& s) {
      s.play({}, {.answer = answer(429, "", "Retry-After: 4\r\n")});
      s.call_and_stop(50ms);
    });
  }
}

TEST_CASE("row 29: cancelled after the whole request: unknown, the connection dropped; 1 request") {
  for (const auto who : subjects) {
    check(29, who, "while the answer is awaited", {"unknown", 1, 1}, [](stage& s) {
      std::stop_source source;
      hwc::steady_time asked;
      s.play({{{.meanwhile = [&] {
        asked = s.now().steady;
        source.request_stop();
      }}}});
      const auto o = s.call({.timeout = 5s, .stop = source.get_token()});
      s.late_if(s.now().steady - asked > 10ms);
      REQUIRE_FALSE(o);
      CHECK(o.error().kind == error_kind::cancelled);
      if (!s.in_memory()) CHECK(s.server().await_ends(1));
    });
    if (who == subject::memory) {
      variant_not_made(29, name_of(who), "that the connection is dropped", "no connections in memory");
    }
  }
}

TEST_CASE("row 30: the answer to a call that timed out comes with the next call, which does not see it; 2 requests") {
  for (const auto who : subjects) {
    check(30, who, "a 403 that is late", {"unknown, sent", 2, 1}, [](stage& s) {
      s.play({{{.answer = answer(403), .late = true}}});
      s.call(brief);
      s.call();
      if (!s.in_memory()) CHECK(s.server().connections() == 2);
    });
  }
}

TEST_CASE("row 31: a second answer that nobody asked for: the connection is dropped; 2 requests on 2 connections") {
  for (const auto who : over_sockets) {
    check(31, who, "200 and 403 in one", {"sent, sent", 2, 1}, [](stage& s) {
      s.play({{{.answer = ok + answer(403)}}});
      s.call();
      s.call();
      CHECK(s.server().connections() == 2);
    });
  }
  not_made(31, name_of(subject::memory), "an answer in memory is one by construction");
}

TEST_CASE("row 32: 100,000 interim answers: unknown, and given up long before the deadline; 1 request") {
  std::string interims;
  for (int i = 0; i != 100'000; ++i) interims += "HTTP/1.1 102 Processing\r\n\r\n";
  for (const auto who : over_sockets) {
    check(32, who, "102", {"unknown", 1, 1}, [&](stage& s) {
      s.play({{{.answer = interims}}});
      const auto o = s.call();
      REQUIRE_FALSE(o);
      CHECK(o.error().kind == error_kind::malformed_response);
    });
  }
  check(32, subject::memory, "102 as the answer", {"unknown", 1, 1}, [](stage& s) {
    s.answer_once({.status = 102});
    s.call();
  });
}

TEST_CASE("row 33: an answer that trickles: unknown at the deadline, or sent where its head is complete; 1 request") {
  const std::string status = "HTTP/1.1 200 OK\r\n", head = status + "Content-Length: 999\r\n\r\n",
                    long_head = status + "X-Long: " + std::string(999, 'x');
  const struct {
    const char* name;
    std::size_t at_once;  // bytes; the others follow one by one
    std::string answer;
    const char* verdict;
  } cases[] = {
      {"byte by byte", 1, long_head, "unknown"},
      {"half a head, then byte by byte", status.size(), long_head, "unknown"},
      {"a head, then a body byte by byte", head.size(), head + std::string(998, 'x'), "sent"},
  };
  for (const auto who : over_sockets) {
    for (const auto& each : cases) {
      check(33, who, each.name, {each.verdict, 1, 1}, [&](stage& s) {
        s.use(std::make_unique<trickling_server>(each.at_once));
        s.server().play({{{.answer = each.answer}}});
        const auto start = steady_clock::now();
        const auto o = s.call(brief);
        CHECK(steady_clock::now() - start >= brief.timeout - 5ms);
        if (!o) CHECK(o.error().kind == error_kind::timeout);
      });
    }
  }
  check(33, subject::memory, "1 byte", {"unknown", 1, 1}, [](stage& s) {
    s.play({{{}}});
    s.call(brief);
  });
}
