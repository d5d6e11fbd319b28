// SPDX-License-Identifier: BSL-1.0
#include <hwc/call_options.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/testing/scripted_server.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/callers.hpp"

// One exchange, broken at every byte: the server reads so many bytes of the request, or sends so many of the answer,
// and then ends the connection (FIN), breaks it (RST) or falls silent. What each of them must come to:
//
//   the server                                         FIN, RST               silence
//   read less than the whole request                   not_sent or unknown    unknown: a small request goes out in one
//                                                                             write, so its last byte was handed over
//   read it all, sent less than the head of an answer  unknown                unknown
//   sent the head of a 2xx, whatever of its body       sent (RST: or unknown, since it may overtake the answer)
//   sent the head of a refusal                         answered (RST: or unknown); 429: again
//   sent the head of a 503                             unknown
//
// not_sent is never told where the server has the request, and the server never has it twice unless its first answer
// was a refusal. A request that is larger than what the kernel buffers is not_sent where the server did not read it.
//
// A silence ends by the deadline, with 100 ms of grace. On a busy machine the threads of a test may be late themselves,
// so a silence that ended too late, or whose deadline came before the rest, is tried again with a longer deadline, and
// counts if it happens three times. Any other verdict or count that is wrong counts at once.

namespace {

using namespace std::chrono_literals;
using hwc::delivery;
using hwc::testing::socket_server;
using hwc::testing::step;
using hwc::workspace::resend_email;
using std::chrono::milliseconds;
using std::chrono::steady_clock;
using then = step::then;

enum class verdict : unsigned char { sent, refused, unknown, not_sent };
constexpr std::string_view names[] = {"sent", "refused", "unknown", "not_sent"};
std::string_view to_string(verdict which) { return names[static_cast<std::size_t>(which)]; }

// An answer, and what a call comes to that has seen its head and makes no second attempt.
struct answer {
  const char* name;
  std::string bytes;
  verdict whole;
  bool repeated = false;  // by a call that may make more attempts
  // Bytes up to the end of the head; an interim one before it counts in.
  [[nodiscard]] std::size_t head() const {
    constexpr std::string_view end = "\r\n\r\n";
    const auto interim = bytes.starts_with("HTTP/1.1 1") ? bytes.find(end) + end.size() : 0;
    return bytes.find(end, interim) + end.size();
  }
};

const std::vector<answer>& answers() {
  static const std::vector<answer> all{
      {"204", "HTTP/1.1 204 \r\nX-Request-Id: r\r\n\r\n", verdict::sent},
      {"200 with Content-Length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", verdict::sent},
      {"200, chunked",
       "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n3;x=y\r\nyes\r\n0\r\nX-End: 1\r\n\r\n",
       verdict::sent},
      {"200 after 100", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", verdict::sent},
      {"400", "HTTP/1.1 400 \r\nContent-Length: 21\r\n\r\n{\"error_code\":\"WKS.1\"}", verdict::refused},
      {"429", "HTTP/1.1 429 \r\nRetry-After: 0\r\nContent-Length: 2\r\n\r\n{}", verdict::refused, true},
      {"503", "HTTP/1.1 503 \r\nContent-Length: 2\r\n\r\n{}", verdict::unknown},
  };
  return all;
}

// Where an exchange is broken, and how.
struct broken {
  const hwc::tests::way* way = nullptr;
  then how = then::close;
  bool kept = false;                  // on a connection that carried another exchange
  int attempts = 1;                   // that the call may make
  std::optional<std::size_t> read{};  // bytes of the request; else all of it
  const answer* given = nullptr;      // in part
  std::size_t sent = 0;               // bytes of that
  bool large = false;                 // the request has 12 MB
  [[nodiscard]] bool head_sent() const { return given != nullptr && sent >= given->head(); }
};

std::string to_string(const broken& b) {
  std::string text = b.way->name;
  text += b.how == then::close ? ", FIN" : b.how == then::reset ? ", RST" : ", silence";
  text += b.kept ? ", kept connection" : ", new connection";
  text += ", " + std::to_string(b.attempts) + (b.attempts == 1 ? " attempt: " : " attempts: ");
  if (b.read) return text + "after " + std::to_string(*b.read) + " bytes of the request";
  return text + "after " + std::to_string(b.sent) + " bytes of " + (b.given ? b.given->name : "no answer");
}

// What a play came to.
struct played {
  std::optional<verdict> told{};
  std::string text{};
  std::size_t requests = 0;  // complete, beside the one that went before on a kept connection
  std::size_t ends = 0;      // how often the call was said to have ended
  milliseconds late{};       // after the deadline
  bool before_failed = false;
  bool lost_kept = false;  // what went before left no connection
  bool left_open = false;  // the client is gone, and a connection of its is not
};

verdict verdict_of(const hwc::tests::caller::result_type& outcome) {
  if (outcome) return verdict::sent;
  switch (outcome.error().sent) {
    case delivery::not_sent:
      return verdict::not_sent;
    case delivery::unknown:
      return verdict::unknown;
    case delivery::answered:
      break;
  }
  return verdict::refused;
}

std::vector<step> script_of(const broken& b) {
  std::vector<step> steps;
  if (b.kept) steps.push_back({.answer = std::string{hwc::testing::ok_answer}});
  step last{.afterwards = b.how};
  if (b.read) last.read = *b.read;
  if (b.given) last.answer = b.given->bytes.substr(0, b.sent);
  steps.push_back(last);
  return steps;
}

played play(socket_server& server, const broken& b, milliseconds timeout) {
  server.play({script_of(b)});
  auto one = b.way->make(hwc::endpoint{server.url(), "p"});
  // `send_all` keeps connections no longer than it lasts, so the call before is one of the same `send_all`.
  std::vector<resend_email> all;
  if (b.kept) all.push_back({.user_id = "before", .template_id = "t"});
  all.push_back({.user_id = "u", .template_id = std::string(b.large ? 12'000'000 : 1, 't')});
  played p;
  auto began = steady_clock::now();
  one->call(all, {.timeout = timeout, .max_attempts = b.attempts},
            [&](const resend_email& op, const hwc::tests::caller::result_type& outcome, const hwc::call_info& info) {
              const auto now = steady_clock::now();
              if (op.user_id == "before") {
                began = now;
                if (!outcome) p.text += "the call before it failed: " + to_string(outcome.error()) + "; ";
                p.before_failed = !outcome;
                return;
              }
              ++p.ends;
              p.told = verdict_of(outcome);
              p.late = std::chrono::duration_cast<milliseconds>(now - began) - timeout;
              p.text += outcome ? "status " + std::to_string(info.status) : to_string(outcome.error());
            });
  // One that was handed over counts when the server has read it.
  one.reset();
  // The server may not have come to accept the connection yet.
  if (p.told != verdict::not_sent) static_cast<void>(server.await_connections(1));
  // The end of a connection that is clogged is not seen.
  p.left_open = !(b.large && b.how == then::stall) && !server.await_no_connections();
  const auto before = std::size_t{b.kept ? 1U : 0U};
  p.requests = server.requests() - std::min(before, server.requests());
  // A silence is heard on the connection that was kept. Where the deadline of the call before came between its head and
  // its body, that connection is given up.
  p.lost_kept = b.kept && b.how == then::stall && server.connections() > 1;
  return p;
}

// What must hold whatever the machine does; empty if it does.
std::string wrong(const broken& b, const played& p) {
  if (p.ends != 1 || !p.told) return "told " + std::to_string(p.ends) + " times that it ended";
  const auto told = *p.told;
  if (b.attempts == 1 && p.requests > 1) return "the server has the request more than once";
  const bool again = b.head_sent() && b.given->repeated && b.attempts != 1;
  if (p.requests > (again ? 2U : 1U)) return "the server has the request more often than it refused it";
  if (told == verdict::not_sent && p.requests != 0) return "not_sent, and the server has it";
  if (told == verdict::sent && p.requests == 0) return "sent, and the server does not have it";
  if (told == verdict::refused && !(b.head_sent() && b.given->whole == verdict::refused)) return "nobody refused it";
  // On a kept connection that ended before the request, or on a second attempt, it is answered as if nothing had been.
  const bool elsewhere = b.read && p.requests == 1 && ((b.kept && *b.read == 0) || b.attempts != 1);
  if (told == verdict::sent && !elsewhere && !again && !(b.head_sent() && b.given->whole == verdict::sent)) {
    return "sent, and nobody said so";
  }
  if (b.read && told != verdict::sent && told != verdict::not_sent && told != verdict::unknown) return "not as it was";
  return {};
}

// What else the verdict and the count must be where nothing came too late; empty if they are.
std::string not_due(const broken& b, const played& p) {
  const auto told = *p.told;
  if (b.read) {
    if (b.large && b.how != then::close && told != verdict::not_sent && b.attempts == 1) return "not not_sent";
    if (!b.large && b.how == then::stall && told != verdict::unknown) return "not unknown";
    return {};
  }
  auto due = b.head_sent() ? b.given->whole : verdict::unknown;
  std::size_t requests = 1;
  if (b.head_sent() && b.given->repeated && b.attempts != 1) {
    due = verdict::sent;
    requests = 2;
  }
  const bool overtaken = b.how == then::reset && told == verdict::unknown && p.requests == 1;
  if ((told != due || p.requests != requests) && !overtaken) return "not " + std::string{to_string(due)};
  return {};
}

// Whether it looks as if the deadline of a silence came before the request or before its answer.
bool overtaken_by_deadline(const broken& b, const played& p) {
  if (b.how != then::stall || b.large || p.requests > 1) return false;
  return p.told == verdict::not_sent || (p.told == verdict::unknown && b.head_sent());
}

// To build and copy a large request takes more time than another.
bool is_late(const broken& b, const played& p) { return b.how == then::stall && p.late > (b.large ? 1000ms : 100ms); }

// Plays it on a server of this thread's. Empty, or what is wrong.
std::string complaint(socket_server& server, const broken& b) {
  std::string last;
  for (const auto timeout : {30ms, 150ms, 1000ms}) {
    const auto p = play(server, b, b.how != then::stall ? 10s : b.large ? 10 * timeout : timeout);
    const auto describe = [&](const std::string& what) {
      return to_string(b) + ": " + what + "; " + std::to_string(p.requests) + " requests, told " + p.text;
    };
    if (p.left_open) return describe("a connection was left open");
    if (p.before_failed || p.lost_kept) {
      last = describe("not played");
      if (b.how != then::stall) return last;
      continue;
    }
    if (const auto what = wrong(b, p); !what.empty()) return describe(what);
    const auto due = not_due(b, p);
    if (!due.empty() && !overtaken_by_deadline(b, p)) return describe(due);
    if (due.empty() && !is_late(b, p)) return {};
    last = describe(due.empty() ? std::to_string(p.late.count()) + " ms after the deadline" : due);
  }
  return last;
}

void check_all(const std::vector<broken>& all, std::size_t threads) {
  std::mutex mutex;
  std::vector<std::string> complaints;
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> running;
    for (std::size_t i = 0; i != threads; ++i) {
      running.emplace_back([&] {
        socket_server server;
        for (auto mine = next++; mine < all.size(); mine = next++) {
          const auto text = complaint(server, all[mine]);
          if (text.empty()) continue;
          const std::lock_guard lock{mutex};
          complaints.push_back(text);
          if (complaints.size() == 20) next = all.size();  // enough
        }
      });
    }
  }
  for (std::size_t i = 0; i != std::min<std::size_t>(complaints.size(), 20); ++i) FAIL_CHECK(complaints[i]);
  CHECK_MESSAGE(complaints.empty(), complaints.size() << " of " << all.size());
}

std::size_t request_size(const hwc::tests::way& way) {
  socket_server server;
  const auto one = way.make(hwc::endpoint{server.url(), "p"});
  one->call({{.user_id = "u", .template_id = "t"}}, {}, [](const auto&, const auto&, const auto&) {});
  return server.request(0).size();
}

// Every offset of the request and of every answer.
std::vector<broken> every_offset(const hwc::tests::way& way, std::vector<then> how, int attempts) {
  std::vector<broken> all;
  const auto size = request_size(way);
  REQUIRE(size > 100);
  for (const auto each : how) {
    for (const bool kept : {false, true}) {
      const broken common{.way = &way, .how = each, .kept = kept, .attempts = attempts};
      for (std::size_t read = 0; read != size; ++read) {
        all.push_back(common);
        all.back().read = read;
      }
      for (const auto& one : answers()) {
        for (std::size_t sent = 0; sent <= one.bytes.size(); ++sent) {
          all.push_back(common);
          all.back().given = &one;
          all.back().sent = sent;
        }
      }
    }
  }
  return all;
}

void sweep(const hwc::tests::way& way) {
  SUBCASE("one attempt: FIN, RST and silence") {
    check_all(every_offset(way, {then::close, then::reset, then::stall}, 1), 24);
  }
  SUBCASE("four attempts: FIN and RST") { check_all(every_offset(way, {then::close, then::reset}, 4), 24); }
  SUBCASE("a request of 12 MB, of which the server reads a part") {
    std::vector<broken> all;
    for (const auto how : {then::close, then::reset, then::stall}) {
      for (const bool kept : {false, true}) {
        for (const std::size_t read : {1U, 1'000U, 100'000U}) {
          all.push_back({.way = &way, .how = how, .kept = kept, .read = read, .large = true});
        }
      }
    }
    check_all(all, 4);
  }
}

}  // namespace

TEST_SUITE_BEGIN("an exchange that is broken at every byte");

TEST_CASE("libcurl: the verdict of each offset, at most one request") { sweep(hwc::tests::over_curl); }
TEST_CASE("Beast: the verdict of each offset, at most one request") { sweep(hwc::tests::over_beast); }
TEST_CASE("Beast, asynchronous: the verdict of each offset, at most one request") {
  sweep(hwc::tests::over_async_beast);
}
TEST_CASE("libcurl, send_all: the verdict of each offset, at most one request") { sweep(hwc::tests::all_over_curl); }
TEST_CASE("Beast, send_all: the verdict of each offset, at most one request") { sweep(hwc::tests::all_over_beast); }

TEST_SUITE_END();
