// SPDX-License-Identifier: BSL-1.0
#include <hwc/detail/redact.hpp>

#include <doctest/doctest.h>

#include <string>

TEST_CASE("redaction: credentials of the request are masked wherever a text repeats them") {
  hwc::http_headers sent{{"x-auth-token", "TOKEN"}, {"X-Security-Token", "SESSION"}, {"X-Other", "public"}};
  sent.add("Authorization", "SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=abcdef");
  std::string text = "TOKEN, xSESSIONx, TOKENTOKEN, public, AK, abcdef";
  hwc::detail::redact(text, sent);
  CHECK(text == "***, x***x, ******, public, AK, ***");
}

TEST_CASE("redaction of nothing, or for a request without credentials: the text stays") {
  std::string text;
  hwc::detail::redact(text, {{"X-Auth-Token", "TOKEN"}});
  CHECK(text.empty());
  text = "a text";
  hwc::detail::redact(text, {{"X-Auth-Token", ""}});
  CHECK(text == "a text");
}
