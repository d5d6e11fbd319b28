// SPDX-License-Identifier: BSL-1.0
#include <hwc/beast/server.hpp>

#include <hwc/curl/transport.hpp>
#include <hwc/openssl/testing/authority.hpp>

#include "support/number_from.hpp"

#include <doctest/doctest.h>
#include <openssl/ssl.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/error_code.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using hwc::http_method;
using hwc::http_request;
using hwc::http_response;
using hwc::beast::server;
using hwc::beast::server_tls;
using hwc::openssl::testing::authority;
using tcp = boost::asio::ip::tcp;

http_response no_content(const http_request&) { return {.status = 204}; }

// Answers with what it was asked.
http_response echo(const http_request& request) {
  http_response response{.status = 200};
  response.body = std::string{to_string(request.method)} + " " + request.target + "\n" + request.body;
  return response;
}

http_request request_to(const server& s, http_method method = http_method::post, std::string body = "{}") {
  http_request request;
  request.method = method;
  request.origin = {.tls = s.url().starts_with("https"), .host = "127.0.0.1", .port = s.port()};
  request.target = "/v2/p%2Fq/users?x=1";
  request.body = std::move(body);
  return request;
}

http_response ask(hwc::curl::transport& t, const http_request& request) {
  http_response response;
  const auto result =
      t.send(request, response, {.deadline = std::chrono::steady_clock::now() + 5 * support::promptly()});
  if (!result) FAIL(result.error().message);
  return response;
}

// A client that says anything and hears everything until the server closes.
std::string exchange_raw(const server& s, std::string_view text, bool end_our_side = true) {
  boost::asio::io_context io;
  tcp::socket socket{io};
  socket.connect({boost::asio::ip::make_address("127.0.0.1"), s.port()});
  boost::system::error_code ec;
  boost::asio::write(socket, boost::asio::buffer(text), ec);
  CHECK_FALSE(ec);
  if (end_our_side) socket.shutdown(tcp::socket::shutdown_send, ec);
  std::string heard;
  boost::asio::read(socket, boost::asio::dynamic_buffer(heard), ec);
  CHECK(ec == boost::asio::error::eof);
  return heard;
}

}  // namespace

TEST_SUITE_BEGIN("beast::server");

TEST_CASE("each method reaches the service with target, headers and body as sent, kept alive; 5 requests") {
  http_request seen;
  hwc::wall_time when;
  server s{[&](const http_request& request, hwc::wall_time now) {
             seen = request;
             when = now;
             return http_response{.status = 200, .headers = {{"X-A", "1"}, {"X-A", "2"}}, .body = "body"};
           },
           "127.0.0.1", 0};
  CHECK(s.url() == "http://127.0.0.1:" + std::to_string(s.port()));
  hwc::curl::transport t;
  for (const auto method :
       {http_method::get, http_method::post, http_method::put, http_method::patch, http_method::delete_}) {
    auto request = request_to(s, method, method == http_method::get ? "" : "body of the request");
    request.headers.add("X-Twice", "one");
    request.headers.add("X-Twice", "two");
    request.headers.add("X-Empty", "");
    const auto before = std::chrono::system_clock::now();
    const auto response = ask(t, request);
    CHECK(when >= before);
    CHECK(when <= std::chrono::system_clock::now());
    CHECK(response.status == 200);
    CHECK(response.body == "body");
    std::string values;
    for (const auto& [name, value] : response.headers) {
      if (hwc::same_header_name(name, "X-A")) values += value;
    }
    CHECK(values == "12");
    CHECK(seen.method == method);
    CHECK(seen.target == request.target);
    CHECK(seen.body == request.body);
    CHECK(seen.origin.host.empty());
    std::string twice;
    for (const auto& [name, value] : seen.headers) {
      if (name == "X-Twice") twice += value;
    }
    CHECK(twice == "onetwo");
    CHECK(seen.headers.find("x-empty") == "");
  }
  CHECK(s.requests() == 5);
  CHECK(s.connections() == 1);
}

TEST_CASE("204 and 304 carry no body, whatever the service says; 2 requests on one connection") {
  int status = 204;
  server s{[&](const http_request&) {
             return http_response{
                 .status = std::exchange(status, 304), .headers = {{"Content-Length", "4"}}, .body = "body"};
           },
           "127.0.0.1", 0};
  const auto heard = exchange_raw(s, "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(heard == "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n");
  CHECK(s.requests() == 2);
  CHECK(s.connections() == 1);
}

TEST_CASE("pipelined and chunked requests are answered in order; 2 requests") {
  server s{echo, "127.0.0.1", 0};
  const auto heard =
      exchange_raw(s,
                   "POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
                   "GET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                   false);
  CHECK(heard ==
        "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nPOST /1\nabc"
        "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nGET /2\n");
  CHECK(s.requests() == 2);
}

TEST_CASE("Expect: 100-continue is answered before the body is read; 1 request") {
  server s{echo, "127.0.0.1", 0};
  const auto heard =
      exchange_raw(s, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab");
  CHECK(heard == "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nPOST /\nab");
  CHECK(s.requests() == 1);
}

TEST_CASE("a method that no operation uses: 501, the service is not asked; 2 requests") {
  std::atomic<int> asked = 0;
  server s{[&](const http_request&) {
             ++asked;
             return http_response{.status = 200};
           },
           "127.0.0.1", 0};
  const auto heard = exchange_raw(s, "TRACE / HTTP/1.1\r\nHost: x\r\n\r\nBREW / HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = "HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\n\r\n";
  CHECK(heard == answer + answer);
  CHECK(asked == 0);
  CHECK(s.requests() == 2);
}

TEST_CASE("a service that throws or answers what cannot be written: 500, and the server lives on; 1 request each") {
  const std::vector<http_response> impossible{
      {.status = 0},
      {.status = 199},
      {.status = 1000},
      {.status = 200, .headers = {{"X", "a\r\nY: b"}}},
      {.status = 200, .headers = {{"X Y", "a"}}},
  };
  std::size_t next = 0;
  server s{[&](const http_request&) {
             if (next < impossible.size()) return impossible[next++];
             if (next++ == impossible.size()) throw std::runtime_error{"broken"};
             return http_response{.status = 204};
           },
           "127.0.0.1", 0};
  hwc::curl::transport t;
  for (std::size_t i = 0; i != impossible.size() + 1; ++i) {
    const auto response = ask(t, request_to(s));
    CHECK(response.status == 500);
    CHECK(response.headers.size() == 1);
  }
  CHECK(ask(t, request_to(s)).status == 204);
  CHECK(s.requests() == impossible.size() + 2);
  CHECK(s.connections() == 1);
}

TEST_CASE("a head over 64 KiB: 431; a body over 12 MiB, announced or chunked: 413; no HTTP: 400; 0 requests") {
  server s{no_content, "127.0.0.1", 0};
  const auto status_of = [&](const std::string& text) { return exchange_raw(s, text, false).substr(0, 12); };
  CHECK(status_of("GET / HTTP/1.1\r\nX: " + std::string(70'000, 'x') + "\r\n\r\n") == "HTTP/1.1 431");
  CHECK(status_of("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 12582913\r\n\r\n") == "HTTP/1.1 413");
  std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nC00001\r\n";
  chunked.append(0xC00001, 'x');
  CHECK(status_of(chunked + "\r\n0\r\n\r\n") == "HTTP/1.1 413");
  CHECK(status_of("nonsense\r\n\r\n") == "HTTP/1.1 400");
  CHECK(status_of("GET / HTTP/9.9\r\n\r\n") == "HTTP/1.1 400");
  CHECK(s.requests() == 0);
  hwc::curl::transport t;
  CHECK(ask(t, request_to(s, http_method::post, std::string(12 * 1024 * 1024, 'x'))).status == 204);
  CHECK(s.requests() == 1);
}

TEST_CASE("a client that goes on sending after its refusal: told once, and closed in order; 0 requests") {
  server s{no_content, "127.0.0.1", 0};
  const auto heard = exchange_raw(s, "GET / HTTP/1.1\r\nX: " + std::string(3'000'000, 'x') + "\r\n\r\n", false);
  CHECK(heard.starts_with("HTTP/1.1 431"));
  CHECK(heard.find("HTTP/1.1", 1) == std::string::npos);
  CHECK(s.requests() == 0);
}

TEST_CASE("a head of almost 64 KiB, and the highest status: served; 1 request") {
  server s{[](const http_request&) { return http_response{.status = 999}; }, "127.0.0.1", 0};
  CHECK(exchange_raw(s, "GET / HTTP/1.1\r\nX: " + std::string(65'000, 'x') + "\r\n\r\n").starts_with("HTTP/1.1 999"));
  CHECK(s.requests() == 1);
}

TEST_CASE("a request that ends early is not counted, at any byte; 1 complete request in the end") {
  server s{no_content, "127.0.0.1", 0};
  const std::string_view request = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
  for (std::size_t cut = 0; cut != request.size(); ++cut) CHECK(exchange_raw(s, request.substr(0, cut)).empty());
  CHECK(s.requests() == 0);
  CHECK(s.connections() == request.size());
  CHECK_FALSE(exchange_raw(s, request).empty());
  CHECK(s.requests() == 1);
}

TEST_CASE("https: serves, from TLS 1.2 up, and closes in order; 3 requests") {
  authority ca;
  const auto id = ca.issue({"127.0.0.1"});
  server s{echo, "127.0.0.1", 0, server_tls{id.certificate_chain_pem, id.private_key_pem}};
  CHECK(s.url() == "https://127.0.0.1:" + std::to_string(s.port()));
  hwc::curl::transport t{{.ca_file = ca.file()}};
  CHECK(ask(t, request_to(s, http_method::post, std::string(100'000, 'x'))).body.size() == 100'025);
  auto closing = request_to(s);
  closing.headers.add("Connection", "close");
  CHECK(ask(t, closing).status == 200);
  CHECK(s.requests() == 2);
  CHECK(s.connections() == 1);

  for (const int version : {TLS1_1_VERSION, TLS1_2_VERSION}) {
    boost::asio::io_context io;
    boost::asio::ssl::context context{boost::asio::ssl::context::tls_client};
    SSL_CTX_set_min_proto_version(context.native_handle(), version);
    SSL_CTX_set_max_proto_version(context.native_handle(), version);
    SSL_CTX_set_security_level(context.native_handle(), 0);
    boost::asio::ssl::stream<tcp::socket> stream{io, context};
    stream.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), s.port()});
    boost::system::error_code ec;
    stream.handshake(boost::asio::ssl::stream_base::client, ec);
    CHECK(!ec == (version == TLS1_2_VERSION));
    if (ec) continue;
    boost::asio::write(stream, boost::asio::buffer(std::string_view{"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"}));
    std::string heard;
    boost::asio::read(stream, boost::asio::dynamic_buffer(heard), ec);
    CHECK(ec == boost::asio::error::eof);  // close_notify came, else it were stream_truncated
    CHECK(heard.ends_with("GET /\n"));
  }
  CHECK(s.requests() == 3);
}

TEST_CASE("client certificates are demanded with client_ca_pem: who has none sends nothing; 1 request") {
  authority ca;
  const auto id = ca.issue({"127.0.0.1"});
  server s{no_content, "127.0.0.1", 0, server_tls{id.certificate_chain_pem, id.private_key_pem, ca.certificate_pem()}};
  const auto attempt = [&](const hwc::openssl::testing::identity* shown) {
    boost::asio::io_context io;
    boost::asio::ssl::context context{boost::asio::ssl::context::tls_client};
    if (shown != nullptr) {
      context.use_certificate_chain(boost::asio::buffer(shown->certificate_chain_pem));
      context.use_private_key(boost::asio::buffer(shown->private_key_pem), boost::asio::ssl::context::pem);
    }
    boost::asio::ssl::stream<tcp::socket> stream{io, context};
    stream.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), s.port()});
    boost::system::error_code ec;
    stream.handshake(boost::asio::ssl::stream_base::client, ec);
    std::string heard;
    boost::asio::write(stream, boost::asio::buffer(std::string_view{"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"}),
                       ec);
    boost::asio::read(stream, boost::asio::dynamic_buffer(heard), ec);
    return heard;
  };
  CHECK(attempt(nullptr).empty());
  CHECK(s.requests() == 0);
  const auto client = ca.issue({"client"});
  CHECK(attempt(&client).starts_with("HTTP/1.1 204"));
  CHECK(s.requests() == 1);
}

TEST_CASE("IPv6: the address stands in brackets; 1 request") {
  try {
    server s{no_content, "::1", 0};
    CHECK(s.url() == "http://[::1]:" + std::to_string(s.port()));
    hwc::curl::transport t;
    auto request = request_to(s);
    request.origin.host = "::1";
    CHECK(ask(t, request).status == 204);
    CHECK(s.requests() == 1);
  } catch (const std::system_error& e) {
    MESSAGE("no IPv6 here: " << e.what());
  }
}

TEST_CASE("an address in use, none, or bad PEM: std::system_error that says which; 0 requests") {
  server s{no_content, "127.0.0.1", 0};
  const auto failure = [](auto make) -> std::string {
    try {
      make();
    } catch (const std::system_error& e) {
      CHECK(e.code());
      return e.what();
    }
    return "nothing was thrown";
  };
  const auto says = [&](const std::string& what, std::string_view part) {
    CAPTURE(what);
    CHECK(what.find(part) != std::string::npos);
  };
  says(failure([&] {
         server{no_content, "127.0.0.1", s.port()};
       }),
       "cannot listen on 127.0.0.1 port " + std::to_string(s.port()));
  says(failure([&] { server{no_content, "localhost", 0}; }), "not an IP address: localhost");
  authority ca;
  const auto a = ca.issue({"a"}), b = ca.issue({"b"});
  const auto with = [&](server_tls tls) { return failure([&] { server{no_content, "127.0.0.1", 0, tls}; }); };
  says(with({"", a.private_key_pem}), "certificate_chain_pem");
  says(with({"nonsense", a.private_key_pem}), "certificate_chain_pem");
  says(with({a.certificate_chain_pem, ""}), "private_key_pem");
  says(with({a.certificate_chain_pem, b.private_key_pem}), "private_key_pem");
  says(with({a.certificate_chain_pem, a.private_key_pem, "nonsense"}), "client_ca_pem");
  CHECK(s.requests() == 0);
  CHECK(s.connections() == 0);
}

TEST_CASE("stop: idle and half-served connections close, the port is free, and again does nothing; 1 request") {
  server s{no_content, "127.0.0.1", 0};
  boost::asio::io_context io;
  tcp::socket idle{io}, half{io};
  idle.connect({boost::asio::ip::make_address("127.0.0.1"), s.port()});
  half.connect({boost::asio::ip::make_address("127.0.0.1"), s.port()});
  boost::asio::write(half, boost::asio::buffer(std::string_view{"POST / HTTP/1.1\r\n"}));
  boost::asio::write(idle, boost::asio::buffer(std::string_view{"GET / HTTP/1.1\r\n\r\n"}));
  std::string heard;
  boost::asio::read_until(idle, boost::asio::dynamic_buffer(heard), "\r\n\r\n");
  const auto port = s.port();
  s.stop();
  s.stop();
  CHECK(s.port() == port);
  CHECK(s.requests() == 1);
  boost::system::error_code ec;
  char byte = 0;
  CHECK(idle.read_some(boost::asio::buffer(&byte, 1), ec) == 0);
  CHECK(ec == boost::asio::error::eof);
  CHECK(half.read_some(boost::asio::buffer(&byte, 1), ec) == 0);
  CHECK(ec);
  server again{no_content, "127.0.0.1", port};
  CHECK(again.port() == port);
}

TEST_CASE("stop from the service and from other threads at once: no deadlock; 1 request") {
  server* self = nullptr;
  server s{[&](const http_request&) {
             self->stop();
             return http_response{.status = 204};
           },
           "127.0.0.1", 0};
  self = &s;
  hwc::curl::transport t;
  http_response response;
  static_cast<void>(t.send(request_to(s), response, {.deadline = std::chrono::steady_clock::now() + 200ms}));
  {
    std::jthread one{[&] { s.stop(); }}, two{[&] { s.stop(); }};
  }
  CHECK(s.requests() == 1);
}

TEST_SUITE_END();
