// SPDX-License-Identifier: BSL-1.0
#include <hwc/curl/detail/easy.hpp>

#include <hwc/curl/detail/open_sockets.hpp>
#include <hwc/http.hpp>
#include <hwc/testing/socket_server.hpp>

#include <curl/curl.h>
#include <doctest/doctest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <string>

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
thread_local std::size_t writes = 0;

}  // namespace

// Takes the place of the system's, also for libcurl, and does the same.
extern "C" ssize_t send(int socket, const void* data, std::size_t size, int flags) {
  ++writes;
  return ::sendto(socket, data, size, flags, nullptr, 0);
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

TEST_CASE("a short body leaves in one write with the head, a longer one behind it, whatever its bytes are; one connection") {
  hwc::testing::socket_server server;
  hwc::curl::detail::open_sockets sockets;
  hwc::curl::detail::easy exchange{{}, sockets, false};
  REQUIRE(exchange.usable());
  std::size_t requests = 0;
  for (const std::size_t size : {2U, 8192U, 8193U, 2U, 0U, 2U}) {
    CAPTURE(size);
    const hwc::http_request request{.method = hwc::http_method::post,
                                    .origin = {.tls = false, .host = "127.0.0.1", .port = server.port()},
                                    .target = "/",
                                    .body = std::string(size, '\0')};
    hwc::http_response response;
    exchange.start(request, response, {.deadline = std::chrono::steady_clock::now() + std::chrono::seconds{5}});
    writes = 0;
    REQUIRE(curl_easy_perform(exchange.get()) == CURLE_OK);
    hwc::curl::detail::report r;
    exchange.collect(r);
    CHECK(exchange.verdict(r, {}));
    CHECK(response.status == 200);
    const auto& arrived = server.request(requests++);
    CHECK(arrived.substr(arrived.find("\r\n\r\n") + 4) == request.body);
    CHECK(writes == (size > 8192 ? 2 : 1));
  }
  CHECK(server.connections() == 1);
}

TEST_SUITE_END();
