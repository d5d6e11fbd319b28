// SPDX-License-Identifier: BSL-1.0
#include <hwc/route.hpp>

#include <doctest/doctest.h>

#include <string>

using hwc::detail::is_route_path;
using hwc::detail::route_names;

static_assert(hwc::get("/a").method == hwc::http_method::get);
static_assert(hwc::post("/a").method == hwc::http_method::post);
static_assert(hwc::put("/a").method == hwc::http_method::put);
static_assert(hwc::patch("/a").method == hwc::http_method::patch);
static_assert(hwc::delete_("/a").method == hwc::http_method::delete_);

static_assert(is_route_path("/"));
static_assert(is_route_path("/v2/{project_id}/users/{user_id}/resend-email"));
static_assert(is_route_path("/a.{b}_{c}~"));
static_assert(!is_route_path(""));
static_assert(!is_route_path("a"));
static_assert(!is_route_path("/{}"));
static_assert(!is_route_path("/{a"));
static_assert(!is_route_path("/a}"));
static_assert(!is_route_path("/{a{b}}"));
static_assert(!is_route_path("/a b"));
static_assert(!is_route_path("/a?b={c}"));

static_assert(route_names("/a/{b}/{c}", "b") && route_names("/a/{b}/{c}", "c"));
static_assert(!route_names("/a/{b}/{c}", "a") && !route_names("/a/{bb}", "b"));

TEST_CASE("the pieces of a route: literal text and parameters in turn") {
  std::string_view path = "/v2/{a}{b}/c";
  std::string pieces;
  while (!path.empty()) {
    const auto piece = hwc::detail::take_route_piece(path);
    pieces += piece.is_parameter ? "<" + std::string{piece.text} + ">" : std::string{piece.text};
  }
  CHECK(pieces == "/v2/<a><b>/c");
}
