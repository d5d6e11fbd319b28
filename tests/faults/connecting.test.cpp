// SPDX-License-Identifier: BSL-1.0
#include "faults/names.hpp"
#include "faults/stage.hpp"
#include "support/no_descriptors.hpp"
#include "support/silent_port.hpp"

#include <doctest/doctest.h>
#include <netinet/in.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

// Faults before a byte of the request has left.

using namespace faults;
using hwc::error_kind;
using support::silent_port;

namespace {

// A service at a host that only the stand-in for the resolver knows.
hwc::endpoint at_host(const std::string& host, std::uint16_t port) {
  return {"http://" + host + ":" + std::to_string(port), "project", hwc::allow_plain_http};
}

hwc::transport_error not_sent(error_kind kind, bool retryable) {
  return {.kind = kind, .sent = hwc::delivery::not_sent, .retryable = retryable, .message = "no connection"};
}

// Does something when the second attempt is signed, which is before it connects.
void at_second_attempt(stage& s, std::function<void()> what) {
  s.signs.with = [signs = s.signs.with, what = std::move(what), count = std::make_shared<int>(0)](
                     hwc::http_request& request, hwc::wall_time now) {
    if (++*count == 2) what();
    return signs(request, now);
  };
}

}  // namespace

TEST_CASE("row 1: no such name: not sent, no retry, the host named; 0 requests") {
  for (const auto who : over_sockets) {
    check(1, who, "EAI_NONAME", {"not_sent", 0, 1}, [](stage& s) {
      const names told{{{"gone.invalid", {lookup::none}}}};
      s.play({});
      s.where = at_host("gone.invalid", s.sockets().port());
      const auto o = s.call();
      CHECK(o.error().message.find("gone.invalid") != std::string::npos);
    });
  }
  check_failure_in_memory(1, "unknown host", not_sent(error_kind::connection, false));
}

TEST_CASE("row 2: the resolver fails or is silent: not sent, again within the deadline; at most 1 request") {
  for (const auto who : over_sockets) {
    check(2, who, "EAI_AGAIN", {"not_sent", 0, 1}, [](stage& s) {
      const names told{{{"again.invalid", {lookup::again}}}};
      s.play({});
      s.where = at_host("again.invalid", s.sockets().port());
      s.call(once);
    });
    if (who == subject::curl) {
      variant_not_made(2, name_of(who), "EAI_AGAIN, then the address",
                       "libcurl does not tell it from a name that does not exist, which is not tried again");
    } else {
      check(2, who, "EAI_AGAIN, then the address", {"sent", 1, 2}, [](stage& s) {
        const names told{{{"again.invalid", {lookup::again, lookup::here}}}};
        s.play({});
        s.where = at_host("again.invalid", s.sockets().port());
        s.call();
      });
    }
    check(2, who, "silence until the deadline", {"not_sent", 0}, [](stage& s) {
      const names told{{{"slow.invalid", {lookup::hangs}}}};
      s.play({});
      s.where = at_host("slow.invalid", s.sockets().port());
      CHECK(s.call({.timeout = 150ms}).error().kind == error_kind::timeout);
    });
    check(2, who, "silence, stopped", {"not_sent", 0, 1}, [](stage& s) {
      const names told{{{"slow.invalid", {lookup::hangs}}}};
      s.play({});
      s.where = at_host("slow.invalid", s.sockets().port());
      s.call_and_stop(50ms);
    });
    check(2, who, "silence for connect_timeout, then the address", {"sent", 1, 2}, [](stage& s) {
      const names told{{{"slow.invalid", {lookup::hangs, lookup::here}}}};
      s.play({});
      s.how.connect_timeout = 300ms;
      s.where = at_host("slow.invalid", s.sockets().port());
      s.call();
    });
  }
  check_failure_in_memory(2, "the resolver fails", not_sent(error_kind::connection, true));
}

TEST_CASE("row 3: the first address is dead and the second alive: sent, at the first attempt; 1 request") {
  for (const auto who : over_sockets) {
    check(3, who, "127.0.0.2 refuses, 127.0.0.1 answers", {"sent", 1, 1}, [](stage& s) {
      const names told{{{"two.invalid", {lookup::two}}}};
      s.play({});
      s.where = at_host("two.invalid", s.sockets().port());
      s.call();
    });
  }
  variant_not_made(
      3, name_of(subject::curl), "127.0.0.2 is silent, 127.0.0.1 answers",
      "libcurl 7.88 waits for a silent address until connect_timeout and does not try the next of its family");
  for (const auto who : {subject::beast, subject::async}) {
    check(3, who, "127.0.0.2 is silent, 127.0.0.1 answers", {"sent", 1, 1}, [](stage& s) {
      const names told{{{"two.invalid", {lookup::two}}}};
      s.play({});
      const silent_port silent{silent_port::connects::no, INADDR_LOOPBACK + 1, s.sockets().port()};
      s.how.connect_timeout = 300ms;
      s.where = at_host("two.invalid", s.sockets().port());
      s.call(once);
    });
  }
  not_made(3, name_of(subject::memory), "no addresses in memory");
}

TEST_CASE("row 4: refused: not sent, and once somebody listens, sent; at most 1 request") {
  for (const auto who : over_sockets) {
    check(4, who, "closed port", {"not_sent", 0, 1}, [](stage& s) {
      s.play({});
      s.server().refuse();
      CHECK(s.call(once).error().cause == std::errc::connection_refused);
    });
    check(4, who, "closed port, all attempts", {"not_sent", 0, 2}, [](stage& s) {
      s.play({});
      s.server().refuse();
      s.call({.timeout = 5s, .max_attempts = 2});
    });
    std::unique_ptr<service> opened;
    check(4, who, "closed port, open at the second attempt", {"sent", 1, 2}, [&](stage& s) {
      opened.reset();
      s.play({});
      s.server().refuse();
      s.counted = [&] { return opened ? opened->requests() : 0; };
      at_second_attempt(s, [&] {
        s.sockets().stop();
        opened = std::make_unique<service>(s.sockets().port());
      });
      s.call();
    });
  }
  check_failure_in_memory(4, "connection refused", hwc::fake::connection_refused());
}

TEST_CASE("row 5: nobody answers the connection: not sent after connect_timeout, then sent; at most 1 request") {
  for (const auto who : over_sockets) {
    // The port outlives the play, and what got there all the same counts.
    std::unique_ptr<silent_port> port;
    const auto set_up = [&](stage& s) {
      port = std::make_unique<silent_port>();
      s.where.emplace("http://127.0.0.1:" + std::to_string(port->port()), "project");
      s.how.connect_timeout = 300ms;
      s.counted = [&] { return port->requests(); };
    };
    check(5, who, "full queue of a listener", {"not_sent", 0, 1}, [&](stage& s) {
      set_up(s);
      s.call(once);
    });
    check(5, who, "full queue, deadline before connect_timeout", {"not_sent", 0, 1}, [&](stage& s) {
      set_up(s);
      s.how.connect_timeout = 10s;
      CHECK(s.call({.timeout = 150ms}).error().kind == error_kind::timeout);
    });
    check(5, who, "full queue, stopped", {"not_sent", 0, 1}, [&](stage& s) {
      set_up(s);
      s.how.connect_timeout = 10s;
      s.call_and_stop(50ms);
    });
    std::unique_ptr<service> opened;
    std::size_t early = 0;
    check(5, who, "full queue, open at the second attempt", {"sent", 1, 2}, [&](stage& s) {
      opened.reset();
      set_up(s);
      s.counted = [&] { return early + (opened ? opened->requests() : port->requests()); };
      at_second_attempt(s, [&] {
        early = port->requests();
        port->close();
        opened = std::make_unique<service>(port->port());
      });
      s.call();
    });
  }
  check_failure_in_memory(5, "no connection in time", not_sent(error_kind::connection, true));
}

TEST_CASE("row 6: no descriptor is left: not sent, errno kept, one attempt; 0 requests") {
  for (const auto who : over_sockets) {
    check(6, who, "EMFILE", {"not_sent", 0, 1}, [](stage& s) {
      s.play({});
      static_cast<void>(s.client());
      const auto o = [&] {
        const support::no_descriptors none;
        return s.call();
      }();
      REQUIRE_FALSE(o);
      CHECK(o.error().cause == std::errc::too_many_files_open);
    });
  }
  for (const auto who : over_sockets)
    variant_not_made(6, name_of(who), "port exhaustion", "it would take all of the machine's");
  auto why = not_sent(error_kind::connection, false);
  why.cause = std::make_error_code(std::errc::too_many_files_open);
  check_failure_in_memory(6, "EMFILE", why);
}

TEST_CASE("row 7: the proxy refuses, or answers 407 or 502: not sent, 407 final, the proxy named; at most 1 request") {
  const auto through = [](stage& s) {
    s.how.proxy = "http://user:" + std::string{password} + "@127.0.0.1:" + std::to_string(s.sockets().port());
    s.where = at_host("service.invalid", 8080);
  };
  const auto names_proxy = [](stage& s, const outcome& o) {
    REQUIRE_FALSE(o);
    CHECK(o.error().message.find("127.0.0.1:" + std::to_string(s.sockets().port())) != std::string::npos);
  };
  const auto asks = answer(407, "", "Proxy-Authenticate: Basic\r\n");
  for (const auto who : over_sockets) {
    check(7, who, "nobody listens", {"not_sent", 0, 1}, [&](stage& s) {
      s.play({});
      s.server().refuse();
      through(s);
      names_proxy(s, s.call(once));
    });
    check(7, who, "407", {"not_sent", 0, 1}, [&](stage& s) {
      s.play({{{.answer = asks}}});
      through(s);
      names_proxy(s, s.call());
      CHECK(s.server().requests() == 1);
    });
    check(7, who, "502", {"not_sent", 0, 1}, [&](stage& s) {
      s.play({{{.answer = answer(502)}}});
      through(s);
      names_proxy(s, s.call(once));
    });
    check(7, who, "502, then a tunnel", {"sent", 1, 2}, [&](stage& s) {
      s.play({{{.answer = answer(502)}}, {{.answer = "HTTP/1.1 200 Established\r\n\r\n"}}});
      through(s);
      s.call();
    });
  }
  check_failure_in_memory(7, "502 of a proxy", not_sent(error_kind::connection, true));
  check_failure_in_memory(7, "407 of a proxy", not_sent(error_kind::connection, false));
}

TEST_CASE("row 8: the proxy closes during CONNECT: not sent, then sent; at most 1 request") {
  for (const auto how : {then::close, then::reset}) {
    const std::string name = how == then::close ? "FIN" : "RST";
    for (const auto who : over_sockets) {
      const auto play = [how](stage& s, const hwc::call_options& options) {
        s.play({{{.afterwards = how}}, {{.answer = "HTTP/1.1 200 Established\r\n\r\n"}}});
        s.how.proxy = "http://user:" + std::string{password} + "@127.0.0.1:" + std::to_string(s.sockets().port());
        s.where = at_host("service.invalid", 8080);
        s.call(options);
      };
      check(8, who, name, {"not_sent", 0, 1}, [&](stage& s) { play(s, once); });
      check(8, who, name + ", then a tunnel", {"sent", 1, 2}, [&](stage& s) { play(s, patient); });
    }
  }
  for (const auto who : over_sockets) {
    check(8, who, "the proxy is silent, stopped", {"not_sent", 0, 1}, [](stage& s) {
      s.play({{{.afterwards = then::stall}}});
      s.how.proxy = "http://user:" + std::string{password} + "@127.0.0.1:" + std::to_string(s.sockets().port());
      s.where = at_host("service.invalid", 8080);
      s.call_and_stop(50ms);
    });
  }
  check_failure_in_memory(8, "the proxy closed", not_sent(error_kind::connection, true));
}
