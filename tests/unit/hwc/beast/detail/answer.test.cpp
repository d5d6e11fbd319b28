// SPDX-License-Identifier: BSL-1.0
#include <hwc/beast/detail/answer.hpp>

#include <hwc/beast/detail/response_parser.hpp>
#include <hwc/http.hpp>

#include <doctest/doctest.h>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/system/error_code.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace {

namespace http = boost::beast::http;
using hwc::beast::detail::response_parser;

// An answer, fed with bytes, and where it goes.
struct reading {
  hwc::http_response response{};
  hwc::beast::detail::answer answer{};
  boost::system::error_code why{};

  explicit reading(std::size_t most_body = 1000, bool head_only = false) {
    answer.expect(response, most_body, head_only);
  }

  // All of it at once, as far as there is room; true: the answer is complete.
  bool feed(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto part = bytes.substr(0, 16 * 1024);
      bytes.remove_prefix(part.size());
      answer.commit(boost::asio::buffer_copy(answer.room(), boost::asio::buffer(part.data(), part.size())));
      if (answer.parse(why)) return true;
      if (why) return false;
    }
    return false;
  }

  bool feed_each_byte(std::string_view bytes) {
    return std::any_of(bytes.begin(), bytes.end(), [&](const char& c) { return feed({&c, 1}); });
  }
};

std::string fields(int count) {
  std::string all;
  for (int i = 0; i != count; ++i) all += "X-A: 1\r\n";
  return all;
}

// An interim head of so many bytes.
std::string interim(std::size_t size) {
  const std::string begin = "HTTP/1.1 103 Early\r\nX-A: ";
  return begin + std::string(size - begin.size() - 4, 'x') + "\r\n\r\n";
}

}  // namespace

TEST_SUITE_BEGIN("beast::detail::answer");

TEST_CASE("a head and a body with a length: complete with the last byte, and the connection may be kept") {
  reading r;
  CHECK_FALSE(r.answer.begun());
  CHECK(r.answer.status() == 0);
  CHECK_FALSE(r.feed("HTTP/1.1 200 OK\r\n"));
  CHECK(r.answer.begun());
  CHECK(r.answer.status() == 200);
  CHECK_FALSE(r.feed("X-A: 1\r\nContent-Length: 4\r\n"));
  CHECK_FALSE(r.answer.answered());
  CHECK_FALSE(r.feed("\r\nab"));
  CHECK(r.answer.answered());
  CHECK(r.response.body == "ab");
  CHECK_FALSE(r.answer.parse_end());
  CHECK(r.feed("cd"));
  CHECK_FALSE(r.why);
  CHECK(r.response.status == 200);
  CHECK(r.response.headers.find("X-A") == "1");
  CHECK(r.response.headers.size() == 2);
  CHECK(r.response.body == "abcd");
  CHECK(r.answer.keeps_connection());
  CHECK_FALSE(r.answer.has_surplus());
}

TEST_CASE("before an exchange nothing is known") {
  const hwc::beast::detail::answer none;
  CHECK_FALSE(none.answered());
  CHECK_FALSE(none.begun());
  CHECK(none.status() == 0);
}

TEST_CASE("what says that the connection ends, or comes after the answer, speaks against keeping it") {
  for (const std::string_view head : {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                                      "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"}) {
    reading r;
    CHECK(r.feed(head));
    CHECK_FALSE(r.answer.keeps_connection());
    CHECK_FALSE(r.answer.has_surplus());
  }
  reading r;
  CHECK(r.feed("HTTP/1.1 204 No Content\r\n\r\nx"));
  CHECK_FALSE(r.answer.keeps_connection());
  CHECK(r.answer.has_surplus());
  // The next answer begins without it.
  r.answer.expect(r.response, 1000, false);
  CHECK_FALSE(r.answer.has_surplus());
  CHECK(r.feed("HTTP/1.1 204 No Content\r\n\r\n"));
}

TEST_CASE("a body without a length: complete with the end of the connection, which no head is") {
  reading r;
  CHECK_FALSE(r.answer.parse_end());
  CHECK_FALSE(r.feed("HTTP/1.1 200 OK\r\n"));
  CHECK_FALSE(r.answer.parse_end());
  CHECK_FALSE(r.feed("\r\nall"));
  CHECK(r.answer.parse_end());
  CHECK(r.response.body == "all");
  reading early;
  CHECK_FALSE(early.feed("HTTP/1.1 103 Early\r\n\r\n"));
  CHECK_FALSE(early.answer.parse_end());
}

TEST_CASE("an answer of which only the head is wanted has no body, whatever its head says") {
  reading r{1000, true};
  CHECK(r.feed("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"));
  CHECK(r.answer.keeps_connection());
  reading after_interim{1000, true};
  CHECK(after_interim.feed("HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"));
}

TEST_CASE("a body is kept up to its limit, and is too long with one byte more") {
  reading whole{4};
  CHECK(whole.feed("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd"));
  for (const std::string_view body :
       {"Content-Length: 5\r\n\r\nabcde", "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"}) {
    reading over{4};
    CHECK_FALSE(over.feed("HTTP/1.1 200 OK\r\n" + std::string{body}));
    CHECK(over.why == http::error::body_limit);
    CHECK(over.answer.answered());
    CHECK(over.response.body == "abcd");
  }
  reading pieces{4};
  CHECK_FALSE(pieces.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"));
  CHECK_FALSE(pieces.feed("cde"));
  CHECK(pieces.why == http::error::body_limit);
  CHECK(pieces.response.body == "abcd");
  // Beast's own limit of 8 MiB plays no part.
  reading large{10'000'000};
  CHECK_FALSE(large.feed("HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n"));
  CHECK_FALSE(large.why);
  CHECK(large.answer.answered());
}

TEST_CASE("chunks are joined and their trailers passed over, wherever the pieces end") {
  const std::string_view bytes =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n";
  for (std::size_t at = 1; at != bytes.size(); ++at) {
    CAPTURE(at);
    reading r;
    CHECK_FALSE(r.feed(bytes.substr(0, at)));
    CHECK(r.feed(bytes.substr(at)));
    CHECK(r.response.body == "abcde");
    CHECK_FALSE(r.response.headers.contains("X-Trailer"));
    CHECK(r.answer.keeps_connection());
  }
  reading r;
  CHECK(r.feed_each_byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"));
  CHECK(r.response.body == "a");
  CHECK(reading{}.feed_each_byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"));
}

TEST_CASE("a chunk's head has an end within the limit of heads") {
  reading r;
  CHECK_FALSE(r.feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;"));
  CHECK_FALSE(r.feed(std::string(response_parser::max_bytes - 2, 'x')));
  CHECK_FALSE(r.why);
  CHECK_FALSE(r.feed("x"));
  CHECK(r.why == http::error::header_limit);
}

TEST_CASE("interim heads are passed over") {
  reading r;
  CHECK_FALSE(r.feed("HTTP/1.1 100 Continue\r\n\r\n"));
  CHECK(r.answer.begun());
  CHECK(r.answer.status() == 0);
  CHECK_FALSE(r.answer.answered());
  CHECK(r.feed("HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\nHTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n"));
  CHECK(r.response.status == 204);
  CHECK(r.response.headers.size() == 1);
  // Nor does the next exchange know of them.
  r.answer.expect(r.response, 1000, false);
  CHECK_FALSE(r.answer.begun());
}

TEST_CASE("64 interim heads are acceptable and one more is not, anew for each exchange") {
  reading r;
  for (int exchange = 0; exchange != 2; ++exchange) {
    for (int i = 0; i != 64; ++i) CHECK_FALSE(r.feed("HTTP/1.1 100 Continue\r\n\r\n"));
    CHECK_FALSE(r.why);
    CHECK(r.feed("HTTP/1.1 204 No Content\r\n\r\n"));
    r.answer.expect(r.response, 1000, false);
  }
  for (int i = 0; i != 65; ++i) CHECK_FALSE(r.feed("HTTP/1.1 100 Continue\r\n\r\n"));
  CHECK(r.why == http::error::header_limit);
}

TEST_CASE("the heads of an exchange have 64 KiB together, anew for each exchange") {
  const std::string_view last = "HTTP/1.1 204 No Content\r\n\r\n";
  constexpr std::size_t most = response_parser::max_bytes;
  reading r;
  for (int exchange = 0; exchange != 2; ++exchange) {
    CHECK_FALSE(r.feed(interim(30'000)));
    CHECK_FALSE(r.feed(interim(most - 30'000 - last.size())));
    CHECK_FALSE(r.why);
    CHECK(r.feed(last));
    r.answer.expect(r.response, 1000, false);
  }
  CHECK_FALSE(r.feed(interim(30'000)));
  CHECK_FALSE(r.feed(interim(most - 30'000 - 24)));
  CHECK_FALSE(r.why);
  CHECK_FALSE(r.feed(last));  // whose status line has 25 bytes
  CHECK(r.why == http::error::header_limit);
  // Nothing is left for a final head.
  reading used_up;
  CHECK_FALSE(used_up.feed(interim(most)));
  CHECK(used_up.why == http::error::header_limit);
}

TEST_CASE("a body does not count as a head") {
  reading r{100'000};
  CHECK(r.feed("HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + std::string(70'000, 'x')));
  CHECK(r.response.body.size() == 70'000);
}

TEST_CASE("a status line is known as soon as its end is there, a final one has three digits of 200 or more") {
  reading r;
  CHECK_FALSE(r.feed("HTTP/1.1 404 Not Found\r"));
  CHECK_FALSE(r.answer.begun());
  CHECK(r.answer.status() == 0);
  CHECK_FALSE(r.feed("\nX-A"));
  CHECK(r.answer.begun());
  CHECK(r.answer.status() == 404);
  for (const auto* line : {"HTTP/1.1 404\n", "HTTP/1.1 4041 Not Found\r\n"}) {
    reading odd;
    CHECK_FALSE(odd.feed(line));
    CHECK(odd.answer.status() == 404);
  }
  reading early;
  CHECK_FALSE(early.feed("HTTP/1.1 103 Early\r\nX-A"));
  CHECK(early.answer.begun());
  CHECK(early.answer.status() == 0);
}

TEST_CASE("no other protocol, and no status below 100") {
  for (const std::string_view bad :
       {"HTTP/1.1 101 Switching\r\n\r\n", "HTTP/1.1 099 Odd\r\n\r\n", "HTTP/1.1 000 \r\n\r\n"}) {
    CAPTURE(bad);
    reading r;
    CHECK_FALSE(r.feed(bad));
    CHECK(r.why == http::error::bad_status);
    CHECK_FALSE(r.answer.answered());
  }
  reading odd;
  CHECK(odd.feed("HTTP/1.1 999 \r\nContent-Length: 0\r\n\r\n"));
  CHECK(odd.response.status == 999);
}

TEST_CASE("200 fields a head are acceptable, and one more is not") {
  reading r;
  CHECK_FALSE(r.feed("HTTP/1.1 103 Early\r\n" + fields(200) + "\r\n"));
  CHECK(r.feed("HTTP/1.1 204 No Content\r\n" + fields(200) + "\r\n"));
  CHECK(r.response.headers.size() == 200);
  reading more;
  CHECK_FALSE(more.feed("HTTP/1.1 204 No Content\r\n" + fields(201) + "\r\n"));
  CHECK(more.why == http::error::header_limit);
}

TEST_SUITE_END();
