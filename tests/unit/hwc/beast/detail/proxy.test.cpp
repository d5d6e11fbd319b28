// SPDX-License-Identifier: BSL-1.0
#include <hwc/beast/detail/proxy.hpp>

#include <hwc/detail/wipe.hpp>
#include <hwc/http.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using hwc::beast::detail::covers;
using hwc::beast::detail::parse_proxy;
using hwc::beast::detail::proxies;

std::string connect_to(const hwc::http_origin& origin, std::string_view proxy, std::string_view user_agent) {
  hwc::detail::wiped_text text;
  write_connect(text, origin, parse_proxy(proxy), user_agent);
  return {text.data(), text.size()};
}

}  // namespace

TEST_SUITE_BEGIN("beast::detail::proxy");

TEST_CASE("credentials of more than 4096 bytes are too long") {
  CHECK(parse_proxy("http://" + std::string(4096, 'x') + "@proxy.example").usable());
  const auto made = parse_proxy("http://" + std::string(4097, 'x') + "@proxy.example");
  CHECK(made.flaw == "its credentials are too long");
  CHECK(made.name == "proxy.example");
  CHECK(made.authorization.empty());
}

TEST_CASE("no_proxy: what is no network, no address in brackets or longer than the host covers nothing") {
  CHECK(covers("10.0.0.0/8", "10.1.2.3"));
  CHECK_FALSE(covers("10.0.0.0/99", "10.1.2.3"));
  CHECK(covers("[fd00::1]", "fd00::1"));
  CHECK_FALSE(covers("[fd00::12", "fd00::1"));
  CHECK_FALSE(covers("www.service.example", "service.example"));
}

TEST_CASE("this machine and its link are reached directly, whatever was configured; all else through the proxy") {
  const proxies all{"http://proxy.example"};
  for (const std::string host : {"127.0.0.1", "::1", "localhost", "169.254.169.254"}) {
    CAPTURE(host);
    CHECK(all.for_origin({.tls = false, .host = host, .port = 80}) == nullptr);
  }
  const auto* chosen = all.for_origin({.tls = true, .host = "service.example", .port = 443});
  REQUIRE(chosen != nullptr);
  CHECK(chosen->name == "proxy.example");
}

TEST_CASE("a proxy that was configured and is unusable is chosen, so that the exchange can say why") {
  const proxies all{"socks5://proxy.example"};
  const auto* chosen = all.for_origin({.tls = true, .host = "service.example", .port = 443});
  REQUIRE(chosen != nullptr);
  CHECK_FALSE(chosen->usable());
}

TEST_CASE("CONNECT: the authority with its port, IPv6 in brackets, credentials and User-Agent where there are any") {
  CHECK(connect_to({.tls = true, .host = "service.example", .port = 443}, "proxy.example", "") ==
        "CONNECT service.example:443 HTTP/1.1\r\nHost: service.example:443\r\n\r\n");
  CHECK(connect_to({.tls = true, .host = "fd00::1", .port = 8443}, "http://u:p@proxy.example", "hwc") ==
        "CONNECT [fd00::1]:8443 HTTP/1.1\r\nHost: [fd00::1]:8443\r\nProxy-Authorization: Basic dTpw\r\n"
        "User-Agent: hwc\r\n\r\n");
}

TEST_SUITE_END();
