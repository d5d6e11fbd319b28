// SPDX-License-Identifier: BSL-1.0
#include <hwc/curl/detail/response_head.hpp>

#include <hwc/http.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace {

using hwc::curl::detail::response_head;

// A head that takes lines, given without their ends, and where its fields go.
struct reading {
  hwc::http_response response{};
  response_head head{};

  reading() { head.start(response); }

  // Whether all of them are acceptable.
  bool lines(std::initializer_list<std::string_view> all) {
    for (const auto line : all) {
      if (!head.line(std::string{line} + "\r\n")) return false;
    }
    return true;
  }
};

bool accepts(std::initializer_list<std::string_view> lines) { return reading{}.lines(lines); }

}  // namespace

TEST_SUITE_BEGIN("curl::detail::response_head");

TEST_CASE("begun with the first line, complete with the blank line of a final head") {
  reading r;
  CHECK_FALSE(r.head.begun());
  CHECK(r.head.status() == 0);
  CHECK_FALSE(r.head.interim());
  REQUIRE(r.lines({"HTTP/1.1 204 No Content"}));
  CHECK(r.head.begun());
  CHECK(r.head.status() == 204);
  CHECK(r.response.status == 204);
  REQUIRE(r.lines({"X-A: 1"}));
  CHECK_FALSE(r.head.complete());
  CHECK(r.response.headers.empty());
  REQUIRE(r.lines({""}));
  CHECK(r.head.complete());
  CHECK(r.response.headers.find("X-A") == "1");
}

TEST_CASE("before an exchange nothing is known") {
  const response_head none;
  CHECK_FALSE(none.begun());
  CHECK_FALSE(none.complete());
  CHECK(none.status() == 0);
}

TEST_CASE("an interim head is not the final one, and its fields are not the answer's") {
  reading r;
  REQUIRE(r.lines({"HTTP/1.1 103 Early Hints", "X-Early: 1", ""}));
  CHECK(r.head.interim());
  CHECK_FALSE(r.head.complete());
  REQUIRE(r.lines({"HTTP/1.1 200 OK"}));
  CHECK_FALSE(r.head.interim());
  REQUIRE(r.lines({"X-Final: 1", ""}));
  CHECK(r.head.complete());
  CHECK_FALSE(r.response.headers.contains("X-Early"));
  CHECK(r.response.headers.size() == 1);
}

TEST_CASE("a second exchange begins anew, whatever became of the first") {
  reading r;
  REQUIRE(r.lines({"HTTP/1.1 200 OK", "X-A: 1", ""}));
  r.head.start(r.response);
  CHECK_FALSE(r.head.begun());
  CHECK_FALSE(r.head.complete());
  CHECK(r.head.status() == 0);
  // Cut in the middle of a field, which must not turn up in the next head.
  REQUIRE(r.lines({"HTTP/1.1 200 OK", "X-Cut: 1"}));
  r.head.start(r.response);
  REQUIRE(r.lines({"HTTP/1.1 200 OK", ""}));
  CHECK(r.head.complete());
  CHECK(r.response.headers.empty());
}

TEST_CASE("a status line: a version, a space, three digits") {
  for (const std::string_view good :
       {"HTTP/1.1 200", "HTTP/1.0 200 OK", "HTTP/2 200 ", "HTTP/1.1 999 odd", "HTTP/1.1 100 Continue"}) {
    CAPTURE(good);
    CHECK(accepts({good}));
  }
  for (const std::string_view bad : {"", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 2", "HTTP/1.1 20", "HTTP/1.1 2000",
                                     "HTTP/1.1 a00", "HTTP/1.1 2a0", "HTTP/1.1 20a", "HTTP/1.1 /00", "HTTP/1.1 :00",
                                     "HTTP/1.1 099", "HTTP/1.1 101 Switching", "ICY 200 OK", "HTTP/1.1  200"}) {
    CAPTURE(bad);
    CHECK_FALSE(accepts({bad}));
  }
  reading r;
  REQUIRE(r.lines({"HTTP/1.1 123"}));
  CHECK(r.head.status() == 123);
  reading digits;
  REQUIRE(digits.lines({"HTTP/1.1 909"}));
  CHECK(digits.head.status() == 909);
}

TEST_CASE("a line may end in LF alone; white space around a value goes, a folded one is joined by one space") {
  reading r;
  CHECK(r.head.line("HTTP/1.1 200 OK\n"));
  CHECK(r.head.line("X-A: \t a b\t \n"));
  CHECK(r.head.line("X-Folded: a\n"));
  CHECK(r.head.line(" \t b\n"));
  CHECK(r.head.line("\tc\n"));
  CHECK(r.head.line("X-None:\n"));
  CHECK(r.head.line("X-Blank: \t\n"));
  CHECK(r.head.line("\n"));
  CHECK(r.head.complete());
  CHECK(r.response.headers.find("X-A") == "a b");
  CHECK(r.response.headers.find("X-Folded") == "a b c");
  CHECK(r.response.headers.find("X-None") == "");
  CHECK(r.response.headers.find("X-Blank") == "");
  CHECK(r.response.headers.size() == 4);
}

TEST_CASE("what is not readable as a field is passed over") {
  reading r;
  CHECK(r.lines({"HTTP/1.1 200 OK", "no colon", "bad name: 1", ": 1", "X-Cr: a\rb", "X-Good: 1", ""}));
  CHECK(r.head.complete());
  CHECK(r.response.headers.size() == 1);
  CHECK(r.response.headers.find("X-Good") == "1");
}

TEST_CASE("a length is a number of 18 digits at most, and the same if it is said twice") {
  const auto length = [](std::string_view value) {
    return accepts({"HTTP/1.1 200 OK", "Content-Length:" + std::string{value}, ""});
  };
  CHECK(length("0"));
  CHECK(length(" 999999999999999999 "));
  CHECK_FALSE(length("1000000000000000000"));
  for (const std::string_view bad : {"", " ", "-1", "+1", "1,1", "1 1", "0x1", "1a"}) {
    CAPTURE(bad);
    CHECK_FALSE(length(bad));
  }
  CHECK(accepts({"HTTP/1.1 200 OK", "Content-Length: 1", "content-length: 1", ""}));
  CHECK_FALSE(accepts({"HTTP/1.1 200 OK", "Content-Length: 1", "content-length: 2", ""}));
  // Also where another field comes after it.
  CHECK_FALSE(accepts({"HTTP/1.1 200 OK", "Content-Length: x", "X-A: 1"}));
}

TEST_CASE("two ways to say where the body ends are one too many") {
  CHECK(accepts({"HTTP/1.1 200 OK", "Transfer-Encoding: chunked", ""}));
  CHECK_FALSE(accepts({"HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Content-Length: 1", ""}));
  CHECK_FALSE(accepts({"HTTP/1.1 200 OK", "Content-Length: 1", "Transfer-Encoding: chunked", ""}));
}

TEST_CASE("200 fields a head are acceptable, and one more is not") {
  reading r;
  REQUIRE(r.lines({"HTTP/1.1 103 Early Hints"}));
  for (int i = 0; i != 200; ++i) REQUIRE(r.lines({"X-A: 1"}));
  REQUIRE(r.lines({"", "HTTP/1.1 200 OK"}));
  for (int i = 0; i != 200; ++i) REQUIRE(r.lines({"X-A: 1"}));
  CHECK_FALSE(r.lines({"X-A: 1"}));
  // Nor is there one from the last exchange.
  r.head.start(r.response);
  REQUIRE(r.lines({"HTTP/1.1 200 OK", "X-A: 1", ""}));
  CHECK(r.response.headers.size() == 1);
}

TEST_CASE("64 KiB of lines an exchange are acceptable, trailers included, and one byte more is not") {
  const std::string_view status = "HTTP/1.1 200 OK\r\n";
  reading r;
  REQUIRE(r.head.line(status));
  REQUIRE(r.head.line("\r\n"));
  REQUIRE(r.head.complete());
  CHECK(r.head.line("Trailer: not looked at\r\n"));
  CHECK(r.response.headers.empty());
  const std::size_t seen = status.size() + 2 + 24;
  CHECK(r.head.line(std::string(64 * 1024 - seen, 'x')));
  CHECK_FALSE(r.head.line("x"));
  // The next exchange has as many.
  r.head.start(r.response);
  CHECK(r.head.line(status));
}

TEST_SUITE_END();
