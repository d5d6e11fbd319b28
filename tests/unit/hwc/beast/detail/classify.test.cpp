// SPDX-License-Identifier: BSL-1.0
#include <hwc/beast/detail/classify.hpp>

#include <hwc/beast/detail/proxy.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/transport.hpp>

#include <doctest/doctest.h>
#include <openssl/x509_vfy.h>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>

#include <string>
#include <system_error>

namespace {

namespace asio = boost::asio;
namespace errc = boost::system::errc;
using boost::system::error_code;
using hwc::delivery;
using hwc::error_kind;
using hwc::beast::detail::ending;
using hwc::beast::detail::parse_proxy;
using hwc::beast::detail::phase;
using hwc::beast::detail::report;

const hwc::http_origin origin{.tls = true, .host = "service.example", .port = 8443};
const auto proxy = parse_proxy("http://proxy.example:3128");

const error_code reset = asio::error::connection_reset;
const error_code end_of_file = asio::error::eof;
const error_code cut = asio::ssl::error::stream_truncated;
const error_code of_openssl{1, asio::error::get_ssl_category()};

hwc::transport_error classified(const report& r, const hwc::beast::detail::proxy* through = nullptr) {
  return hwc::beast::detail::classify(r, origin, through);
}

void check(const hwc::transport_error& e, error_kind kind, bool retryable, const std::string& message) {
  CHECK(e.kind == kind);
  CHECK(e.retryable == retryable);
  CHECK(e.message == message);
}

}  // namespace

TEST_SUITE_BEGIN("beast::detail::classify");

TEST_CASE("delivery, status and cause are those of the evidence") {
  for (const auto sent : {delivery::not_sent, delivery::unknown}) {
    const auto e = classified({.at = phase::reading, .code = reset, .sent = sent, .status = 204});
    CHECK(e.sent == sent);
    CHECK(e.status == 204);
    CHECK(e.cause == std::error_code{reset});
  }
}

TEST_CASE("evidence that says nothing of delivery proves nothing") { CHECK(classified({}).sent == delivery::unknown); }

TEST_CASE("an IPv6 address stands in brackets") {
  const auto e =
      hwc::beast::detail::classify({.end = ending::stop}, {.tls = false, .host = "::1", .port = 80}, nullptr);
  CHECK(e.message == "the exchange with [::1]:80 was cancelled");
}

TEST_CASE("stopped: cancelled, without a cause, in a queue with what it waited for") {
  for (const auto at :
       {phase::lookup, phase::connecting, phase::tunnel, phase::handshake, phase::writing, phase::reading}) {
    const auto e = classified({.at = at, .end = ending::stop, .code = reset});
    check(e, error_kind::cancelled, false, "the exchange with service.example:8443 was cancelled");
    CHECK_FALSE(e.cause);
  }
  check(classified({.at = phase::queued, .end = ending::stop}), error_kind::cancelled, false,
        "the exchange with service.example:8443 was cancelled while it waited for one of max_connections to come free");
}

TEST_CASE("too late: a timeout, but one of connecting before the deadline is a failed connection") {
  for (const auto at : {phase::writing, phase::reading}) {
    const auto e = classified({.at = at, .end = ending::deadline, .code = reset}, &proxy);
    check(e, error_kind::timeout, true, "no complete answer in time from service.example:8443");
    CHECK(e.cause == std::errc::timed_out);
  }
  check(classified({.at = phase::queued, .end = ending::deadline}, &proxy), error_kind::timeout, true,
        "no connection to service.example:8443 came free in time: as many as max_connections allows were in use");
  const std::string message = "no connection in time to service.example:8443";
  for (const auto at : {phase::lookup, phase::connecting, phase::tunnel, phase::handshake}) {
    check(classified({.at = at, .end = ending::deadline}, &proxy), error_kind::timeout, true,
          message + " through the proxy proxy.example:3128");
    check(classified({.at = at, .end = ending::connect_limit}), error_kind::connection, true, message);
  }
}

TEST_CASE("out of memory: not retryable, wherever it happened") {
  for (const auto at : {phase::connecting, phase::reading}) {
    check(classified({.at = at, .code = end_of_file, .out_of_memory = true}), error_kind::connection, false,
          "out of memory in the exchange with service.example:8443");
  }
}

TEST_CASE("broken off once the request was due: what broke it says whether it is retryable") {
  for (const auto at : {phase::writing, phase::reading}) {
    check(classified({.at = at, .code = of_openssl}), error_kind::tls, false,
          "TLS broke off after the handshake with service.example:8443: " + of_openssl.message());
    const error_code bad = boost::beast::http::error::bad_version;
    check(classified({.at = at, .code = bad, .answer_begun = true}), error_kind::malformed_response, false,
          "the answer of service.example:8443 is not acceptable as HTTP: " + bad.message());
    for (const auto& ended : {end_of_file, cut}) {
      check(classified({.at = at, .code = ended, .answer_begun = true}), error_kind::malformed_response, true,
            "the answer of service.example:8443 ended inside its head");
      check(classified({.at = at, .code = ended}), error_kind::connection, true,
            "the connection to service.example:8443 closed without an answer");
    }
    for (const bool answer_begun : {false, true}) {
      check(classified({.at = at, .code = reset, .answer_begun = answer_begun}), error_kind::connection, true,
            "the connection to service.example:8443 broke: " + reset.message());
    }
  }
}

TEST_CASE("an unusable proxy: an invalid argument") {
  const auto unusable = parse_proxy("socks5://u:p@proxy.example");
  check(classified({.at = phase::lookup, .flaw = "no such file"}, &unusable), error_kind::invalid_argument, false,
        "the proxy proxy.example is not usable: only http proxies are supported");
}

TEST_CASE("unusable settings of TLS: no TLS, not retryable") {
  check(classified({.at = phase::connecting, .flaw = "no such file"}, &proxy), error_kind::tls, false,
        "no TLS with service.example:8443: no such file");
}

TEST_CASE("a certificate that was not accepted: the sentence says what to do") {
  const auto said = [](long verify_result) {
    const auto e = classified({.at = phase::handshake, .code = cut, .verify_result = verify_result});
    CHECK(e.kind == error_kind::tls);
    CHECK_FALSE(e.retryable);
    return e.message;
  };
  const std::string certificate = "the certificate of service.example:8443 ";
  CHECK(said(X509_V_ERR_CERT_NOT_YET_VALID) == certificate + "is not valid yet, or the clock of this machine is wrong");
  CHECK(said(X509_V_ERR_CERT_HAS_EXPIRED) == certificate + "has expired, or the clock of this machine is wrong");
  for (const long number : {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
                            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE}) {
    CHECK(said(number) ==
          certificate + "is not signed by a trusted authority: give that authority's certificate as ca_file");
  }
  CHECK(said(X509_V_ERR_HOSTNAME_MISMATCH) == certificate + "was not accepted: hostname mismatch");
}

TEST_CASE("no TLS: retryable where the handshake was cut, not where OpenSSL had a reason") {
  const std::string message = "no TLS with service.example:8443 through the proxy proxy.example:3128: ";
  for (const auto& code : {reset, cut, end_of_file}) {
    check(classified({.at = phase::handshake, .code = code}, &proxy), error_kind::tls, true, message + code.message());
  }
  check(classified({.at = phase::handshake, .code = of_openssl}, &proxy), error_kind::tls, false,
        message + of_openssl.message());
}

TEST_CASE("the proxy's answer: retryable if it is a server's failure") {
  check(classified({.at = phase::tunnel, .proxy_status = 500}, &proxy), error_kind::connection, true,
        "the proxy proxy.example:3128 answered 500 instead of connecting to service.example:8443");
  check(classified({.at = phase::tunnel, .proxy_status = 499}), error_kind::connection, false,
        "a proxy answered 499 instead of connecting to service.example:8443");
}

TEST_CASE("no connection: retryable, but not if the name is unknown or this machine ran out of something") {
  const std::string message = "no connection to service.example:8443";
  for (const auto at : {phase::connecting, phase::tunnel}) {
    check(classified({.at = at, .code = reset}, &proxy), error_kind::connection, true,
          message + " through the proxy proxy.example:3128: " + reset.message());
  }
  const error_code unknown = asio::error::host_not_found;
  check(classified({.at = phase::lookup, .code = unknown}), error_kind::connection, false,
        message + ": " + unknown.message());
  const error_code later = asio::error::host_not_found_try_again;
  check(classified({.at = phase::lookup, .code = later}), error_kind::connection, true,
        message + ": " + later.message());
  for (const auto number :
       {errc::too_many_files_open, errc::too_many_files_open_in_system, errc::no_buffer_space, errc::not_enough_memory,
        errc::address_not_available, errc::resource_unavailable_try_again}) {
    CHECK_FALSE(classified({.at = phase::connecting, .code = errc::make_error_code(number)}).retryable);
  }
}

TEST_CASE("a turn that did not come: not sent") {
  for (const auto why : {ending::deadline, ending::stop}) {
    const auto e = hwc::beast::detail::turn_did_not_come(why, origin);
    CHECK(e.sent == delivery::not_sent);
    CHECK(e.kind == (why == ending::stop ? error_kind::cancelled : error_kind::timeout));
    CHECK(e.message.find("max_connections") != std::string::npos);
  }
}

TEST_SUITE_END();
