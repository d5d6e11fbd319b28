// SPDX-License-Identifier: BSL-1.0
#include <hwc/detail/redact.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>

namespace {

std::string redacted(std::string text, const hwc::http_headers& sent, const hwc::http_headers& before = {}) {
  hwc::detail::redactor{sent, before}.apply(text);
  return text;
}

}  // namespace

TEST_CASE("redaction: what signing added is masked wherever a text repeats it, whatever the header's name") {
  const hwc::http_headers sent{{"x-auth-token", "TOKEN-1"}, {"X-Ticket", "TICKET"}, {"X-Other", "public"}};
  CHECK(redacted("TOKEN-1, xTICKETx, TOKEN-1TOKEN-1, public", sent, {{"X-Other", "public"}}) ==
        "***, x***x, ******, public");
}

TEST_CASE("redaction of texts that are secrets by themselves: as they are, percent-encoded, with escaped slashes") {
  std::string text = "a/secret+1 a%2Fsecret%2B1 a\\/secret+1 short other";
  hwc::detail::redactor{"a/secret+1", "short"}.apply(text);
  CHECK(text == "*** *** *** short other");
}

TEST_CASE("redaction of an Authorization: as a whole, and its credential alone") {
  const hwc::http_headers sdk{
      {"Authorization", "SDK-HMAC-SHA256 Access=AKEXAMPLE, SignedHeaders=host, Signature=abcdef"}};
  CHECK(redacted("AKEXAMPLE abcdef", sdk) == "AKEXAMPLE ***");
  CHECK(redacted("[Bearer sesame]", {{"Authorization", "Bearer sesame"}}) == "[***]");
  CHECK(redacted("sesame", {{"Authorization", "Bearer sesame"}}) == "***");
  CHECK(redacted("token c2VzYW1l== was bad", {{"Authorization", "Bearer c2VzYW1l=="}}) == "token *** was bad");
}

TEST_CASE("redaction: blanks around a value do not hide it, nor does an escaped slash or a URL") {
  CHECK(redacted("sesame!", {{"X-Auth-Token", " sesame\t "}}) == "***!");
  CHECK(redacted("ses\\/ame", {{"X-Auth-Token", "ses/ame"}}) == "***");
  CHECK(redacted("/login?token=ses%2Fame%3D", {{"X-Auth-Token", "ses/ame="}}) == "/login?token=***");
}

TEST_CASE("redaction: headers that are no credentials, and values too short to be one, stay") {
  CHECK(redacted("a.example 20250314T092653Z project", {{"Host", "a.example"},
                                                        {"X-Sdk-Date", "20250314T092653Z"},
                                                        {"X-Project-Id", "project"},
                                                        {"X-Auth-Token", ""},
                                                        {"X-Flag", "a"}}) == "a.example 20250314T092653Z project");
  CHECK(redacted("", {{"X-Auth-Token", "sesame"}}).empty());
}

TEST_CASE("redaction of a long text full of credentials: in time that grows with the text, not with its square") {
  std::string text;
  for (int i = 0; i != 65536; ++i) text += "0123456789abcdef";
  CHECK(redacted(text, {{"X-Auth-Token", "0123456789abcdef"}}).size() == 3 * 65536);
}

TEST_CASE("shortening: at the end of a character, and not at all where the text fits") {
  std::string text = "a\xC3\xA9";
  hwc::detail::shorten(text, 3);
  CHECK(text.size() == 3);
  hwc::detail::shorten(text, 2);
  CHECK(text == "a");
  hwc::detail::shorten(text, 0);
  CHECK(text.empty());
  for (const auto limit : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {  // bytes that end no character
    text = "\x80\x80\x80";
    hwc::detail::shorten(text, limit);
    CHECK(text.empty());
  }
}
