// SPDX-License-Identifier: BSL-1.0
#include "faults/stage.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// Faults of the answer: its head, its body, and what the body says.

using namespace faults;
using namespace std::string_literals;
using hwc::error_kind;

namespace {

// A head that is no HTTP, as the transport in memory reports it.
hwc::transport_error unreadable() {
  return {.kind = error_kind::malformed_response, .sent = hwc::delivery::unknown, .message = "not readable as HTTP"};
}

// Bytes as an answer, then FIN; all attempts are allowed, and one is made.
outcome play_bytes(stage& s, const std::string& bytes, then afterwards = then::close) {
  s.play({{{.answer = bytes, .afterwards = afterwards}}});
  return s.call();
}

// Whether a text can do no harm in a log: one line of printable characters.
bool is_harmless(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  return true;
}

// From now on each line that is written to the log must do no harm. Gives how many there are.
std::shared_ptr<std::atomic<int>> check_log(stage& s) {
  auto lines = std::make_shared<std::atomic<int>>(0);
  s.how.log = [lines](std::string_view line) {
    ++*lines;
    CHECK_MESSAGE(is_harmless(line), line);
  };
  return lines;
}

}  // namespace

TEST_CASE("row 34: garbage instead of an answer: unknown, no retry; 1 request each") {
  for (const auto who : over_sockets) {
    for (const auto& bytes : {"<html>HTTP/0.9</html>"s, "\x15\x03\x03\0\x02\x02\x28"s, "SSH-2.0-x\r\n\r\n"s,
                              "\r\n\r\n"s, "HTTP/1.1 abc OK\r\n\r\n"s, std::string(100, '\0')}) {
      const auto played = std::to_string(bytes.size()) + " bytes, of which the first is " +
                          std::to_string(static_cast<unsigned char>(bytes[0]));
      check(34, who, played, {"unknown", 1, 1}, [&](stage& s) { play_bytes(s, bytes); });
    }
  }
  check_failure_in_memory(34, "not readable as HTTP", unreadable());
}

TEST_CASE("row 35: the answer ends at each byte of its head: unknown, its status as a hint; 1 request each") {
  const auto head = "HTTP/1.1 200 OK\r\nX-Request-Id: 7f\r\nContent-Length: 0\r\n\r\n"s;
  const auto line_end = head.find('\n') + 1;
  for (const auto who : over_sockets) {
    for (const auto how : {then::close, then::reset}) {
      const auto name = how == then::close ? "FIN"s : "RST"s;
      const auto all = "unknown x" + std::to_string(head.size());
      check(35, who, name + " after 0 to " + std::to_string(head.size() - 1) + " bytes", {all, head.size()},
            [&](stage& s) {
              std::vector<script> each;
              for (std::size_t cut = 0; cut != head.size(); ++cut) {
                each.push_back({{.answer = head.substr(0, cut), .afterwards = how}});
              }
              s.play(each);
              for (std::size_t cut = 0; cut != head.size(); ++cut) {
                const auto o = s.call();
                REQUIRE_FALSE(o);
                // A reset may overtake what was sent before it.
                if (how == then::close) CHECK(o.error().status == (cut >= line_end ? 200 : 0));
              }
            });
    }
  }
  auto why = unreadable();
  why.status = 200;
  check_failure_in_memory(35, "ended inside its head", why);
}

TEST_CASE("row 36: a head over 64 KiB or 200 fields, or a line without end: unknown; 1 request each") {
  std::string fields;
  for (int i = 0; i != 201; ++i) fields += "X-" + std::to_string(i) + ": v\r\n";
  const auto big = "X-Big: " + std::string(65 * 1024, 'x');
  const auto endless = "X-Endless: " + std::string(1'000'000, 'x');
  for (const auto who : over_sockets) {
    const struct {
      const char* name;
      std::string bytes;
      then afterwards;
    } cases[] = {
        {"201 fields", answer(200, "", fields), then::close},
        {"a field of 65 KiB", answer(200, "", big + "\r\n"), then::close},
        {"a line without end, 1 MB", "HTTP/1.1 200 OK\r\n" + endless, then::keep},
    };
    for (const auto& each : cases) {
      check(36, who, each.name, {"unknown", 1, 1}, [&](stage& s) {
        const auto o = play_bytes(s, each.bytes, each.afterwards);
        REQUIRE_FALSE(o);
        CHECK(o.error().kind == error_kind::malformed_response);
      });
    }
  }
  check_failure_in_memory(36, "head too large", unreadable());
}

TEST_CASE("row 37: contradicting lengths: unknown, the connection dropped; 1 request each") {
  for (const auto who : over_sockets) {
    for (const auto* fields : {"Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n"}) {
      check(37, who, "Content-Length: 2, "s + std::string{fields, std::string_view{fields}.size() - 2},
            {"unknown", 1, 1}, [&](stage& s) {
              play_bytes(s, answer(200, "ok", fields), then::keep);
              CHECK(s.server().await_ends(1));
            });
    }
  }
  check_failure_in_memory(37, "contradicting lengths", unreadable());
}

TEST_CASE(
    "row 38: odd bytes in the head: by status, or unknown where that is no HTTP; no log can be forged; 1 request") {
  struct {
    std::string name;
    std::string field;
    bool is_http;  // RFC 9112 forbids the others or has them rejected
  } const cases[] = {
      {"NUL", "X-Request-Id: a\0b\r\n"s, false},        {"bare CR", "X-Request-Id: a\rX-Evil: b\r\n", false},
      {"folding", "X-Request-Id: a\r\n\tb\r\n", false}, {"UTF-8", "X-Request-Id: \xc3\xa9\r\n", true},
      {"Latin-1", "X-Request-Id: \xe9\r\n", true},      {"escape sequence", "X-Request-Id: \x1b[31m\r\n", false},
  };
  for (const auto who : over_sockets) {
    for (const auto& each : cases) {
      for (const int status : {200, 403}) {
        const std::string by_status = status == 200 ? "sent" : "rejected";
        const auto verdicts = each.is_http ? by_status : by_status + "|unknown";
        check(38, who, each.name + ", " + std::to_string(status), {verdicts, 1, 1}, [&](stage& s) {
          const auto lines = check_log(s);
          const auto o = play_bytes(s, answer(status, "{}", each.field));
          CHECK(*lines == 1);
          if (!o) CHECK(is_harmless(to_string(o.error())));
        });
      }
    }
  }
  check(38, subject::memory, "escape sequence, 403", {"rejected", 1, 1}, [](stage& s) {
    hwc::http_response odd{.status = 403, .body = "{\"error_msg\":\"a\x1b[31m\"}"};
    odd.headers.add("X-Request-Id", "\x1b[31m\xe9");
    s.answer_once(odd);
    const auto lines = check_log(s);
    CHECK(is_harmless(to_string(s.call().error())));
    CHECK(*lines == 1);
  });
}

TEST_CASE("row 39: a status that is none: unknown; 1 request each") {
  for (const auto who : subjects) {
    for (const int status : {0, 99, 600, 999}) {
      check(39, who, std::to_string(status), {"unknown", 1, 1}, [&](stage& s) {
        if (s.in_memory()) {
          s.answer_once({.status = status});
          s.call();
        } else {
          const auto digits = "00" + std::to_string(status);
          play_bytes(s, "HTTP/1.1 " + digits.substr(digits.size() - 3) + " x\r\nContent-Length: 0\r\n\r\n");
        }
      });
    }
  }
}

TEST_CASE("row 40: 204, 200, 201, 202: sent, whatever the body; 1 request each") {
  for (const auto who : subjects) {
    for (const int status : {204, 200, 201, 202}) {
      check(40, who, std::to_string(status), {"sent", 1, 1}, [&](stage& s) {
        s.play({{{.answer = status == 204 ? "HTTP/1.1 204 x\r\n\r\n" : answer(status, "{\"error_code\": [[[")}}});
        s.call();
      });
    }
  }
}

TEST_CASE("row 41: a 2xx whose body is cut: sent; 1 request each") {
  for (const auto who : over_sockets) {
    for (const auto how : {then::close, then::reset}) {
      // A reset may overtake the head, of which nobody can then know.
      check(41, who, how == then::close ? "FIN" : "RST", {how == then::close ? "sent" : "sent|unknown", 1, 1},
            [&](stage& s) { play_bytes(s, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", how); });
    }
    check(41, who, "bad chunk", {"sent", 1, 1}, [&](stage& s) {
      play_bytes(s, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n", then::keep);
    });
  }
  check(41, subject::memory, "truncated", {"sent", 1, 1}, [](stage& s) {
    s.answer_once({.status = 200, .body = "half", .truncated = true});
    s.call();
  });
}

TEST_CASE("row 42: 200 with a web page, as a portal answers: unknown; 1 request") {
  for (const auto who : subjects) {
    check(42, who, "text/html", {"unknown", 1, 1}, [](stage& s) {
      s.play({{{.answer = answer(200, "<html>log in</html>", "Content-Type: text/html; charset=utf-8\r\n")}}});
      s.call();
    });
  }
}

TEST_CASE("row 43: a 4xx whose body says nothing: rejected, the status kept, no code; 1 request each") {
  struct {
    const char* name;
    std::string bytes;
    hwc::http_response response;
  } const cases[] = {
      {"truncated",
       "HTTP/1.1 403 x\r\nContent-Length: 99\r\n\r\n{\"error_code\":\"A",
       {.status = 403, .body = "{\"error_code\":\"A", .truncated = true}},
      {"empty", answer(403), {.status = 403}},
      {"HTML", answer(403, "<html>no</html>", "Content-Type: text/html\r\n"), {.status = 403, .body = "<html>"}},
      {"not UTF-8", answer(403, "{\"error_code\":\"\xff\xfe\"}"), {.status = 403, .body = "{\"error_code\":\"\xff\"}"}},
  };
  for (const auto who : subjects) {
    for (const auto& each : cases) {
      check(43, who, each.name, {"rejected", 1, 1}, [&](stage& s) {
        if (s.in_memory()) s.answer_once(each.response);
        const auto o = s.in_memory() ? s.call() : play_bytes(s, each.bytes);
        REQUIRE_FALSE(o);
        CHECK(o.error().kind == error_kind::forbidden);
        CHECK(o.error().status == 403);
        CHECK(o.error().code.empty());
      });
    }
  }
}

TEST_CASE("row 44: error JSON that is deep, large or odd: by status; 1 request each") {
  const auto deep = "{\"error_code\":" + std::string(100'000, '[');
  const auto huge = R"({"error_code":"A.1","error_msg":")" + std::string(10'000'000, 'x') + "\"}";
  const struct {
    const char* name;
    std::string body;
  } cases[] = {
      {"depth 100,000", deep},
      {"10 MB", huge},
      {"duplicate keys", R"({"error_code":"A.1","error_code":"A.2","error_msg":"m"})"},
      {"a number for a text", R"({"error_code":1,"error_msg":2})"},
      {"nested", R"({"error":{"code":"A.1","message":"m"}})"},
      {"empty and nested", R"({"error":{}})"},
  };
  for (const auto who : subjects) {
    for (const auto& each : cases) {
      for (const int status : {400, 500}) {
        check(44, who, each.name + ", "s + std::to_string(status), {status == 400 ? "rejected" : "unknown", 1, 1},
              [&](stage& s) {
                s.play({{{.answer = answer(status, each.body)}}});
                const auto o = s.call();
                REQUIRE_FALSE(o);
                CHECK(o.error().status == status);
                CHECK(to_string(o.error()).size() < 10'000);
                if (std::string_view{each.name} == "nested") CHECK(o.error().code == "A.1");
              });
      }
    }
  }
}

TEST_CASE("row 45: gzip, not asked for: by status, not decoded; 1 request each") {
  // Members of gzip, as Python's gzip.compress(…, 9, mtime=0) makes them.
  const auto error =  // {"error_code":"A.1","error_msg":"packed"}
      "\037\213\010\000\000\000\000\000\002\003\253VJ-*\312/\212O\316OIU\262Rr\3243T\322\201\012\345"s
      "\026\247\003E\012\022\223\263SS\224j\001\217\356\236\351)\000\000\000";
  const auto begin =  // {"error_code":"A.1","error_msg":"
      "\037\213\010\000\000\000\000\000\002\003\253VJ-*\312/\212O\316OIU\262Rr\3243T\322\201\012\345"s
      "\026\247\003E\000nX\276\342!\000\000\000";
  const auto filling =  // 20,000 times x
      "\037\213\010\000\000\000\000\000\002\003\355\3011\001\000\000\000\302\240\332\213o\015\017\240"s
      "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000x0\003GeA N\000\000";
  const auto end =  // "}
      "\037\213\010\000\000\000\000\000\002\003S\252\005\000^Y\337\310\002\000\000\000"s;
  auto bomb = begin;  // what it holds is one error of 20 MB
  for (int i = 0; i != 1000; ++i) bomb += filling;
  bomb += end;
  const struct {
    const char* name;
    const char* encoding;
    const std::string& bytes;
  } cases[] = {{"gzip", "gzip", error}, {"gzip bomb of 20 MB", "gzip", bomb}, {"nonsense", "nonsense", error}};
  for (const auto who : subjects) {
    for (const int status : {200, 400, 500}) {
      const auto* verdict = status == 200 ? "sent" : status == 400 ? "rejected" : "unknown";
      for (const auto& each : cases) {
        check(45, who, each.name + ", "s + std::to_string(status), {verdict, 1, 1}, [&](stage& s) {
          s.play({{{.answer = answer(status, each.bytes, "Content-Encoding: "s + each.encoding + "\r\n")}}});
          const auto o = s.call();
          CHECK(s.server().request(0).find("Accept-Encoding") == std::string::npos);
          if (o) return;
          CHECK(o.error().status == status);
          CHECK(o.error().code.empty());
          CHECK(o.error().message.find("packed") == std::string::npos);
          CHECK(to_string(o.error()).size() < 10'000);
          CHECK(is_harmless(to_string(o.error())));
        });
      }
    }
  }
}
