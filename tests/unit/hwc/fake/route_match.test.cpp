// SPDX-License-Identifier: BSL-1.0
#include <hwc/fake/route_match.hpp>

#include <doctest/doctest.h>

namespace {

constexpr auto users = hwc::post("/v2/{project_id}/users/{user_id}/resend-email");

std::optional<hwc::fake::route_parameters> match(const char* target, hwc::http_method method = hwc::http_method::post) {
  return hwc::fake::match_route(users, {.method = method, .target = target});
}

}  // namespace

TEST_CASE("a request that fits the route: its parameters, decoded") {
  const auto found = match("/v2/p/users/a%2Fb%20c/resend-email?x=1");
  REQUIRE(found.has_value());
  CHECK(found->at("project_id") == "p");
  CHECK(found->at("user_id") == "a/b c");
}

TEST_CASE("a request that does not fit: another method, more, less or other segments, an empty parameter") {
  CHECK_FALSE(match("/v2/p/users/u/resend-email", hwc::http_method::get).has_value());
  for (const auto* target : {"", "/", "/v2/p/users/u", "/v2/p/users/u/resend-email/", "/v2/p/users/u/v/resend-email",
                             "/v2/p/users//resend-email", "/v3/p/users/u/resend-email"}) {
    CAPTURE(target);
    CHECK_FALSE(match(target).has_value());
  }
}
