// SPDX-License-Identifier: BSL-1.0
#include <hwc/openssl/testing/tls_server.hpp>

#include "faults/stage.hpp"

#include <doctest/doctest.h>
#include <signal.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <system_error>

// Faults while the request is written, on new connections and on kept ones.

using namespace faults;
using hwc::error_kind;

namespace {

// More than the buffers of the kernel take, so that the last byte is not handed over while nobody reads.
const resend_email large{.user_id = "u", .template_id = std::string(12'000'000, 'x')};
const resend_email small{.user_id = "u"};
// More than goes out in one write with its head, less than what those buffers take.
const resend_email medium{.user_id = "u", .template_id = std::string(20'000, 'x')};

// The size of the small request, head and body, as that subject sends it.
std::size_t size_of_request(subject who) {
  stage s{who};
  s.play({});
  s.call();
  return s.server().request(0).size();
}

hwc::transport_error broken(error_kind kind = error_kind::connection) {
  return {.kind = kind, .sent = hwc::delivery::not_sent, .retryable = true, .message = "broke before the last byte"};
}

std::atomic<int> pipe_signals = 0;

}  // namespace

TEST_CASE(
    "row 18: RST after a part of the request: not sent and tried again where bytes were left; at most 1 request") {
  for (const auto who : over_sockets) {
    for (const std::size_t k : {std::size_t{0}, std::size_t{1}, std::size_t{100'000}, std::size_t{1'000'000}}) {
      const auto played = "12 MB, RST after " + std::to_string(k);
      check(18, who, played, {"not_sent", 0, 1}, [&](stage& s) {
        s.play({{{.afterwards = then::reset, .read = k}}});
        s.call(once, large);
      });
      if (k != 100'000) continue;
      check(18, who, played + ", then a good one", {"sent", 1, 2}, [&](stage& s) {
        s.play({{{.afterwards = then::reset, .read = k}}});
        s.call(patient, large);
      });
    }
    // A small request is handed over at once, whatever the server reads of it: nothing may be claimed of it but that it
    // was not seen to succeed, and only a proof leads to another attempt.
    const auto size = size_of_request(who);
    for (const std::size_t k : {std::size_t{0}, std::size_t{1}, size / 2, size - 1}) {
      check(18, who, "RST after " + std::to_string(k) + " of " + std::to_string(size), {"unknown|not_sent", 0, 1},
            [&](stage& s) {
              s.play({{{.afterwards = then::reset, .read = k}}});
              s.call(once);
            });
    }
  }
  check_failure_in_memory(18, "RST before the last byte", broken());
}

TEST_CASE("row 19: the server stops reading in the middle of the request: not sent by the deadline; 0 requests") {
  for (const auto who : over_sockets) {
    check(19, who, "12 MB, 1 byte is read", {"not_sent", 0, 1}, [](stage& s) {
      s.play({{{.afterwards = then::stall, .read = 1}}});
      s.ends_unseen = true;
      const auto o = s.call({.timeout = 300ms}, large);
      REQUIRE_FALSE(o);
      CHECK(o.error().kind == error_kind::timeout);
    });
    check(19, who, "12 MB, 1 byte is read, stopped", {"not_sent", 0, 1}, [](stage& s) {
      s.play({{{.afterwards = then::stall, .read = 1}}});
      s.ends_unseen = true;
      s.call_and_stop(500ms, large);
    });
  }
  auto why = broken(error_kind::timeout);
  why.retryable = false;
  check_failure_in_memory(19, "stall until the deadline", why);
}

TEST_CASE("row 20: a kept connection that the server has closed: a new one, at no cost; 2 requests on 2 connections") {
  for (const auto who : over_sockets) {
    for (const auto how : {then::close, then::reset}) {
      check(20, who, how == then::close ? "FIN" : "RST", {"sent, sent", 2, 1}, [how](stage& s) {
        // The reset comes when the client has taken the answer: it may overtake it otherwise.
        const bool resets = how == then::reset;
        s.play({{{.answer = ok, .afterwards = resets ? then::keep : how}}});
        s.call(once);
        if (resets) s.server().hang_up();
        CHECK(s.server().await_ends(1));
        s.call(once);
        CHECK(s.server().connections() == 2);
      });
    }
  }
  not_made(20, name_of(subject::memory), "no connections in memory");
}

TEST_CASE("row 21: a kept connection breaks after the whole request: unknown, no retry; 1 POST of 2 calls each") {
  for (const auto who : subjects) {
    for (const auto how : {then::reset, then::close}) {
      check(21, who, how == then::reset ? "RST" : "FIN", {"sent, unknown", 2, 1}, [how](stage& s) {
        s.play({{{.answer = ok}, {.afterwards = how}}});
        s.call();
        s.call();
        if (!s.in_memory()) CHECK(s.server().connections() == 1);
      });
      check(21, who, std::string{how == then::reset ? "RST" : "FIN"} + ", 20 kB", {"sent, unknown", 2, 1},
            [how](stage& s) {
              s.play({{{.answer = ok}, {.afterwards = how}}});
              s.call();
              s.call(patient, medium);
            });
      check(21, who, std::string{how == then::reset ? "RST" : "FIN"} + ", then a good one",
            {"sent, unknown, sent", 3, 1}, [how](stage& s) {
              s.play({{{.answer = ok}, {.afterwards = how}}});
              s.call();
              s.call();
              s.call();
            });
    }
  }
}

TEST_CASE("row 22: no Expect is sent; a kept connection closed behind the head of a large request: sent anew") {
  for (const auto who : over_sockets) {
    check(22, who, "no Expect, small and 2 MB", {"sent, sent", 2, 1}, [](stage& s) {
      s.play({});
      s.call(once);
      s.call(once, {.user_id = "u", .template_id = std::string(2'000'000, 'x')});
      for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
        const auto text = s.server().request(i);
        const auto head = text.substr(0, text.find("\r\n\r\n"));
        for (const auto* name : {"\r\nExpect", "\r\nexpect"}) CHECK(head.find(name) == std::string::npos);
      }
    });
    variant_not_made(22, name_of(who), "FIN behind the head, 12 MB",
                     "the rest may still arrive: the program sweep plays it and holds the verdict against what did");
    check(22, who, "RST behind the head, 12 MB", {"sent, not_sent", 1, 1}, [](stage& s) {
      s.play({{{.answer = ok}, {.afterwards = then::reset, .read = 400}}});
      s.call(once);
      s.call(once, large);
    });
    check(22, who, "RST behind the head, 12 MB, then a good one", {"sent, sent", 2, 2}, [](stage& s) {
      s.play({{{.answer = ok}, {.afterwards = then::reset, .read = 400}}});
      s.call();
      s.call(patient, large);
    });
  }
  not_made(22, name_of(subject::memory), "no connections in memory");
}

TEST_CASE("row 23: a new connection ends in order after the whole request: unknown, no retry; 1 request") {
  for (const auto who : subjects) {
    check(23, who, "FIN", {"unknown", 1, 1}, [](stage& s) {
      s.play({{{.afterwards = then::close}}});
      s.call();
    });
  }
}

TEST_CASE("row 24: a new connection breaks after the whole request: unknown, no retry; 1 request") {
  for (const auto who : subjects) {
    check(24, who, "RST", {"unknown", 1, 1}, [](stage& s) {
      s.play({{{.afterwards = then::reset}}});
      s.call();
    });
    check(24, who, "RST, 20 kB", {"unknown", 1, 1}, [](stage& s) {
      s.play({{{.afterwards = then::reset}}});
      s.call(patient, medium);
    });
  }
}

TEST_CASE("row 25: writing into a broken connection: not sent, and no SIGPIPE, plain and TLS; 0 requests") {
  struct sigaction counts {};
  struct sigaction before {};
  counts.sa_handler = [](int) { ++pipe_signals; };
  REQUIRE(::sigaction(SIGPIPE, &counts, &before) == 0);
  for (const auto who : over_sockets) {
    for (const bool tls : {false, true}) {
      check(25, who, tls ? "12 MB over TLS" : "12 MB", {"not_sent", 0, 1}, [tls](stage& s) {
        const script breaks{{.afterwards = then::drop, .read = 1}};
        if (tls) {
          auto server = std::make_unique<hwc::openssl::testing::tls_server>();
          server->play({breaks});
          s.how.ca_file = server->ca_file();
          s.use(std::move(server));
        } else {
          s.play({breaks});
        }
        const auto outcome = s.call(once, large);
        REQUIRE_FALSE(outcome);
        CHECK(outcome.error().cause == std::errc::broken_pipe);
        CHECK(pipe_signals == 0);
      });
    }
  }
  REQUIRE(::sigaction(SIGPIPE, &before, nullptr) == 0);
  check_failure_in_memory(25, "EPIPE before the last byte", broken());
}
