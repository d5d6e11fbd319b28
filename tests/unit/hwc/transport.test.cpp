// SPDX-License-Identifier: BSL-1.0
#include <hwc/transport.hpp>

#include <doctest/doctest.h>

#include <sstream>
#include <system_error>

namespace {

// What the comment of the concept asks for, and nothing else.
struct minimal_transport {
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response& response, const hwc::exchange_options&) {
    response.status = 204;
    return {};
  }
};
static_assert(hwc::transport<minimal_transport>);
static_assert(!hwc::is_thread_safe_v<minimal_transport>);

struct shared_transport : minimal_transport {
  static constexpr bool thread_safe = true;
};
static_assert(hwc::transport<shared_transport> && hwc::is_thread_safe_v<shared_transport>);

struct sends_nothing {};
struct returns_status {
  int send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return 200; }
};
static_assert(!hwc::transport<sends_nothing>);
static_assert(!hwc::transport<returns_status>);

}  // namespace

TEST_CASE("a transport error: by default nothing is proved, so nothing is repeated") {
  const hwc::transport_error failure;
  CHECK(failure.sent == hwc::delivery::unknown);
  CHECK_FALSE(failure.retryable);
}

TEST_CASE("the value of an exchange that failed: an exception with the error that a call would give") {
  CHECK_NOTHROW(hwc::exchange_result{}.value());
  const auto cause = std::make_error_code(std::errc::connection_refused);
  const hwc::exchange_result failed = hwc::transport_error{.kind = hwc::error_kind::malformed_response,
                                                           .sent = hwc::delivery::answered,
                                                           .status = 200,
                                                           .cause = cause,
                                                           .message = "no end of the head"};
  const hwc::error expected{.kind = hwc::error_kind::malformed_response,
                            .status = 200,
                            .message = "no end of the head",
                            .sent = hwc::delivery::unknown,
                            .attempts = 1,
                            .cause = cause};
  try {
    failed.value();
    FAIL("no exception");
  } catch (const hwc::exception& thrown) {
    CHECK(thrown.error() == expected);
  }
}

TEST_CASE("a failed exchange on one line: what failed, why, and whether it was sent") {
  std::ostringstream out;
  out << hwc::transport_error{
      .kind = hwc::error_kind::connection, .sent = hwc::delivery::not_sent, .message = "connection refused"};
  CHECK(out.str() == "connection: connection refused (not_sent)");
}
