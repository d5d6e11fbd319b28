// SPDX-License-Identifier: BSL-1.0
// What is left of the wirings of kit.test.cpp without exceptions, where there is no Beast.
#include <hwc/curl/transport.hpp>
#include <hwc/openssl/testing/tls_server.hpp>
#include <hwc/testing/conformance.hpp>
#include <hwc/testing/socket_server.hpp>

#include <boost/assert/source_location.hpp>
#include <boost/throw_exception.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <exception>
#include <sstream>

// Boost leaves this to a program without exceptions; `hwc::bulk` refers to it.
void boost::throw_exception(const std::exception&, const boost::source_location&) { std::abort(); }
void boost::throw_exception(const std::exception&) { std::abort(); }

namespace {

template <class Server, class Factory>
void check(Server& server, Factory make) {
  const auto report = hwc::testing::check_conformance(server, make);
  std::ostringstream text;
  text << report;
  CHECK_MESSAGE(report.good(), text.str());
}

}  // namespace

TEST_CASE("conformance without exceptions: libcurl over plain http") {
  hwc::testing::socket_server server;
  check(server, [] { return hwc::curl::transport{}; });
}

TEST_CASE("conformance without exceptions: libcurl over https") {
  hwc::openssl::testing::tls_server server;
  check(server, [&] { return hwc::curl::transport{{.ca_file = server.ca_file()}}; });
}
