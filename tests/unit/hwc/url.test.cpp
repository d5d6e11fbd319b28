// SPDX-License-Identifier: BSL-1.0
#include <hwc/url.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

std::string encoded(std::string_view text) {
  std::string out;
  hwc::append_percent_encoded(out, text);
  return out;
}

std::string decoded(std::string_view text) {
  std::string out;
  while (!text.empty()) out += hwc::take_percent_decoded(text);
  return out;
}

}  // namespace

TEST_CASE("percent-encoding: unreserved characters stay, every other byte becomes %XX in upper case") {
  CHECK(encoded("AZaz09-._~") == "AZaz09-._~");
  CHECK(encoded("/?#% +:@*&=") == "%2F%3F%23%25%20%2B%3A%40%2A%26%3D");
  CHECK(encoded("\xC3\xA9") == "%C3%A9");
  CHECK(encoded(std::string_view{"\0\r\n\x7f", 4}) == "%00%0D%0A%7F");
}

TEST_CASE("percent-decoding: once, in either case, leaving what is no escape") {
  CHECK(decoded("%2f%2F%25%41") == "//%A");
  CHECK(decoded("%252F") == "%2F");
  CHECK(decoded("%zz%4%") == "%zz%4%");
  CHECK(decoded("a+b") == "a+b");
}

TEST_CASE("percent-encoding then decoding: every byte comes back") {
  std::string all;
  for (int byte = 0; byte != 256; ++byte) all += static_cast<char>(byte);
  CHECK(decoded(encoded(all)) == all);
}

TEST_CASE("loopback: localhost, 127.0.0.0/8 and ::1, nothing that merely looks like them") {
  for (const auto* host : {"localhost", "127.0.0.1", "127.255.3.9", "::1"}) CHECK(hwc::is_loopback(host));
  for (const auto* host : {"", "127.0.0.1.evil.example", "127.0.0", "127.0.0.256", "127.0.0.1.", "128.0.0.1",
                           "1.127.0.0", "localhost.example", "127.0.0.0x1", "127..0.1", "::2", "-127.0.0.1",
                           "127.0.0.1 ", "0127.0.0.1", "127.0.0.01", "127.00.0.1"}) {
    CAPTURE(host);
    CHECK_FALSE(hwc::is_loopback(host));
  }
}

TEST_CASE("link-local: 169.254.0.0/16 as an address, nothing else") {
  for (const auto* host : {"169.254.169.254", "169.254.0.0", "169.254.255.255"}) CHECK(hwc::is_link_local(host));
  for (const auto* host : {"", "169.253.169.254", "169.255.0.1", "170.254.0.1", "169.254.169.254.example",
                           "169.254.169", "169.254.169.0254", "localhost", "254.169.254.169"}) {
    CAPTURE(host);
    CHECK_FALSE(hwc::is_link_local(host));
  }
}

TEST_CASE("parse_url: scheme, host and port, with their defaults") {
  using origin = hwc::http_origin;
  CHECK(hwc::parse_url("https://A.Example").value() == origin{.tls = true, .host = "a.example", .port = 443});
  CHECK(hwc::parse_url("a.example").value() == origin{.tls = true, .host = "a.example", .port = 443});
  CHECK(hwc::parse_url("a.example:8443/").value() == origin{.tls = true, .host = "a.example", .port = 8443});
  CHECK(hwc::parse_url("HTTP://127.0.0.1").value() == origin{.tls = false, .host = "127.0.0.1", .port = 80});
  CHECK(hwc::parse_url("http://[::1]:65535").value() == origin{.tls = false, .host = "::1", .port = 65535});
  CHECK(hwc::parse_url("https://[2001:DB8::1]").value() == origin{.tls = true, .host = "2001:db8::1", .port = 443});
}

TEST_CASE("parse_url: what cannot be used is refused with a reason, without a password in it") {
  for (const auto* url : {"",
                          "https://",
                          "ftp://a.example",
                          "https://user:sesame@a.example",
                          "https://a.example/path",
                          "https://a.example?q",
                          "https://a.example#f",
                          "https://a.example:",
                          "https://a.example:0",
                          "https://a.example:65536",
                          "https://a.example:8x",
                          "https://a b",
                          "https://-a.example",
                          "--per-minute",
                          "https://a\r\nb",
                          "https://[::1",
                          "https://[::1]8",
                          "https://[name]",
                          "https://[12]",
                          "https://\xC3\xA9.example",
                          "https://a%2Eexample",
                          "://a.example",
                          "https://a.example//"}) {
    CAPTURE(url);
    const auto parsed = hwc::parse_url(url);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().kind == hwc::error_kind::invalid_argument);
    CHECK(parsed.error().sent == hwc::delivery::not_sent);
    CHECK(parsed.error().message.starts_with("the URL '"));
    CHECK(parsed.error().message.find("sesame") == std::string::npos);
  }
}
