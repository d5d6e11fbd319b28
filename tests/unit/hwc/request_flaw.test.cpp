// SPDX-License-Identifier: BSL-1.0
#include <hwc/request_flaw.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

hwc::http_request good() {
  return {.method = hwc::http_method::post,
          .origin = {.host = "workspace.example"},
          .target = "/v2/p/users/u%20x/resend-email?q=%C3%A9",
          .headers = {{"X-Auth-Token", "secret"}, {"X-Odd", "\xC3\xA9\t!"}, {"Content-Length", "2"}},
          .body = "{}"};
}

template <class Change>
void check_flawed(std::string_view says, Change change) {
  auto request = good();
  change(request);
  const auto flaw = hwc::request_flaw(request);
  CHECK_MESSAGE(flaw.find(says) != std::string_view::npos, flaw);
  CHECK(flaw.find("secret") == std::string_view::npos);
}

}  // namespace

TEST_CASE("a request without a flaw: names and addresses, tabs and bytes beyond ASCII in values") {
  CHECK(hwc::request_flaw(good()) == "");
  for (const auto* host : {"127.0.0.1", "::1", "a-b_c.example"}) {
    auto request = good();
    request.origin.host = host;
    CHECK(hwc::request_flaw(request) == "");
  }
}

TEST_CASE("each flaw is named, without what the request holds") {
  check_flawed("no host", [](auto& r) { r.origin.host.clear(); });
  check_flawed("no port", [](auto& r) { r.origin.port = 0; });
  for (const auto* host : {"a/b", "user@host", "a?b", "a#b", "a b", "a%2Fb", "[::1]", "a\r\n"}) {
    check_flawed("neither a name nor an address", [&](auto& r) { r.origin.host = host; });
  }
  check_flawed("does not begin with '/'", [](auto& r) { r.target.clear(); });
  check_flawed("does not begin with '/'", [](auto& r) { r.target = "http://other/"; });
  for (const auto* target : {"/a b", "/a\r\nX-Evil: 1", "/\t", "/\x7f"}) {
    check_flawed("space or control character", [&](auto& r) { r.target = target; });
  }
  for (const auto* name : {"", "a b", "a:b", "a\r\n", "\xC3\xA9"}) {
    check_flawed("not a token", [&](auto& r) { r.headers.add(name, "secret"); });
  }
  for (const auto& value : {std::string{"secret\r"}, std::string{"secret\n"}, std::string{"secret\0", 7}}) {
    check_flawed("CR, LF or NUL", [&](auto& r) { r.headers.add("X", value); });
  }
  check_flawed("Transfer-Encoding", [](auto& r) { r.headers.add("transfer-encoding", "chunked"); });
  check_flawed("Expect", [](auto& r) { r.headers.add("EXPECT", "100-continue"); });
  for (const auto* length : {"3", "1", "2x", "-2", "", "99999999999999999999999"}) {
    check_flawed("not the size of the body", [&](auto& r) { r.headers.set("Content-Length", length); });
  }
}
