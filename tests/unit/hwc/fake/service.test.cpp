// SPDX-License-Identifier: BSL-1.0
#include <hwc/fake/service.hpp>

#include <doctest/doctest.h>

namespace {

hwc::http_response plain(const hwc::http_request& request) { return {.status = 200, .body = request.target}; }
static_assert(hwc::fake::service<decltype(&plain)>);
static_assert(!hwc::fake::service<int>);
struct wrong_result {
  int operator()(const hwc::http_request&) const { return 200; }
};
static_assert(!hwc::fake::service<wrong_result>);

}  // namespace

TEST_CASE("both forms of a service: called alike, with the time where it is wanted") {
  hwc::fake::any_service without{plain};
  CHECK(without({.target = "/a"}, {}).body == "/a");
  hwc::fake::any_service with{[](const hwc::http_request&, hwc::wall_time now) {
    return hwc::http_response{.status = now == hwc::wall_time{} ? 200 : 500};
  }};
  CHECK(with({}, {}).status == 200);
}

TEST_CASE("a service with a state of its own: changes between requests") {
  hwc::fake::any_service counting{
      [count = 0](const hwc::http_request&) mutable { return hwc::http_response{.status = ++count}; }};
  CHECK(counting({}, {}).status == 1);
  CHECK(counting({}, {}).status == 2);
}
