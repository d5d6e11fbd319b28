// SPDX-License-Identifier: BSL-1.0
#include <hwc/endpoint.hpp>

#include <doctest/doctest.h>

TEST_CASE("an https endpoint: usable") {
  const hwc::endpoint where{"https://workspace.example:8443", "project"};
  CHECK(where.problem().empty());
  CHECK(where.origin() == hwc::http_origin{.tls = true, .host = "workspace.example", .port = 8443});
  CHECK(where.project_id() == "project");
}

TEST_CASE("plain http: usable to this machine, elsewhere only if said by name") {
  CHECK(hwc::endpoint{"http://127.0.0.1:8080", "p"}.problem().empty());
  CHECK(hwc::endpoint{"http://localhost", "p"}.problem().empty());
  CHECK(hwc::endpoint{"http://[::1]:1", "p"}.problem().empty());
  CHECK(hwc::endpoint{"http://workspace.example", "p"}.problem().find("hwc::allow_plain_http") != std::string::npos);
  CHECK(hwc::endpoint{"http://workspace.example", "p", hwc::allow_plain_http}.problem().empty());
}

TEST_CASE("an endpoint that cannot be used: says why instead of throwing") {
  CHECK(hwc::endpoint{"ftp://a.example", "p"}.problem().find("https") != std::string::npos);
  CHECK(hwc::endpoint::unusable("because").problem() == "because");
}

TEST_CASE("an endpoint that goes: its parts are moved from it") {
  const auto make = [] { return hwc::endpoint{"https://a.example", "project"}; };
  CHECK(make().project_id() == "project");
  CHECK(make().origin().host == "a.example");
  CHECK(make().problem() == "");
}
