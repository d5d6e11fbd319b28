// SPDX-License-Identifier: BSL-1.0
#include <hwc/workspace/resend_email.hpp>

#include <doctest/doctest.h>

#include <type_traits>

using hwc::workspace::resend_email;

static_assert(hwc::operation<resend_email>);
static_assert(!hwc::is_idempotent_v<resend_email>);
static_assert(std::is_same_v<resend_email::response, hwc::no_content>);

TEST_CASE("resend_email: the method, path and action of the API reference") {
  CHECK(resend_email::route.method == hwc::http_method::post);
  CHECK(resend_email::route.path == "/v2/{project_id}/users/{user_id}/resend-email");
  CHECK(resend_email::iam_action == "workspace:users:resendEmail");
}
