// SPDX-License-Identifier: BSL-1.0
#include <hwc/openssl/testing/tls_server.hpp>

#include "faults/stage.hpp"
#include "faults/tls_peer.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Faults of the TLS handshake.

using namespace faults;
using hwc::error_kind;
using hwc::openssl::testing::tls_server;
using hwc::testing::certificate;

namespace {

hwc::transport_error tls_failure(hwc::delivery sent, bool retryable) {
  return {.kind = error_kind::tls, .sent = sent, .retryable = retryable, .message = "no TLS"};
}

// A server with that certificate, whose authority the client trusts.
void secure(stage& s, certificate what) {
  auto server = std::make_unique<tls_server>();
  CHECK(server->present(what));
  server->play({});
  s.how.ca_file = server->ca_file();
  s.use(std::move(server));
}

tls_peer& secure(stage& s, tls_faults what) {
  auto server = std::make_unique<tls_peer>(std::move(what));
  auto& made = *server;
  s.how.ca_file = made.ca_file();
  s.use(std::move(server));
  return made;
}

// All attempts are allowed, and only one is made.
void check_stops(int row, const std::string& played, certificate what) {
  for (const auto who : over_sockets) {
    check(row, who, played, {"not_sent", 0, 1}, [&](stage& s) {
      secure(s, what);
      CHECK(s.call().error().kind == error_kind::tls);
    });
  }
}

}  // namespace

TEST_CASE("row 9: self-signed, unknown authority, empty trust store: not sent, no retry; 0 requests") {
  check_stops(9, "unknown authority", certificate::unknown_authority);
  for (const auto who : over_sockets) {
    check(9, who, "self-signed", {"not_sent", 0, 1}, [](stage& s) {
      secure(s, {.self_signed = true});
      CHECK(s.call().error().kind == error_kind::tls);
    });
    check(9, who, "empty trust store", {"not_sent", 0, 1}, [](stage& s) {
      const support::temporary_folder empty;
      secure(s, certificate::trusted);
      s.how.ca_file = "";
      s.how.ca_path = empty.path();
      CHECK(s.call().error().kind == error_kind::tls);
    });
  }
  check_failure_in_memory(9, "certificate not accepted", tls_failure(hwc::delivery::not_sent, false));
}

TEST_CASE(
    "row 10: the certificate of another host: not sent, no retry; the handshake names the host; 0 and 1 request") {
  check_stops(10, "wrong name", certificate::wrong_name);
  for (const auto who : over_sockets) {
    check(10, who, "right name, sent as SNI", {"sent", 1, 1}, [](stage& s) {
      secure(s, certificate::trusted);
      s.where.emplace("https://localhost:" + std::to_string(s.sockets().port()), "project");
      s.call();
      const auto& server = dynamic_cast<tls_server&>(s.server());
      CHECK(server.server_names() == std::vector<std::string>{"localhost"});
    });
  }
  check_failure_in_memory(10, "wrong name", tls_failure(hwc::delivery::not_sent, false));
}

TEST_CASE("row 11: expired or not yet valid: not sent, no retry; 0 requests") {
  check_stops(11, "expired", certificate::expired);
  check_stops(11, "not yet valid", certificate::not_yet_valid);
  check_failure_in_memory(11, "expired", tls_failure(hwc::delivery::not_sent, false));
}

TEST_CASE("row 12: pinning is not offered") {
  for (const auto who : subjects) not_made(12, name_of(who), "no transport offers pinning");
}

TEST_CASE("row 13: the handshake stalls: not sent, and the next connection carries it; at most 1 request") {
  const tls_faults stalls{.bare_first = 1, .scripts = {{{.afterwards = then::stall, .read = 1}}}};
  for (const auto who : over_sockets) {
    check(13, who, "until the deadline", {"not_sent", 0, 1}, [&](stage& s) {
      secure(s, stalls);
      CHECK(s.call({.timeout = 150ms}).error().kind == error_kind::timeout);
    });
    check(13, who, "stopped", {"not_sent", 0, 1}, [&](stage& s) {
      secure(s, stalls);
      s.call_and_stop(50ms);
    });
    check(13, who, "for connect_timeout", {"not_sent", 0, 1}, [&](stage& s) {
      secure(s, stalls);
      s.how.connect_timeout = 300ms;
      s.call(once);
    });
    check(13, who, "for connect_timeout, then a good one", {"sent", 1, 2}, [&](stage& s) {
      secure(s, stalls);
      s.how.connect_timeout = 300ms;
      s.call();
    });
  }
  check_failure_in_memory(13, "no handshake in time",
                          {.kind = error_kind::connection, .sent = hwc::delivery::not_sent, .retryable = true});
}

TEST_CASE("row 14: FIN or RST in the handshake: not sent, and the next connection carries it; at most 1 request") {
  for (const auto how : {then::close, then::reset}) {
    const std::string name = how == then::close ? "FIN" : "RST";
    for (const std::size_t read : {std::size_t{0}, std::size_t{1}}) {
      const auto played = name + (read == 0 ? " at once" : " after a byte");
      const tls_faults breaks{.bare_first = 1, .scripts = {{{.afterwards = how, .read = read}}}};
      for (const auto who : over_sockets) {
        check(14, who, played, {"not_sent", 0, 1}, [&](stage& s) {
          secure(s, breaks);
          s.call(once);
        });
        check(14, who, played + ", then a good one", {"sent", 1, 2}, [&](stage& s) {
          secure(s, breaks);
          s.call();
        });
      }
    }
  }
  check_failure_in_memory(14, "the handshake was cut off", tls_failure(hwc::delivery::not_sent, true));
}

TEST_CASE("row 15: a client certificate is demanded, in TLS 1.3: no retry where the request was written; 0 requests") {
  for (const auto who : over_sockets) {
    // Not sent where the alert came before the request was written.
    check(15, who, "none is shown, the alert arrives", {"unknown|not_sent", 0, 1}, [](stage& s) {
      secure(s, {.demands_certificate = true, .reads_on = true});
      CHECK(s.call().error().kind == error_kind::tls);
    });
    check(15, who, "none is shown, a reset follows the alert", {"unknown|not_sent", 0}, [](stage& s) {
      secure(s, {.demands_certificate = true});
      std::vector<std::string> ends;
      s.how.log = [&](std::string_view line) { ends.emplace_back(line.substr(line.find(" failed: ") + 1)); };
      const auto o = s.call();
      REQUIRE_FALSE(o);
      // The reset may overtake the alert, and may come before the request was written: then the connection broke with
      // the request still here, which is tried again as in row 14. Any other end is the last one.
      REQUIRE(ends.size() == static_cast<std::size_t>(s.attempts()));
      const auto again = std::count_if(ends.begin(), ends.end(),
                                       [](const auto& end) { return end.starts_with("failed: connection, not_sent"); });
      const bool all = o.error().sent == hwc::delivery::not_sent && o.error().kind == error_kind::connection;
      CHECK(again == (all ? patient.max_attempts : s.attempts() - 1));
    });
  }
  check_failure_in_memory(15, "an alert after the request", tls_failure(hwc::delivery::unknown, false));
}

TEST_CASE("row 16: the server's tickets allow early data: none is offered; 2 requests on 2 connections") {
  for (const auto who : over_sockets) {
    check(16, who, "no early data in 2 handshakes", {"sent, sent", 2}, [](stage& s) {
      const step last{.answer = ok, .afterwards = then::close};
      const auto& server = secure(s, {.takes_early_data = true, .scripts = {{last}, {last}}});
      s.call();
      CHECK(s.server().await_ends(1));
      s.call();
      CHECK(server.hellos() == 2);
      CHECK(server.early_data() == 0);
    });
  }
  not_made(16, name_of(subject::memory), "no TLS in memory");
}

TEST_CASE("row 17: the server speaks TLS 1.1 at most: not sent, no retry; 0 requests") {
  check_stops(17, "TLS 1.1", certificate::old_protocol);
  check_failure_in_memory(17, "version not accepted", tls_failure(hwc::delivery::not_sent, false));
}
