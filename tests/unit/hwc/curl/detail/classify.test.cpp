// SPDX-License-Identifier: BSL-1.0
#include <hwc/curl/detail/classify.hpp>

#include <hwc/curl/error.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/transport.hpp>

#include <curl/curl.h>
#include <doctest/doctest.h>

#include <cerrno>
#include <string>
#include <system_error>

namespace {

using hwc::delivery;
using hwc::error_kind;
using hwc::curl::detail::ending;
using hwc::curl::detail::report;

const hwc::http_origin origin{.tls = true, .host = "service.example", .port = 8443};
const std::string proxy = "proxy.example:3128";

hwc::transport_error classified(const report& r, const std::string& through = "") {
  return hwc::curl::detail::classify(r, origin, through);
}

void check(const hwc::transport_error& e, error_kind kind, bool retryable, const std::string& message) {
  CHECK(e.kind == kind);
  CHECK(e.retryable == retryable);
  CHECK(e.message == message);
}

std::error_code result(CURLcode code) { return {static_cast<int>(code), hwc::curl::category()}; }
std::error_code system_error(int number) { return {number, std::system_category()}; }
std::string words_of(CURLcode code) { return curl_easy_strerror(code); }

}  // namespace

TEST_SUITE_BEGIN("curl::detail::classify");

TEST_CASE("delivery and status are those of the evidence, the cause is the system's, else libcurl's") {
  for (const auto sent : {delivery::not_sent, delivery::unknown}) {
    const auto e = classified({.code = CURLE_RECV_ERROR, .sent = sent, .begun = true, .status = 204});
    CHECK(e.sent == sent);
    CHECK(e.status == 204);
    CHECK(e.cause == result(CURLE_RECV_ERROR));
  }
  CHECK(classified({.code = CURLE_COULDNT_CONNECT, .os_error = ECONNREFUSED}).cause == system_error(ECONNREFUSED));
  CHECK_FALSE(classified({.code = CURLE_OK}).cause);
}

TEST_CASE("evidence that says nothing of delivery proves nothing") { CHECK(classified({}).sent == delivery::unknown); }

TEST_CASE("an IPv6 address stands in brackets") {
  const auto e = hwc::curl::detail::classify({.end = ending::stop}, {.tls = false, .host = "::1", .port = 80}, "");
  CHECK(e.message == "the exchange with [::1]:80 was cancelled");
}

TEST_CASE("stopped: cancelled, whatever libcurl and the system say") {
  for (const bool begun : {false, true}) {
    const auto e =
        classified({.end = ending::stop, .code = CURLE_OPERATION_TIMEDOUT, .begun = begun, .os_error = EPIPE});
    check(e, error_kind::cancelled, false, "the exchange with service.example:8443 was cancelled");
    CHECK_FALSE(e.cause);
  }
}

TEST_CASE("too late: a timeout, but one of connecting before the deadline is a failed connection") {
  const std::string answer = "no complete answer in time from service.example:8443";
  const std::string connection = "no connection in time to service.example:8443 through the proxy proxy.example:3128";
  const auto at_deadline = classified({.end = ending::deadline, .begun = true, .os_error = EPIPE}, proxy);
  check(at_deadline, error_kind::timeout, true, answer);
  CHECK(at_deadline.cause == std::errc::timed_out);
  check(classified({.code = CURLE_OPERATION_TIMEDOUT, .begun = true}, proxy), error_kind::timeout, true, answer);
  check(classified({.end = ending::deadline}, proxy), error_kind::timeout, true, connection);
  const auto limit = classified({.code = CURLE_OPERATION_TIMEDOUT}, proxy);
  check(limit, error_kind::connection, true, connection);
  CHECK(limit.cause == std::errc::timed_out);
  check(classified({.end = ending::deadline}), error_kind::timeout, true,
        "no connection in time to service.example:8443");
}

TEST_CASE("out of memory, libcurl's or ours: not retryable, unless the answer had begun, which says more") {
  const std::string message = "out of memory in the exchange with service.example:8443";
  check(classified({.code = CURLE_OUT_OF_MEMORY}), error_kind::connection, false, message);
  check(classified({.code = CURLE_WRITE_ERROR, .begun = true, .out_of_memory = true}), error_kind::connection, false,
        message);
  check(classified({.code = CURLE_WRITE_ERROR,
                    .begun = true,
                    .out_of_memory = true,
                    .answer_begun = true,
                    .answer_refused = true}),
        error_kind::malformed_response, false,
        "the answer of service.example:8443 is not acceptable as HTTP: its status, its length or the size of its head");
}

TEST_CASE("a refused stream: retryable, with the cause of one") {
  const auto e =
      classified({.code = CURLE_SEND_ERROR, .sent = delivery::not_sent, .begun = true, .stream_refused = true});
  check(e, error_kind::connection, true, "service.example:8443 refused the request without a look at it (HTTP/2)");
  CHECK(e.cause == result(CURLE_HTTP2_STREAM));
}

TEST_CASE("closed without an answer, be it that libcurl wanted to send again: retryable, with one cause") {
  const report seen[] = {
      {.code = CURLE_ABORTED_BY_CALLBACK, .begun = true, .repeat_refused = true},
      {.code = CURLE_COULDNT_CONNECT, .begun = true, .repeat_refused = true},
      {.code = CURLE_SEND_FAIL_REWIND, .begun = true},
      {.code = CURLE_OK, .begun = true},
  };
  for (const auto& r : seen) {
    const auto e = classified(r);
    check(e, error_kind::connection, true, "the connection to service.example:8443 closed without an answer");
    CHECK(e.cause == result(CURLE_GOT_NOTHING));
  }
}

TEST_CASE("an alert of TLS after the handshake: not retryable; other words of OpenSSL are no alert") {
  const char* alert = "OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0";
  check(classified({.code = CURLE_RECV_ERROR, .begun = true, .text = alert}), error_kind::tls, false,
        std::string{"TLS broke off after the handshake with service.example:8443: "} + alert);
  for (const char* other : {"OpenSSL SSL_read: error:0A000126:SSL routines::unexpected eof while reading, errno 0",
                            "Recv failure: an alert of another kind"}) {
    check(classified({.code = CURLE_RECV_ERROR, .begun = true, .text = other}), error_kind::connection, true,
          "the connection to service.example:8443 broke: " + words_of(CURLE_RECV_ERROR));
  }
}

TEST_CASE("the head of the answer was cut: retryable; it was refused or not readable: not") {
  const std::string cut = "the answer of service.example:8443 ended inside its head";
  for (const auto code : {CURLE_OK, CURLE_GOT_NOTHING}) {
    const auto e = classified({.code = code, .begun = true, .answer_begun = true});
    check(e, error_kind::malformed_response, true, cut);
  }
  check(classified({.code = CURLE_WRITE_ERROR, .begun = true, .answer_refused = true}), error_kind::malformed_response,
        false,
        "the answer of service.example:8443 is not acceptable as HTTP: its status, its length or the size of its head");
  for (const auto code : {CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL}) {
    const auto e = classified({.code = code, .begun = true, .text = "with a URL: http://user:password@proxy"});
    check(e, error_kind::malformed_response, false,
          "the answer of service.example:8443 is not readable as HTTP: " + words_of(code));
  }
}

TEST_CASE("the connection or the stream broke: retryable") {
  for (const auto code : {CURLE_GOT_NOTHING, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_RECV_ERROR, CURLE_SEND_ERROR,
                          CURLE_SSL_CONNECT_ERROR}) {
    check(classified({.code = code, .begun = true}), error_kind::connection, true,
          "the connection to service.example:8443 broke: " + words_of(code));
  }
  // The answer had begun, and did not end in order.
  check(classified({.code = CURLE_RECV_ERROR, .begun = true, .answer_begun = true, .os_error = ECONNRESET}),
        error_kind::connection, true,
        "the connection to service.example:8443 broke: " + system_error(ECONNRESET).message());
  const char* stream = "HTTP/2 stream 1 was not closed cleanly: INTERNAL_ERROR (err 2)";
  check(classified({.code = CURLE_HTTP2_STREAM, .begun = true, .text = stream}), error_kind::connection, true,
        std::string{"the exchange with service.example:8443 broke: "} + stream);
}

TEST_CASE("an unusable proxy: an invalid argument, without libcurl's words, which may hold its password") {
  const auto e = classified(
      {.code = CURLE_COULDNT_RESOLVE_PROXY, .text = "Unsupported proxy 'ftp://u:p@proxy.example', libcurl is built"},
      proxy);
  check(e, error_kind::invalid_argument, false,
        "the proxy proxy.example:3128 is not usable: unknown scheme or bad syntax");
}

TEST_CASE("a certificate that was not accepted: the sentence says what to do") {
  const auto said = [](long verify_result) {
    const auto e = classified(
        {.code = CURLE_PEER_FAILED_VERIFICATION, .verify_result = verify_result, .text = "SSL: no alternative name"});
    CHECK(e.kind == error_kind::tls);
    CHECK_FALSE(e.retryable);
    return e.message;
  };
  const std::string certificate = "the certificate of service.example:8443 ";
  CHECK(said(9) == certificate + "is not valid yet, or the clock of this machine is wrong");
  CHECK(said(10) == certificate + "has expired, or the clock of this machine is wrong");
  for (const long number : {18L, 19L, 20L, 21L}) {
    CHECK(said(number) ==
          certificate + "is not signed by a trusted authority: give that authority's certificate as ca_file");
  }
  CHECK(said(0) == certificate + "was not accepted: SSL: no alternative name");
}

TEST_CASE("no TLS: retryable where the handshake was cut, not where OpenSSL had a reason or the settings are wrong") {
  const std::string message = "no TLS with service.example:8443 through the proxy proxy.example:3128: ";
  const auto failed = [](CURLcode code, const char* text) { return classified({.code = code, .text = text}, proxy); };
  for (const char* cut : {"OpenSSL SSL_connect: Connection reset by peer in connection to service.example:8443",
                          "error:0A000126:SSL routines::unexpected eof while reading"}) {
    check(failed(CURLE_SSL_CONNECT_ERROR, cut), error_kind::tls, true, message + cut);
  }
  const char* reason = "error:0A00010B:SSL routines::wrong version number";
  check(failed(CURLE_SSL_CONNECT_ERROR, reason), error_kind::tls, false, message + reason);
  for (const auto code : {CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
                          CURLE_SSL_CRL_BADFILE, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
                          CURLE_SSL_ENGINE_INITFAILED, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_PINNEDPUBKEYNOTMATCH}) {
    check(failed(code, "as it says"), error_kind::tls, false, message + "as it says");
    check(failed(code, ""), error_kind::tls, false, message + words_of(code));
  }
}

TEST_CASE("the proxy's answer: retryable if it is a server's failure") {
  const auto e = classified({.code = CURLE_RECV_ERROR, .proxy_status = 500}, proxy);
  check(e, error_kind::connection, true,
        "the proxy proxy.example:3128 answered 500 instead of connecting to service.example:8443");
  check(classified({.code = CURLE_RECV_ERROR, .proxy_status = 499}), error_kind::connection, false,
        "the proxy that the environment names answered 499 instead of connecting to service.example:8443");
}

TEST_CASE("no connection: retryable if it broke, not if the name is unknown or this machine ran out of something") {
  const std::string message = "no connection to service.example:8443: ";
  for (const auto code : {CURLE_COULDNT_CONNECT, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PROXY}) {
    check(classified({.code = code}), error_kind::connection, true, message + words_of(code));
  }
  for (const auto code : {CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_FAILED_INIT}) {
    check(classified({.code = code}), error_kind::connection, false, message + words_of(code));
  }
  for (const int number : {EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL}) {
    CHECK_FALSE(classified({.code = CURLE_COULDNT_CONNECT, .os_error = number}).retryable);
  }
  CHECK(classified({.code = CURLE_COULDNT_CONNECT, .os_error = ECONNREFUSED}).retryable);
  CHECK(classified({.code = CURLE_COULDNT_CONNECT}, proxy).message ==
        "no connection to service.example:8443 through the proxy proxy.example:3128: " +
            words_of(CURLE_COULDNT_CONNECT));
}

TEST_CASE("of libcurl's words only those are repeated that hold no URL") {
  const std::string message = "no connection to service.example:8443: ";
  for (const char* safe : {"Failed to connect to service.example port 8443 after 2 ms: Couldn't connect to server",
                           "Could not resolve host: service.example"}) {
    CHECK(classified({.code = CURLE_COULDNT_CONNECT, .text = safe}).message == message + safe);
  }
  CHECK(classified({.code = CURLE_COULDNT_CONNECT, .text = "http://user:password@proxy is at fault"}).message ==
        message + words_of(CURLE_COULDNT_CONNECT));
}

TEST_SUITE_END();
