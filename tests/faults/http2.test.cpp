// SPDX-License-Identifier: BSL-1.0
#include <hwc/openssl/testing/authority.hpp>

#include "faults/stage.hpp"
#include "support/http2_server.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

// Faults of HTTP/2, which of the transports libcurl's multiplexer alone speaks. The server counts a request also where
// it then says that it did nothing about it.

using namespace faults;
using hwc::error_kind;
using hwc::tests::http2_action;
using hwc::tests::http2_request;
using hwc::tests::http2_server;
using what = http2_action::what;
using closing = http2_action::then;

namespace {

// Over libcurl. The action is for the first request, or for all.
void check_http2(int row, const std::string& played, const expected& wanted, const http2_action& action, bool always,
                 const hwc::call_options& options) {
  check(row, subject::curl, played, wanted, [&](stage& s) {
    const hwc::openssl::testing::authority ca;
    http2_server server{ca.issue({"127.0.0.1"}), [&](const http2_request& request) {
                          return always || request.number == 0 ? action : http2_action{};
                        }};
    s.how.ca_file = ca.file();
    s.where.emplace("https://127.0.0.1:" + std::to_string(server.port()), "project");
    s.call_as_one_of_many(options);
    // What is still under way counts when it has arrived.
    s.hang_up();
    CHECK(server.await_all_gone());
    const auto count = server.requests();
    s.counted = [count] { return count; };
  });
}

}  // namespace

TEST_CASE("row 60: REFUSED_STREAM, or GOAWAY below our stream: not processed, so tried again; 2 requests, 4 at most") {
  const http2_action refused{.kind = what::reset, .code = NGHTTP2_REFUSED_STREAM};
  const http2_action below{.kind = what::go_away, .last = 0};
  const http2_action below_and_closed{.kind = what::go_away, .afterwards = closing::close, .last = 0};
  const struct {
    const char* name;
    http2_action action;
  } cases[] = {{"REFUSED_STREAM", refused}, {"GOAWAY below", below}, {"GOAWAY below, FIN", below_and_closed}};
  for (const auto& each : cases) {
    const std::string name = each.name;
    check_http2(60, name, {"not_sent", 1, 1}, each.action, false, once);
    check_http2(60, name + ", then 200", {"sent", 2}, each.action, false, patient);
  }
  check_http2(60, "REFUSED_STREAM always", {"not_sent", 4, 4}, refused, true, patient);
  check_failure_in_memory(60, "stream refused",
                          {.kind = error_kind::connection, .sent = hwc::delivery::not_sent, .retryable = true});
  for (const auto who : {subject::beast, subject::async}) not_made(60, name_of(who), "Beast has no HTTP/2");
}

TEST_CASE("row 61: GOAWAY at or above our stream, or RST_STREAM for another reason: unknown, no retry; 1 request") {
  for (const std::int32_t last : {1, 99, 0x7fffffff}) {
    for (const auto how : {closing::close, closing::abort}) {
      check_http2(61, "GOAWAY " + std::to_string(last) + (how == closing::close ? ", FIN" : ", RST"), {"unknown", 1, 1},
                  {.kind = what::go_away, .afterwards = how, .last = last}, false, patient);
    }
  }
  for (const std::uint32_t code : {NGHTTP2_NO_ERROR, NGHTTP2_PROTOCOL_ERROR, NGHTTP2_INTERNAL_ERROR, NGHTTP2_CANCEL,
                                   NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_HTTP_1_1_REQUIRED}) {
    check_http2(61, "RST_STREAM " + std::to_string(code), {"unknown", 1, 1}, {.kind = what::reset, .code = code}, false,
                patient);
  }
  check_failure_in_memory(61, "stream reset",
                          {.kind = error_kind::connection, .sent = hwc::delivery::unknown, .retryable = true});
  for (const auto who : {subject::beast, subject::async}) not_made(61, name_of(who), "Beast has no HTTP/2");
}
