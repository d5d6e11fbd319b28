// SPDX-License-Identifier: BSL-1.0
#include <hwc/transport.hpp>

#include <doctest/doctest.h>

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
