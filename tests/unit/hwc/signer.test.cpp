// SPDX-License-Identifier: BSL-1.0
#include <hwc/signer.hpp>

#include <doctest/doctest.h>

namespace {

// What the comment of the concept asks for, in its two forms, and nothing else.
struct minimal_signer {
  hwc::result<void> sign(hwc::http_request&, hwc::wall_time) const {
    return hwc::error{.kind = hwc::error_kind::credentials};
  }
};
struct minimal_void_signer {
  void sign(hwc::http_request& request, hwc::wall_time) const { request.headers.add("X-Signed", "yes"); }
};
static_assert(hwc::signer<minimal_signer>);
static_assert(hwc::signer<minimal_void_signer>);

struct signs_nothing {};
struct returns_bool {
  bool sign(hwc::http_request&, hwc::wall_time) const { return true; }
};
static_assert(!hwc::signer<signs_nothing>);
static_assert(!hwc::signer<returns_bool>);

}  // namespace

TEST_CASE("both forms of sign: used in the same way") {
  hwc::http_request request;
  const minimal_signer failing;
  CHECK(hwc::detail::sign(failing, request, {}).error().kind == hwc::error_kind::credentials);
  const minimal_void_signer good;
  CHECK(hwc::detail::sign(good, request, {}));
  CHECK(request.headers.contains("X-Signed"));
}
