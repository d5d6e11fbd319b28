// SPDX-License-Identifier: BSL-1.0
#include <hwc/curl/detail/easy.hpp>

#include <hwc/curl/detail/classify.hpp>
#include <hwc/curl/detail/open_sockets.hpp>
#include <hwc/http.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/transport.hpp>

#include <curl/curl.h>
#include <doctest/doctest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

namespace {

// What libcurl demands of TLS.
struct demands {
  long lowest = 0;
  int verification = 0;
};

CURLcode note_demands(CURL*, void* context, void* noted) {
  auto* tls = static_cast<SSL_CTX*>(context);
  *static_cast<demands*>(noted) = {SSL_CTX_get_min_proto_version(tls), SSL_CTX_get_verify_mode(tls)};
  return CURLE_OK;
}

// Writes to sockets by this thread, which is where libcurl makes its own.
struct {
  std::size_t count = 0;
  std::size_t room = std::string::npos;  // bytes until the connection breaks
} thread_local writes;

// An exchange as `slot` makes them, on the connection that the handle keeps.
struct played {
  hwc::curl::detail::report evidence{};
  hwc::exchange_result result{};
  hwc::http_response response{};
};
played play(hwc::curl::detail::easy& exchange, const hwc::http_request& request) {
  played p;
  exchange.start(request, p.response, {.deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5}});
  writes.count = 0;
  p.evidence.code = curl_easy_perform(exchange.get());
  exchange.collect(p.evidence);
  p.result = exchange.verdict(p.evidence, {});
  return p;
}

hwc::http_request request_to(const hwc::testing::socket_server& server, std::string body) {
  return {.method = hwc::http_method::post, .origin = server.origin(), .target = "/", .body = std::move(body)};
}

}  // namespace

// Takes the place of the system's, also for libcurl, and does the same while there is room.
extern "C" ssize_t send(int socket, const void* data, std::size_t size, int flags) {
  ++writes.count;
  if (writes.room == 0) {
    errno = EPIPE;
    return -1;
  }
  const auto done = ::sendto(socket, data, std::min(size, writes.room), flags, nullptr, 0);
  if (done > 0 && writes.room != std::string::npos) writes.room -= static_cast<std::size_t>(done);
  return done;
}

TEST_SUITE_BEGIN("curl::detail::easy");

TEST_CASE(
    "TLS: 1.2 at least, whatever OpenSSL's own settings are, and a certificate that is verified; of a proxy too") {
  for (const bool of_proxy : {false, true}) {
    CAPTURE(of_proxy);
    hwc::testing::socket_server server{{{{.answer = "This is no TLS.", .read = 1}}}};
    const auto proxy = of_proxy ? "https://127.0.0.1:" + std::to_string(server.port()) : std::string{};
    hwc::curl::detail::open_sockets sockets;
    hwc::curl::detail::easy exchange{{.proxy = proxy}, sockets, false};
    REQUIRE(exchange.usable());
    demands noted;
    REQUIRE(curl_easy_setopt(exchange.get(), CURLOPT_SSL_CTX_FUNCTION, &note_demands) == CURLE_OK);
    REQUIRE(curl_easy_setopt(exchange.get(), CURLOPT_SSL_CTX_DATA, &noted) == CURLE_OK);
    const hwc::http_request request{
        .origin = {.tls = !of_proxy, .host = of_proxy ? "service.invalid" : "127.0.0.1", .port = server.port()},
        .target = "/"};
    hwc::http_response response;
    exchange.start(request, response, {.deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5}});
    CHECK(curl_easy_perform(exchange.get()) == CURLE_SSL_CONNECT_ERROR);
    CHECK(noted.lowest == TLS1_2_VERSION);
    CHECK(noted.verification == SSL_VERIFY_PEER);
  }
}

TEST_CASE("a short body leaves in one write with the head; all bodies arrive as they are, on one connection") {
  hwc::testing::socket_server server;
  hwc::curl::detail::open_sockets sockets;
  hwc::curl::detail::easy exchange{{}, sockets, false};
  REQUIRE(exchange.usable());
  std::size_t requests = 0;
  for (const std::size_t size : {2U, 8192U, 8193U, 2U, 0U, 2U}) {
    CAPTURE(size);
    const auto request = request_to(server, std::string(size, '\0'));
    const auto p = play(exchange, request);
    CHECK(p.result);
    CHECK(p.response.status == 200);
    const auto& arrived = server.request(requests++);
    CHECK(arrived.substr(arrived.find("\r\n\r\n") + 4) == request.body);
    if (size <= 8192) CHECK(writes.count == 1);
  }
  CHECK(server.connections() == 1);
}

TEST_CASE("the write breaks: not sent before its first byte, unknown behind it; on a new connection and a kept one") {
  for (const std::size_t room : {0U, 1U, 60U}) {
    for (const bool kept : {false, true}) {
      CAPTURE(room);
      CAPTURE(kept);
      hwc::testing::socket_server server;
      hwc::curl::detail::open_sockets sockets;
      hwc::curl::detail::easy exchange{{}, sockets, false};
      REQUIRE(exchange.usable());
      if (kept) CHECK(play(exchange, request_to(server, "{}")).result);
      writes.room = room;
      const auto p = play(exchange, request_to(server, "{}"));
      writes.room = std::string::npos;
      REQUIRE_FALSE(p.result);
      CHECK(p.result.error().kind == hwc::error_kind::connection);
      CHECK(p.result.error().sent == (room == 0 ? hwc::delivery::not_sent : hwc::delivery::unknown));
      CHECK(server.requests() == (kept ? 1 : 0));
    }
  }
}

TEST_CASE("a kept connection closes behind the request: libcurl is told not to repeat it, and refused; unknown, once") {
  // What keeps it from a second time. Each is tried without those before it.
  enum class lock { told, socket, request };
  // Short enough for one write, which libcurl can repeat, and longer, also behind a short one.
  for (const std::size_t before : {2U, 9000U}) {
    for (const std::size_t size : {0U, 2U, 9000U}) {
      for (const auto left : {lock::told, lock::socket, lock::request}) {
        CAPTURE(before);
        CAPTURE(size);
        CAPTURE(static_cast<int>(left));
        hwc::testing::socket_server server{
            {{{.answer = std::string{hwc::testing::ok_answer}}, {.afterwards = hwc::testing::step::then::close}}}};
        hwc::curl::detail::open_sockets sockets;
        hwc::curl::detail::easy exchange{{}, sockets, false};
        REQUIRE(exchange.usable());
        CHECK(play(exchange, request_to(server, std::string(before, 'b'))).result);
        const auto repeats = static_cast<long>(CURL_RTSPREQ_OPTIONS);  // what libcurl does if it is not told otherwise
        if (left != lock::told) REQUIRE(curl_easy_setopt(exchange.get(), CURLOPT_RTSP_REQUEST, repeats) == CURLE_OK);
        if (left == lock::request) {
          REQUIRE(curl_easy_setopt(exchange.get(), CURLOPT_OPENSOCKETFUNCTION, nullptr) == CURLE_OK);
        }
        const auto request = request_to(server, std::string(size, 'x'));
        const auto p = play(exchange, request);
        REQUIRE_FALSE(p.result);
        CHECK(p.result.error().sent == hwc::delivery::unknown);
        // It asks for a connection first, and then finds that it cannot rewind a long body.
        CHECK(p.evidence.repeat_refused == (left == lock::socket || (left == lock::request && size < 9000)));
        CHECK(server.requests() == 2);
      }
    }
  }
}

TEST_SUITE_END();
