// SPDX-License-Identifier: BSL-1.0
#include <hwc/curl/transport.hpp>

#include <hwc/curl/error.hpp>
#include <hwc/openssl/testing/authority.hpp>
#include <hwc/openssl/testing/tls_server.hpp>
#include <hwc/testing/socket_server.hpp>

#include "support/files.hpp"

#include <curl/curl.h>
#include <doctest/doctest.h>

#include <thread>

#define HWC_TRANSPORT hwc::curl::transport
#define HWC_TRANSPORT_OPTIONS hwc::curl::transport_options

TEST_SUITE_BEGIN("curl::transport");

#include "support/number_from.hpp"
#include "support/transport_cases.hpp"

TEST_CASE("unknown host: the cause is libcurl's; 0 requests") {
  hwc::curl::transport t;
  auto request = request_to(443);
  request.origin = {.tls = true, .host = "nonexistent.invalid", .port = 443};
  const auto o = send(t, request);
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK(std::string_view{o.error().cause.category().name()} == "curl");
  CHECK(o.error().cause == std::error_code{CURLE_COULDNT_RESOLVE_HOST, hwc::curl::category()});
}

TEST_CASE("an idle age below a second is rounded down to none: each call connects; 2 requests") {
  socket_server server;
  hwc::curl::transport t{{.idle_age = 999ms}};
  CHECK(send(t, request_to(server.port())).answered());
  CHECK(send(t, request_to(server.port())).answered());
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 2);
}

TEST_CASE("a connection that rested for longer than the idle age is not used again, another is; 4 requests") {
  socket_server server;
  hwc::curl::transport strict{{.idle_age = 1s}}, usual;
  CHECK(send(strict, request_to(server.port())).answered());
  CHECK(send(usual, request_to(server.port())).answered());
  std::this_thread::sleep_for(2050ms);  // libcurl counts whole seconds
  CHECK(send(strict, request_to(server.port())).answered());
  CHECK(server.connections() == 3);
  CHECK(send(usual, request_to(server.port())).answered());
  CHECK(server.connections() == 3);
  CHECK(server.requests() == 4);
}

TEST_CASE("a proxy over TLS: its authority is to be one of those given, in a file or a folder; 2 requests") {
  const auto script = hwc::testing::script{{.answer = "HTTP/1.1 200 Go\r\n\r\n"}, answer_ok};
  hwc::openssl::testing::tls_server proxy;
  proxy.play({script, script});
  const authority_folder folder{support::read_file(proxy.ca_file())};
  const authority other{"another authority"};
  const auto url = "https://127.0.0.1:" + std::to_string(proxy.port());
  for (const auto& options : {transport_options{.ca_file = proxy.ca_file(), .proxy = url},
                              transport_options{.ca_path = folder.path(), .proxy = url}}) {
    hwc::curl::transport t{options};
    const auto o = send(t, request_elsewhere());
    CHECK_MESSAGE(o.answered(), o.error().message);
  }
  hwc::curl::transport wrong{{.ca_file = other.file(), .proxy = url}};
  CHECK(send(wrong, request_elsewhere()).error().sent == delivery::not_sent);
  CHECK(proxy.requests() == 4);  // of which two are for the proxy
}

TEST_CASE(
    "no descriptor left: not sent, not retryable, cause EMFILE, and it works again afterwards; 0 requests by then") {
  socket_server server;
  hwc::curl::transport fresh, used;
  REQUIRE(send(used, request_to(server.port())).answered());
  auto options = within(5s);
  options.fresh_connection = true;
  for (auto* t : {&fresh, &used}) {
    const auto before = server.requests();
    const auto o = [&] {
      const support::no_descriptors none;
      return send(*t, request_to(server.port()), options);
    }();
    check_failed(o, error_kind::connection, delivery::not_sent);
    CHECK_FALSE(o.error().retryable);
    if (support::slowed_by() == 1) CHECK(o.error().cause == std::errc::too_many_files_open);
    CHECK(server.requests() == before);
    CHECK(send(*t, request_to(server.port())).answered());
  }
}

TEST_CASE("a head that is too large: the error says what is not acceptable; 1 request") {
  socket_server server{{{{.answer = "HTTP/1.1 200 OK\r\nX-Big: " + std::string(65 * 1024, 'x') + "\r\n\r\n"}}}};
  hwc::curl::transport t;
  const auto o = send(t, request_to(server.port()));
  check_failed(o, error_kind::malformed_response, delivery::unknown);
  CHECK(o.error().message.find("the size of its head") != std::string::npos);
  CHECK(server.requests() == 1);
}

TEST_CASE("contradicting lengths, in lines that end in LF alone: unknown, and the connection is dropped; 1 request") {
  socket_server server{{{{.answer = "HTTP/1.1 200 OK\nContent-Length: 2\nTransfer-Encoding: chunked\n\n"
                                    "2\r\nok\r\n0\r\n\r\n"}}}};
  hwc::curl::transport t;
  const auto o = send(t, request_to(server.port()));
  check_failed(o, error_kind::malformed_response, delivery::unknown);
  CHECK(server.requests() == 1);
  CHECK(server.await_ends(1));
}

TEST_CASE("odd header lines: folded ones are joined, unreadable ones passed over; 1 request") {
  socket_server server{{{{.answer = "HTTP/1.1 200 OK\r\nX-Folded: a\r\n\t b\r\nbad name: x\r\nX-Utf8: \xc3\xa9\r\n"
                                    "X-Cr: a\rb\r\nX-Empty:\r\nX-Space:  v \t\r\nContent-Length: 0\r\n\r\n"}}}};
  hwc::curl::transport t;
  const auto o = send(t, request_to(server.port()));
  REQUIRE(o.answered());
  const auto& h = o.response.headers;
  CHECK(h.find("X-Folded") == "a b");
  CHECK(h.find("X-Utf8") == "\xc3\xa9");
  CHECK(h.find("X-Empty") == "");
  CHECK(h.find("X-Space") == "v");
  CHECK_FALSE(h.contains("bad name"));
  CHECK_FALSE(h.contains("X-Cr"));
  CHECK(h.size() == 5);
  CHECK(server.requests() == 1);
}

TEST_SUITE_END();
