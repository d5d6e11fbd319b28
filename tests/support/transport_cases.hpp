// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_TRANSPORT_CASES_HPP
#define HWC_TESTS_SUPPORT_TRANSPORT_CASES_HPP

// What the transports of this library do beyond what the conformance kit demands of all: which bytes they add, which
// connections they keep, what their errors say and name, and what their options do. The including file defines
// HWC_TRANSPORT, the transport's type, and HWC_TRANSPORT_OPTIONS, its options' type, and may use what stands in the
// unnamed namespace for cases of its own.

#include <hwc/beast/server.hpp>
#include <hwc/http.hpp>
#include <hwc/openssl/testing/authority.hpp>
#include <hwc/openssl/testing/tls_server.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/transport.hpp>
#include <hwc/version.hpp>

#include "support/lookup_stub.hpp"
#include "support/no_descriptors.hpp"
#include "support/number_from.hpp"
#include "support/temporary_folder.hpp"

#include <doctest/doctest.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using hwc::delivery;
using hwc::error_kind;
using hwc::http_method;
using transport_options = HWC_TRANSPORT_OPTIONS;
using hwc::openssl::testing::authority;
using hwc::testing::socket_server;
using hwc::testing::step;
using then = step::then;
using std::chrono::steady_clock;

const std::string ok{hwc::testing::ok_answer};
const hwc::testing::step answer_ok{.answer = ok};

hwc::http_request request_to(std::uint16_t port, http_method method = http_method::post, std::string body = "{}") {
  hwc::http_request request;
  request.method = method;
  request.origin = {.tls = false, .host = "127.0.0.1", .port = port};
  request.target = "/v2/p/users/u/resend-email";
  request.body = std::move(body);
  return request;
}

hwc::http_request secure_request_to(std::uint16_t port, std::string host = "127.0.0.1") {
  auto request = request_to(port);
  request.origin.tls = true;
  request.origin.host = std::move(host);
  return request;
}

// To a service on another machine, which only a proxy could reach.
hwc::http_request request_elsewhere() {
  auto request = request_to(8080);
  request.origin.host = "service.invalid";
  return request;
}

hwc::exchange_options within(std::chrono::milliseconds span) { return {.deadline = steady_clock::now() + span}; }

// What one exchange gave.
struct outcome {
  hwc::http_response response{};
  hwc::exchange_result result{};
  std::chrono::milliseconds took{};

  [[nodiscard]] bool answered() const { return result.has_value(); }
  [[nodiscard]] hwc::transport_error error() const { return result.error(); }
};

template <class Transport>
outcome send(Transport& t, const hwc::http_request& request, const hwc::exchange_options& options = within(5s)) {
  outcome o;
  const auto start = steady_clock::now();
  o.result = t.send(request, o.response, options);
  o.took = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - start);
  return o;
}

void check_failed(const outcome& o, error_kind kind, delivery sent) {
  REQUIRE_FALSE(o.answered());
  CAPTURE(o.error().message);
  CAPTURE(o.error().cause.message());
  CHECK(to_string(o.error().kind) == to_string(kind));
  CHECK(to_string(o.error().sent) == to_string(sent));
  CHECK_FALSE(o.error().message.empty());
}

// A folder with the certificate of an authority, given as PEM, under the name that `openssl rehash` gives it.
struct authority_folder : support::temporary_folder {
  explicit authority_folder(const std::string& pem) {
    BIO* in = ::BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    X509* certificate = ::PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
    REQUIRE(certificate);
    char name[16];
    std::snprintf(name, sizeof name, "/%08lx.0", ::X509_subject_name_hash(certificate));
    ::X509_free(certificate);
    ::BIO_free(in);
    std::ofstream{path() + name} << pem;
  }
};

struct method_and_body {
  http_method method;
  std::string body;
};
const std::initializer_list<method_and_body> every_kind_of_request = {
    {http_method::get, ""},
    {http_method::delete_, ""},
    {http_method::post, ""},
    {http_method::post, "{}"},
    {http_method::put, ""},
    {http_method::put, "{}"},
    {http_method::patch, "{}"},
    {http_method::delete_, "{}"},
    {http_method::get, "x"},
    {http_method::patch, ""},
    {http_method::post, std::string(20'000, 'x')},
};

}  // namespace

TEST_CASE_TEMPLATE(
    "POST with body: its bytes go out exactly as given, with Host, User-Agent and Content-Length added; 1 request",
    Transport, HWC_TRANSPORT) {
  socket_server server;
  Transport t;
  auto request = request_to(server.port());
  request.target = "/v2/a%2Fb/..%2f/./../x//y/%7e?q=a%20b&empty=&x=#not-a-fragment";
  request.headers.add("X-Sdk-Date", "20300101T000000Z");
  request.headers.add("content-type", "application/json");
  request.headers.add("X-Empty", "");
  request.headers.add("Authorization", "SDK-HMAC-SHA256 Access=a, SignedHeaders=b;c, Signature=d");
  const auto o = send(t, request);
  REQUIRE(o.answered());
  CHECK(o.response.status == 200);
  CHECK(o.response.body == "ok");
  CHECK_FALSE(o.response.truncated);
  CHECK(server.requests() == 1);
  CHECK(server.request(0) ==
        "POST /v2/a%2Fb/..%2f/./../x//y/%7e?q=a%20b&empty=&x=#not-a-fragment HTTP/1.1\r\n"
        "Host: 127.0.0.1:" +
            std::to_string(server.port()) +
            "\r\n"
            "User-Agent: hwc/" HWC_VERSION_STRING
            "\r\n"
            "X-Sdk-Date: 20300101T000000Z\r\n"
            "content-type: application/json\r\n"
            "X-Empty:\r\n"
            "Authorization: SDK-HMAC-SHA256 Access=a, SignedHeaders=b;c, Signature=d\r\n"
            "Content-Length: 2\r\n"
            "\r\n"
            "{}");
}

TEST_CASE_TEMPLATE(
    "the request's own Host, User-Agent, Accept and Content-Length replace what would be added; 1 request", Transport,
    HWC_TRANSPORT) {
  socket_server server;
  Transport t;
  auto request = request_to(server.port());
  request.headers.add("Host", "workspace.example.com");
  request.headers.add("User-Agent", "mine");
  request.headers.add("Accept", "application/json");
  request.headers.add("Content-Length", "2");
  REQUIRE(send(t, request).answered());
  CHECK(server.requests() == 1);
  CHECK(server.request(0) ==
        "POST /v2/p/users/u/resend-email HTTP/1.1\r\n"
        "Host: workspace.example.com\r\n"
        "User-Agent: mine\r\n"
        "Accept: application/json\r\n"
        "Content-Length: 2\r\n"
        "\r\n"
        "{}");
}

TEST_CASE_TEMPLATE("every method: Content-Length stands where there is a body or POST, PUT, PATCH; 1 request each",
                   Transport, HWC_TRANSPORT) {
  for (const auto& each : every_kind_of_request) {
    const auto& method = each.method;
    const auto& body = each.body;
    CAPTURE(to_string(method));
    CAPTURE(body);
    socket_server server;
    Transport t{{.user_agent = ""}};
    REQUIRE(send(t, request_to(server.port(), method, body)).answered());
    const bool length = !body.empty() || (method != http_method::get && method != http_method::delete_);
    CHECK(server.requests() == 1);
    CHECK(server.request(0) ==
          std::string{to_string(method)} +
              " /v2/p/users/u/resend-email HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\n" +
              (length ? "Content-Length: " + std::to_string(body.size()) + "\r\n" : "") + "\r\n" + body);
  }
}

TEST_CASE_TEMPLATE(
    "all kinds of requests one after the other on one handle: none leaves a trace in the next; 1 request each",
    Transport, HWC_TRANSPORT) {
  socket_server server;
  Transport t{{.user_agent = ""}};
  std::size_t sent = 0;
  const auto start = steady_clock::now();
  for (int round = 0; round != 5; ++round) {
    for (const auto& each : every_kind_of_request) {
      const auto& method = each.method;
      const auto& body = each.body;
      REQUIRE(send(t, request_to(server.port(), method, body)).answered());
      ++sent;
    }
  }
  // Were TCP_NODELAY off, each body on the used connection would wait for a delayed acknowledgement, 40 ms.
  CHECK(steady_clock::now() - start < 1s);
  CHECK(server.requests() == sent);
  CHECK(server.connections() == 1);
  const auto kinds = every_kind_of_request.size();
  for (std::size_t i = kinds; i != sent; ++i) CHECK(server.request(i) == server.request(i - kinds));
}

TEST_CASE_TEMPLATE("two calls use one connection; 2 requests", Transport, HWC_TRANSPORT) {
  socket_server server;
  Transport t;
  auto copy = t;
  CHECK(send(t, request_to(server.port())).answered());
  CHECK(send(copy, request_to(server.port())).answered());
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 1);
}

TEST_CASE_TEMPLATE("fresh_connection: connects anew, and the new connection is the one that is kept; 3 requests",
                   Transport, HWC_TRANSPORT) {
  socket_server server;
  Transport t;
  auto fresh = within(5s);
  fresh.fresh_connection = true;
  CHECK(send(t, request_to(server.port())).answered());
  CHECK(send(t, request_to(server.port()), fresh).answered());
  CHECK(server.await_ends(1));
  CHECK(send(t, request_to(server.port())).answered());
  CHECK(server.requests() == 3);
  CHECK(server.connections() == 2);
}

TEST_CASE_TEMPLATE("no idle connections wanted: each call connects, and closes; 2 requests", Transport, HWC_TRANSPORT) {
  for (const auto& options : {transport_options{.max_idle_connections = 0}, transport_options{.idle_age = 0ms}}) {
    socket_server server;
    Transport t{options};
    CHECK(send(t, request_to(server.port())).answered());
    CHECK(send(t, request_to(server.port())).answered());
    CHECK(server.await_ends(2));
    CHECK(server.requests() == 2);
    CHECK(server.connections() == 2);
  }
}

TEST_CASE_TEMPLATE("more origins than idle connections: the one unused for longest is closed; 1 request per call",
                   Transport, HWC_TRANSPORT) {
  socket_server first, second;
  Transport t{{.max_idle_connections = 1}};
  CHECK(send(t, request_to(first.port())).answered());
  CHECK(send(t, request_to(second.port())).answered());
  CHECK(first.await_ends(1));
  CHECK(send(t, request_to(second.port())).answered());
  CHECK(send(t, request_to(first.port())).answered());
  CHECK(first.requests() == 2);
  CHECK(first.connections() == 2);
  CHECK(second.requests() == 2);
  CHECK(second.connections() == 1);
}

TEST_CASE_TEMPLATE(
    "a used connection breaks after the request was read: unknown, it arrived once, and the next call is answered",
    Transport, HWC_TRANSPORT) {
  for (const auto how : {then::close, then::reset}) {
    for (const auto& each : every_kind_of_request) {
      const auto& method = each.method;
      const auto& body = each.body;
      CAPTURE(to_string(method));
      CAPTURE(body);
      socket_server server{{{answer_ok, {.afterwards = how}}}};
      Transport t;
      CHECK(send(t, request_to(server.port(), method, body)).answered());
      const auto o = send(t, request_to(server.port(), method, body));
      check_failed(o, error_kind::connection, delivery::unknown);
      CHECK(o.error().retryable);
      CHECK(server.requests() == 2);
      CHECK(server.connections() == 1);
      CHECK(send(t, request_to(server.port(), method, body)).answered());
      CHECK(server.requests() == 3);
    }
  }
}

TEST_CASE_TEMPLATE("a new connection breaks after the request was read: unknown, and the request arrived once",
                   Transport, HWC_TRANSPORT) {
  for (const auto how : {then::close, then::reset}) {
    for (const auto& each : every_kind_of_request) {
      const auto& method = each.method;
      const auto& body = each.body;
      socket_server server{{{{.afterwards = how}}}};
      Transport t;
      const auto o = send(t, request_to(server.port(), method, body));
      check_failed(o, error_kind::connection, delivery::unknown);
      CHECK(o.error().retryable);
      CHECK(server.requests() == 1);
    }
  }
}

TEST_CASE_TEMPLATE("a kept connection was closed or reset before the next call: a new one is made; 2 requests",
                   Transport, HWC_TRANSPORT) {
  for (const auto how : {then::close, then::reset}) {
    for (const auto& each : every_kind_of_request) {
      const auto& method = each.method;
      const auto& body = each.body;
      socket_server server{{{{.answer = ok, .afterwards = how}}}};
      Transport t;
      const auto first = send(t, request_to(server.port(), method, body));
      REQUIRE(server.await_ends(1));
      if (how == then::close) CHECK(first.answered());  // a reset may overtake the answer
      CHECK(send(t, request_to(server.port(), method, body)).answered());
      CHECK(server.requests() == 2);
      CHECK(server.connections() == 2);
    }
  }
}

TEST_CASE_TEMPLATE("the connection is reset before the last byte of a large body: not sent; 0 requests", Transport,
                   HWC_TRANSPORT) {
  for (const std::size_t read : {std::size_t{0}, std::size_t{1}, std::size_t{100'000}}) {
    CAPTURE(read);
    socket_server server{{{{.afterwards = then::reset, .read = read}}}};
    Transport t;
    // More than the kernel's buffers take.
    const auto o = send(t, request_to(server.port(), http_method::post, std::string(40'000'000, 'x')));
    check_failed(o, error_kind::connection, delivery::not_sent);
    CHECK(o.error().retryable);
    CHECK(server.requests() == 0);
  }
}

TEST_CASE_TEMPLATE("a used connection is reset before the last byte of a large body: not sent; 1 request", Transport,
                   HWC_TRANSPORT) {
  socket_server server{{{answer_ok, {.afterwards = then::reset, .read = 100'000}}}};
  Transport t;
  CHECK(send(t, request_to(server.port())).answered());
  const auto o = send(t, request_to(server.port(), http_method::post, std::string(40'000'000, 'x')));
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK(o.error().retryable);
  CHECK(server.requests() == 1);
  CHECK(server.connections() == 1);
}

TEST_CASE_TEMPLATE("a large body meets a server that stops reading: not sent by the deadline; 0 requests", Transport,
                   HWC_TRANSPORT) {
  socket_server server{{{{.afterwards = then::stall, .read = 1}}}};
  Transport t;
  const auto o = send(t, request_to(server.port(), http_method::post, std::string(40'000'000, 'x')), within(150ms));
  check_failed(o, error_kind::timeout, delivery::not_sent);
  CHECK(o.took < support::promptly());
  CHECK(server.requests() == 0);
}

TEST_CASE_TEMPLATE("refused: not sent, retryable, cause ECONNREFUSED, the address named; 0 requests", Transport,
                   HWC_TRANSPORT) {
  socket_server port;
  port.refuse();  // nobody listens, and nobody else gets the port
  Transport t;
  const auto o = send(t, request_to(port.port()));
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK(o.error().retryable);
  CHECK(o.error().cause == std::errc::connection_refused);
  CHECK(o.error().message.find("127.0.0.1:" + std::to_string(port.port())) != std::string::npos);
}

TEST_CASE_TEMPLATE("unknown host: not sent, not retryable, the host named; 0 requests", Transport, HWC_TRANSPORT) {
  Transport t;
  auto request = request_to(443);
  request.origin = {.tls = true, .host = "nonexistent.invalid", .port = 443};
  const auto o = send(t, request);
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK_FALSE(o.error().retryable);
  CHECK(o.error().message.find("nonexistent.invalid:443") != std::string::npos);
}

TEST_CASE_TEMPLATE(
    "no descriptor left: not sent, not retryable, cause EMFILE, and it works again afterwards; 0 requests by then",
    Transport, HWC_TRANSPORT) {
  socket_server server;
  Transport t;
  const auto o = [&] {
    const support::no_descriptors none;
    return send(t, request_to(server.port()));
  }();
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK_FALSE(o.error().retryable);
  if (support::slowed_by() == 1) CHECK(o.error().cause == std::errc::too_many_files_open);
  CHECK(server.requests() == 0);
  CHECK(send(t, request_to(server.port())).answered());
  CHECK(server.requests() == 1);
}

TEST_CASE_TEMPLATE(
    "silence after the request: timeout, unknown; the late answer is not taken for the next calls'; 3 requests",
    Transport, HWC_TRANSPORT) {
  socket_server server{{{{.answer = "HTTP/1.1 500 late\r\nContent-Length: 0\r\n\r\n", .late = true}}}};
  Transport t;
  const auto o = send(t, request_to(server.port()), within(100ms));
  check_failed(o, error_kind::timeout, delivery::unknown);
  CHECK(o.took >= 99ms);
  CHECK(o.took < support::promptly());
  for (int i = 0; i != 2; ++i) {  // it comes with the first of these, and reaches neither
    const auto next = send(t, request_to(server.port()));
    REQUIRE(next.answered());
    CHECK(next.response.status == 200);
  }
  CHECK(server.requests() == 3);
  CHECK(server.connections() == 2);
}

TEST_CASE_TEMPLATE("a lookup that takes too long: given up by the deadline, the connect limit or a stop; 0 requests",
                   Transport, HWC_TRANSPORT) {
  hwc::tests::slow_lookup slow;
  auto request = request_to(443);
  request.origin.host = "slow.invalid";
  {
    Transport t;
    const auto o = send(t, request, within(50ms));
    check_failed(o, error_kind::timeout, delivery::not_sent);
    CHECK(o.took < support::promptly());
  }
  {
    Transport t{{.connect_timeout = 50ms}};
    const auto o = send(t, request);
    check_failed(o, error_kind::connection, delivery::not_sent);
    CHECK(o.error().retryable);
    CHECK(o.took < support::promptly());
  }
  Transport t;
  std::stop_source source;
  const std::jthread other{[&] {
    hwc::tests::slow_lookup::await_begun();
    source.request_stop();
  }};
  auto options = within(5s);
  options.stop = source.get_token();
  const auto o = send(t, request, options);
  check_failed(o, error_kind::cancelled, delivery::not_sent);
  CHECK(o.took < support::promptly());
}

TEST_CASE_TEMPLATE("no deadline: an answer that takes its time is waited for; 1 request", Transport, HWC_TRANSPORT) {
  socket_server server{{{{.answer = ok, .meanwhile = [] { std::this_thread::sleep_for(30ms); }}}}};
  Transport t;
  CHECK(send(t, request_to(server.port()), {}).answered());
  CHECK(server.requests() == 1);
}

TEST_CASE_TEMPLATE("connect_timeout passes before the deadline: connection, not sent, retryable; 0 requests", Transport,
                   HWC_TRANSPORT) {
  socket_server server{{{{.afterwards = then::stall, .read = 1}}}};
  Transport t{{.connect_timeout = 100ms}};
  const auto o = send(t, secure_request_to(server.port()));
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK(o.error().retryable);
  CHECK(o.error().cause == std::errc::timed_out);
  CHECK(o.took < support::promptly());
}

TEST_CASE_TEMPLATE(
    "connect_timeout is no limit for the request: a server that stops reading has until the deadline; not sent",
    Transport, HWC_TRANSPORT) {
  socket_server server{{{{.afterwards = then::stall, .read = 1}}}};
  Transport t{{.connect_timeout = 50ms}};
  const auto request = request_to(server.port(), http_method::post, std::string(40'000'000, 'x'));
  const auto o = send(t, request, within(200ms));
  check_failed(o, error_kind::timeout, delivery::not_sent);
  CHECK(o.took >= 199ms);
  CHECK(server.requests() == 0);
}

TEST_CASE_TEMPLATE("connect_timeout of zero or less: only the deadline counts; 0 requests", Transport, HWC_TRANSPORT) {
  const authority ca;
  for (const auto limit : {0ms, -1ms}) {
    socket_server server{{{{.afterwards = then::stall, .read = 1}}}};
    Transport t{
        {.ca_file = ca.file(), .connect_timeout = limit}};  // the system's authorities may take too long to read
    check_failed(send(t, secure_request_to(server.port()), within(100ms)), error_kind::timeout, delivery::not_sent);
  }
}

TEST_CASE_TEMPLATE("stopped or past the deadline beforehand: not sent, no connection; 0 requests", Transport,
                   HWC_TRANSPORT) {
  socket_server server;
  Transport t;
  std::stop_source source;
  source.request_stop();
  auto options = within(5s);
  options.stop = source.get_token();
  check_failed(send(t, request_to(server.port()), options), error_kind::cancelled, delivery::not_sent);
  check_failed(send(t, request_to(server.port()), within(-1ms)), error_kind::timeout, delivery::not_sent);
  CHECK(server.connections() == 0);
  CHECK(server.requests() == 0);
}

TEST_CASE_TEMPLATE("the answer ends or breaks off at each byte of its head: unknown; after it: success; 1 request each",
                   Transport, HWC_TRANSPORT) {
  const std::string head = "HTTP/1.1 202 Accepted\r\nX-Request-Id: 7f\r\nContent-Length: 5\r\n\r\n";
  const std::string answer = head + "hello";
  const auto status_known = head.find('\n') + 1;
  for (const auto how : {then::close, then::reset}) {
    for (std::size_t cut = 0; cut <= answer.size(); ++cut) {
      CAPTURE(cut);
      socket_server server{{{{.answer = answer.substr(0, cut), .afterwards = how}}}};
      Transport t;
      const auto o = send(t, request_to(server.port()));
      CHECK(server.requests() == 1);
      if (o.answered()) {
        CHECK(cut >= head.size());
        CHECK(o.response.status == 202);
        CHECK(o.response.headers.find("x-request-id") == "7f");
        CHECK(o.response.truncated == (o.response.body != "hello"));
        if (how == then::close) CHECK(o.response.body == answer.substr(head.size(), cut - head.size()));
      } else {
        // A reset may overtake bytes that were sent before it.
        if (how == then::close) CHECK(cut < head.size());
        const bool malformed = o.error().kind == error_kind::malformed_response;
        CHECK((malformed || o.error().kind == error_kind::connection));
        if (how == then::close) CHECK(malformed == (cut >= status_known));
        CHECK(o.error().sent == delivery::unknown);
        if (how == then::close) CHECK(o.error().status == (cut >= status_known ? 202 : 0));
      }
    }
  }
}

TEST_CASE_TEMPLATE(
    "contradicting lengths: malformed_response, unknown, status as a hint, connection dropped; 1 request", Transport,
    HWC_TRANSPORT) {
  for (const std::string_view fields : {
           "Content-Length: 2\r\nContent-Length: 3\r\n",
           "Content-Length: 3\r\nContent-Length: 2\r\n",
           "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
           "Content-Length: -1\r\n",
           "Content-Length: 99999999999999999999999\r\n",
       }) {
    CAPTURE(fields);
    socket_server server{{{{.answer = "HTTP/1.1 200 OK\r\n" + std::string{fields} + "\r\n2\r\nok\r\n0\r\n\r\n"}}}};
    Transport t;
    const auto o = send(t, request_to(server.port()), within(200ms));
    check_failed(o, error_kind::malformed_response, delivery::unknown);
    CHECK(o.error().status == 200);
    CHECK(server.requests() == 1);
    CHECK(server.await_ends(1));
  }
}

TEST_CASE_TEMPLATE("the same length twice is one length; 1 request", Transport, HWC_TRANSPORT) {
  socket_server server{{{{.answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok"}}}};
  Transport t;
  const auto o = send(t, request_to(server.port()));
  REQUIRE(o.answered());
  CHECK(o.response.body == "ok");
  CHECK(server.requests() == 1);
}

TEST_CASE_TEMPLATE("a head over 64 KiB, 200 fields or a line without end: malformed_response, unknown; 1 request",
                   Transport, HWC_TRANSPORT) {
  std::string fields, interims;
  for (int i = 0; i != 201; ++i) fields += "X-" + std::to_string(i) + ": v\r\n";
  for (int i = 0; i != 100'000; ++i) interims += "HTTP/1.1 102 Processing\r\n\r\n";
  const auto big = "X-Big: " + std::string(65 * 1024, 'x');
  for (const auto& answer : {"HTTP/1.1 200 OK\r\n" + fields + "\r\n", "HTTP/1.1 200 OK\r\n" + big + "\r\n\r\n",
                             "HTTP/1.1 200 OK\r\n" + big + big + big + big + big, interims}) {
    socket_server server{{{{.answer = answer}}}};
    Transport t;
    const auto o = send(t, request_to(server.port()));
    check_failed(o, error_kind::malformed_response, delivery::unknown);
    CHECK(server.requests() == 1);
    CHECK(server.await_ends(1));
  }
}

TEST_CASE_TEMPLATE("an interim head, and then the end: unknown, and its status is nobody's; 1 request", Transport,
                   HWC_TRANSPORT) {
  socket_server server{{{{.answer = "HTTP/1.1 102 Processing\r\n\r\n", .afterwards = then::close}}}};
  Transport t;
  const auto o = send(t, request_to(server.port()));
  REQUIRE_FALSE(o.answered());
  CHECK(o.error().sent == delivery::unknown);
  CHECK(o.error().status == 0);
  CHECK(server.requests() == 1);
}

TEST_CASE_TEMPLATE("a NUL in a header line: no crash, unknown; 1 request", Transport, HWC_TRANSPORT) {
  using namespace std::string_literals;
  socket_server server{{{{.answer = "HTTP/1.1 200 OK\r\nX-Nul: a\0b\r\nContent-Length: 0\r\n\r\n"s}}}};
  Transport t;
  const auto o = send(t, request_to(server.port()));
  if (!o.answered()) check_failed(o, error_kind::malformed_response, delivery::unknown);
  CHECK(server.requests() == 1);
}

TEST_CASE_TEMPLATE(
    "the answer comes before the body is read, then the connection closes: the answer counts; at most 1 request",
    Transport, HWC_TRANSPORT) {
  socket_server server{{{{.answer = "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                          .afterwards = then::close,
                          .read = 1}}}};
  Transport t;
  const auto o = send(t, request_to(server.port(), http_method::post, std::string(2'000'000, 'x')));
  REQUIRE(o.answered());
  CHECK(o.response.status == 413);
  CHECK(server.await_no_connections());
  CHECK(server.requests() <= 1);  // whether all of the body was sent by then is a matter of chance
}

TEST_CASE_TEMPLATE("a redirect is an answer like any other, and not followed; 2 requests on one connection", Transport,
                   HWC_TRANSPORT) {
  socket_server server{{{{.answer = "HTTP/1.1 307 There\r\nLocation: /elsewhere\r\nContent-Length: 2\r\n\r\nno"}}}};
  Transport t;
  const auto o = send(t, request_to(server.port(), http_method::get, ""));
  REQUIRE(o.answered());
  CHECK(o.response.status == 307);
  CHECK(o.response.body == "no");
  CHECK_FALSE(o.response.truncated);
  CHECK(server.requests() == 1);
  CHECK(send(t, request_to(server.port())).answered());
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 1);
}

TEST_CASE_TEMPLATE("chunked answers, with trailers; 2 requests on one connection", Transport, HWC_TRANSPORT) {
  socket_server server{
      {{{.answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n"
                   "X-T: v\r\n\r\n"}}}};
  Transport t;
  const auto o = send(t, request_to(server.port()));
  REQUIRE(o.answered());
  CHECK(o.response.body == "abcde");
  CHECK_FALSE(o.response.truncated);
  CHECK_FALSE(o.response.headers.contains("X-T"));
  CHECK(send(t, request_to(server.port())).answered());
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 1);
}

TEST_CASE_TEMPLATE("the body ends early, breaks off, stalls or has bad chunks: success, truncated; 1 request",
                   Transport, HWC_TRANSPORT) {
  struct {
    std::string_view answer;
    then afterwards;
  } const cases[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", then::close},
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", then::stall},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", then::close},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n", then::keep},
  };
  for (const auto& each : cases) {
    const auto& answer = each.answer;
    const auto& afterwards = each.afterwards;
    CAPTURE(answer);
    socket_server server{{{{.answer = std::string{answer}, .afterwards = afterwards}}}};
    Transport t;
    const auto o = send(t, request_to(server.port()), within(200ms));
    REQUIRE(o.answered());
    CHECK(o.response.status == 200);
    CHECK(o.response.body == "abc");
    CHECK(o.response.truncated);
    CHECK(send(t, request_to(server.port())).answered());
    CHECK(server.requests() == 2);
    CHECK(server.connections() == 2);
  }
}

TEST_CASE_TEMPLATE("a body in pieces: what is beyond the limit is cut, and truncated; 1 request each", Transport,
                   HWC_TRANSPORT) {
  const struct {
    std::string_view second;
    std::size_t limit;
    std::string_view kept;
    bool truncated;
  } cases[] = {{"2\r\nbb", 6, "aaaabb", false}, {"2\r\nbb", 5, "aaaab", true}, {"1\r\nb", 4, "aaaa", true}};
  for (const auto& each : cases) {
    socket_server server{{{{.answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\naaaa\r\n" +
                                      std::string{each.second} + "\r\n0\r\n\r\n"}}}};
    Transport t;
    auto options = within(5s);
    options.response_limit = each.limit;
    const auto o = send(t, request_to(server.port()), options);
    REQUIRE(o.answered());
    CHECK(o.response.body == each.kept);
    CHECK(o.response.truncated == each.truncated);
    CHECK(server.requests() == 1);
  }
}

TEST_CASE_TEMPLATE("an answer without a length ends with its connection, and is complete; 2 requests on 2 connections",
                   Transport, HWC_TRANSPORT) {
  const auto pause = [] { std::this_thread::sleep_for(20ms); };  // what was sent before is read alone
  const std::string head = "HTTP/1.1 200 OK\r\n\r\n";
  for (const auto& script : {hwc::testing::script{{.answer = head + "hello", .afterwards = then::close}},
                             hwc::testing::script{{.answer = head + "hel", .read = 1},
                                                  {.answer = "lo", .afterwards = then::close, .meanwhile = pause}}}) {
    socket_server server{{script}};
    Transport t;
    const auto o = send(t, request_to(server.port()));
    REQUIRE(o.answered());
    CHECK(o.response.body == "hello");
    CHECK_FALSE(o.response.truncated);
    CHECK(send(t, request_to(server.port())).answered());
    CHECK(server.requests() == 2);
    CHECK(server.connections() == 2);
  }
}

TEST_CASE_TEMPLATE("an encoded body is handed over as it is; 1 request", Transport, HWC_TRANSPORT) {
  socket_server server{
      {{{.answer = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08x"}}}};
  Transport t;
  const auto o = send(t, request_to(server.port()));
  REQUIRE(o.answered());
  CHECK(o.response.body == "\x1f\x8b\x08x");
  CHECK(server.requests() == 1);
}

TEST_CASE_TEMPLATE("204 has no body and leaves the connection usable; 2 requests", Transport, HWC_TRANSPORT) {
  socket_server server{{{{.answer = "HTTP/1.1 204 No Content\r\n\r\n"}}}};
  Transport t;
  const auto o = send(t, request_to(server.port()));
  REQUIRE(o.answered());
  CHECK(o.response.status == 204);
  CHECK(o.response.body.empty());
  CHECK(send(t, request_to(server.port())).answered());
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 1);
}

TEST_CASE_TEMPLATE("a proxy of the environment: asked on the way to other machines, never on the way to this one",
                   Transport, HWC_TRANSPORT) {
  socket_server proxy{{{{.answer = "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"}}}};
  const auto url = "http://127.0.0.1:" + std::to_string(proxy.port());
  for (const auto* name : {"http_proxy", "https_proxy", "all_proxy"}) ::setenv(name, url.c_str(), 1);
  socket_server server;
  Transport t;
  const auto here = send(t, request_to(server.port()));
  const auto there = send(t, request_elsewhere());
  for (const auto* name : {"http_proxy", "https_proxy", "all_proxy"}) ::unsetenv(name);
  CHECK(here.answered());
  CHECK(server.requests() == 1);
  check_failed(there, error_kind::connection, delivery::not_sent);
  CHECK(proxy.requests() == 1);
  CHECK(proxy.request(0).starts_with("CONNECT service.invalid:8080 HTTP/1.1\r\n"));
  CHECK(proxy.request(0).find("resend-email") == std::string::npos);
}

TEST_CASE_TEMPLATE(
    "a proxy is asked for a tunnel, the request in it is the same, and its password is in no error; 1 request",
    Transport, HWC_TRANSPORT) {
  const auto proxied = [](const socket_server& proxy) {
    return transport_options{.user_agent = "",
                             .proxy = "http://user:hunter2@127.0.0.1:" + std::to_string(proxy.port())};
  };
  {
    socket_server proxy{{{{.answer = "HTTP/1.1 200 Established\r\nX-Proxy: 1\r\n\r\n"}}}};
    Transport t{proxied(proxy)};
    const auto o = send(t, request_elsewhere());
    REQUIRE(o.answered());
    CHECK_FALSE(o.response.headers.contains("X-Proxy"));
    CHECK(proxy.requests() == 2);
    CHECK(proxy.request(0).starts_with("CONNECT service.invalid:8080 HTTP/1.1\r\n"));
    CHECK(proxy.request(1) ==
          "POST /v2/p/users/u/resend-email HTTP/1.1\r\nHost: service.invalid:8080\r\nContent-Length: 2\r\n\r\n{}");
  }
  struct {
    std::string_view answer;
    bool retryable;
  } const refusals[] = {
      {"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n", false},
      {"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", true},
      {"", true},
  };
  for (const auto& each : refusals) {
    const auto& answer = each.answer;
    const auto& retryable = each.retryable;
    CAPTURE(answer);
    socket_server proxy{{{{.answer = std::string{answer}, .afterwards = then::close}}}};
    Transport t{proxied(proxy)};
    const auto o = send(t, request_elsewhere());
    check_failed(o, error_kind::connection, delivery::not_sent);
    CHECK(o.error().retryable == retryable);
    CHECK(o.error().message.find("127.0.0.1:" + std::to_string(proxy.port())) != std::string::npos);
    CHECK(o.error().message.find("hunter2") == std::string::npos);
    CHECK(proxy.requests() == 1);
  }
  for (const std::string_view bad : {"nonsense://user:hunter2@127.0.0.1:1", "http://user:hunter2@:::"}) {
    Transport t{{.proxy = std::string{bad}}};
    const auto o = send(t, request_elsewhere());
    check_failed(o, error_kind::invalid_argument, delivery::not_sent);
    CHECK_FALSE(o.error().retryable);
    CHECK(o.error().message.find("hunter2") == std::string::npos);
  }
  socket_server nobody;
  nobody.refuse();  // nobody listens, and nobody else gets the port
  Transport t{{.proxy = "http://user:hunter2@127.0.0.1:" + std::to_string(nobody.port())}};
  const auto o = send(t, request_elsewhere());
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK(o.error().retryable);
  CHECK(o.error().message.find("127.0.0.1:" + std::to_string(nobody.port())) != std::string::npos);
  CHECK(o.error().message.find("hunter2") == std::string::npos);
}

TEST_CASE_TEMPLATE("a proxy that was given: this machine itself is reached without it; 0 requests there, 2 here",
                   Transport, HWC_TRANSPORT) {
  socket_server proxy, server;
  Transport t{{.proxy = "http://127.0.0.1:" + std::to_string(proxy.port())}};
  for (const auto* host : {"127.0.0.1", "localhost"}) {
    auto request = request_to(server.port());
    request.origin.host = host;
    CHECK(send(t, request).answered());
  }
  CHECK(proxy.connections() == 0);
  CHECK(server.requests() == 2);
}

TEST_CASE_TEMPLATE("certificates: the right authority is accepted, with names and addresses; 1 request each", Transport,
                   HWC_TRANSPORT) {
  authority ca;
  const auto id = ca.issue({"localhost", "127.0.0.1"});
  hwc::beast::server server{[](const hwc::http_request&) { return hwc::http_response{.status = 204}; }, "127.0.0.1", 0,
                            hwc::beast::server_tls{id.certificate_chain_pem, id.private_key_pem}};
  Transport t{{.ca_file = ca.file()}};
  CHECK(send(t, secure_request_to(server.port())).answered());
  CHECK(send(t, secure_request_to(server.port(), "localhost")).answered());
  CHECK(send(t, secure_request_to(server.port())).answered());
  CHECK(server.requests() == 3);
  CHECK(server.connections() == 2);
}

TEST_CASE_TEMPLATE("authorities in a folder, and in a file as well: those of both are trusted, no others; 2 requests",
                   Transport, HWC_TRANSPORT) {
  const authority ca, other{"another authority"};
  const authority_folder folder{ca.certificate_pem()}, other_folder{other.certificate_pem()};
  const auto id = ca.issue({"127.0.0.1"});
  hwc::beast::server server{[](const hwc::http_request&) { return hwc::http_response{.status = 204}; }, "127.0.0.1", 0,
                            hwc::beast::server_tls{id.certificate_chain_pem, id.private_key_pem}};
  Transport alone{{.ca_path = folder.path()}};
  CHECK(send(alone, secure_request_to(server.port())).answered());
  Transport both{{.ca_file = other.file(), .ca_path = folder.path()}};
  CHECK(send(both, secure_request_to(server.port())).answered());
  Transport wrong{{.ca_path = other_folder.path()}};
  check_failed(send(wrong, secure_request_to(server.port())), error_kind::tls, delivery::not_sent);
  CHECK(server.requests() == 2);
}

TEST_CASE_TEMPLATE("the handshake names the host that is called, but no address; 2 requests", Transport,
                   HWC_TRANSPORT) {
  hwc::openssl::testing::tls_server server;
  Transport t{{.ca_file = server.ca_file()}};
  CHECK(send(t, secure_request_to(server.port(), "localhost")).answered());
  CHECK(send(t, secure_request_to(server.port())).answered());
  CHECK(server.requests() == 2);
  CHECK(server.server_names() == std::vector<std::string>{"localhost", ""});
}

TEST_CASE_TEMPLATE("https: a large body meets a server that stops reading: not sent by the deadline; 0 requests",
                   Transport, HWC_TRANSPORT) {
  hwc::openssl::testing::tls_server server;
  server.play({{{.afterwards = then::stall, .read = 1}}});
  Transport t{{.ca_file = server.ca_file()}};
  auto request = secure_request_to(server.port());
  request.body = std::string(40'000'000, 'x');
  check_failed(send(t, request, within(300ms)), error_kind::timeout, delivery::not_sent);
  CHECK(server.requests() == 0);
}

TEST_CASE_TEMPLATE("certificates that are not accepted: tls, not sent, not retryable, the remedy named; 0 requests",
                   Transport, HWC_TRANSPORT) {
  authority ca, other{"another authority"};
  using std::chrono::seconds;
  struct {
    hwc::openssl::testing::identity id;
    std::string trusted;
    std::string_view says;
  } const cases[] = {
      {ca.issue({"127.0.0.1"}), other.file(), "ca_file"},
      {ca.issue({"127.0.0.1"}), "", "ca_file"},
      {ca.issue({"example.com"}), ca.file(), "127.0.0.1"},
      {ca.issue({"127.0.0.1"}, seconds{-7200}, seconds{-3600}), ca.file(), "expired"},
      {ca.issue({"127.0.0.1"}, seconds{3600}, seconds{7200}), ca.file(), "not valid yet"},
      {ca.issue({"127.0.0.1"}), "/nonexistent/ca.pem", "/nonexistent/ca.pem"},
  };
  for (const auto& each : cases) {
    const auto& id = each.id;
    const auto& trusted = each.trusted;
    const auto& says = each.says;
    CAPTURE(says);
    hwc::beast::server server{[](const hwc::http_request&) { return hwc::http_response{.status = 204}; }, "127.0.0.1",
                              0, hwc::beast::server_tls{id.certificate_chain_pem, id.private_key_pem}};
    Transport t{{.ca_file = trusted}};
    const auto o = send(t, secure_request_to(server.port()));
    check_failed(o, error_kind::tls, delivery::not_sent);
    CHECK_FALSE(o.error().retryable);
    CHECK(o.error().message.find(says) != std::string::npos);
    CHECK(server.requests() == 0);
  }
}

TEST_CASE_TEMPLATE("the server demands a client certificate: tls, never sent again; 0 requests", Transport,
                   HWC_TRANSPORT) {
  authority ca;
  const auto id = ca.issue({"127.0.0.1"});
  hwc::beast::server server{[](const hwc::http_request&) { return hwc::http_response{.status = 204}; }, "127.0.0.1", 0,
                            hwc::beast::server_tls{id.certificate_chain_pem, id.private_key_pem, ca.certificate_pem()}};
  Transport t{{.ca_file = ca.file()}};
  const auto o = send(t, secure_request_to(server.port()));
  REQUIRE_FALSE(o.answered());
  CAPTURE(o.error().message);
  // With TLS 1.3 the alert comes after the request was written, and may be overtaken by the reset that follows it.
  CHECK((o.error().kind == error_kind::tls || o.error().kind == error_kind::connection));
  CHECK(server.requests() == 0);
  CHECK(server.connections() == 1);
}

#endif  // HWC_TESTS_SUPPORT_TRANSPORT_CASES_HPP
