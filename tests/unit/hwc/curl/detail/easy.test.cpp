// SPDX-License-Identifier: BSL-1.0
#include <hwc/curl/detail/easy.hpp>

#include <hwc/curl/detail/open_sockets.hpp>
#include <hwc/http.hpp>
#include <hwc/testing/socket_server.hpp>

#include <curl/curl.h>
#include <doctest/doctest.h>
#include <openssl/ssl.h>

#include <chrono>
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

}  // namespace

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

TEST_SUITE_END();
