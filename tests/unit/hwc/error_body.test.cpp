// SPDX-License-Identifier: BSL-1.0
#include <hwc/error_body.hpp>

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>

namespace {

using hwc::decode_error_body;
using hwc::error_body;

error_body of(std::string_view code, std::string_view message) {
  return {std::string{code}, std::string{message}, {}, {}, {}};
}

TEST_CASE("shape a, flat: code and text") {
  CHECK(decode_error_body(R"({"error_code":"WKS.00170312","error_msg":"no user"})") == of("WKS.00170312", "no user"));
}

TEST_CASE("shape b, with more fields: detail and encoded message too") {
  const auto e = decode_error_body(
      R"({"error_code":"C","error_msg":"M","error_detail":"D","encoded_authorization_message":"X","more":[1]})");
  CHECK(e == error_body{"C", "M", "D", "", "X"});
}

TEST_CASE("shape c, with a request id: request_id, else requestId") {
  CHECK(decode_error_body(R"({"error_code":"C","error_msg":"M","request_id":"R"})").request_id == "R");
  CHECK(decode_error_body(R"({"requestId":"Q","request_id":"R"})").request_id == "R");
  CHECK(decode_error_body(R"({"requestId":"Q","request_id":""})").request_id == "Q");
  CHECK(decode_error_body(R"({"requestId":"Q","request_id":7})").request_id == "Q");
}

TEST_CASE("shape d, camel case") { CHECK(decode_error_body(R"({"errorCode":"C","errorMsg":"M"})") == of("C", "M")); }

TEST_CASE("shape e, code and message") { CHECK(decode_error_body(R"({"code":"C","message":"M"})") == of("C", "M")); }

TEST_CASE("several pairs on one level: error_code, then errorCode, then code") {
  CHECK(decode_error_body(
            R"({"code":"1","message":"1","errorCode":"2","errorMsg":"2","error_code":"3","error_msg":"3"})") ==
        of("3", "3"));
  CHECK(decode_error_body(R"({"code":"1","message":"1","errorCode":"2","errorMsg":"2","error_code":"3"})") ==
        of("2", "2"));
}

TEST_CASE("shape f, nested with a numeric code: in decimal") {
  CHECK(decode_error_body(R"({"error":{"code":401,"message":"M","title":"Unauthorized"}})") == of("401", "M"));
}

TEST_CASE("shape g, nested with a text code") {
  CHECK(decode_error_body(R"({"error":{"code":"EPS.0003","message":"M"}})") == of("EPS.0003", "M"));
}

TEST_CASE("shape h, nested under any key, however deep") {
  CHECK(decode_error_body(
            R"({"fault":{"inner":{"error_code":"C","error_msg":"M","encoded_authorization_message":"X"}}})") ==
        error_body{"C", "M", "", "", "X"});
}

TEST_CASE("shape i, flat and nested: the flat pair wins wherever it stands, the encoded message may come from below") {
  CHECK(
      decode_error_body(
          R"({"error":{"code":"N","message":"N","encoded_authorization_message":"X"},"error_msg":"M","error_code":"IAM.0001"})") ==
      error_body{"IAM.0001", "M", "", "", "X"});
}

TEST_CASE("several nested objects: error first, then in order of appearance; below error before beside it") {
  CHECK(decode_error_body(R"({"a":{"code":"1","message":"1"},"error":{"code":"2","message":"2"}})") == of("2", "2"));
  CHECK(decode_error_body(R"({"a":{"code":"1","message":"1"},"b":{"code":"2","message":"2"}})") == of("1", "1"));
  CHECK(decode_error_body(R"({"a":{"code":"1","message":"1"},"error":{"x":{"code":"2","message":"2"}}})") ==
        of("2", "2"));
  CHECK(decode_error_body(R"({"a":{"code":"1"},"b":{"code":"2","message":"2"}})") == of("2", "2"));
}

TEST_CASE("encoded message on several levels: the first visited") {
  CHECK(
      decode_error_body(R"({"a":{"encoded_authorization_message":"A"},"error":{"encoded_authorization_message":"E"}})")
          .encoded_authorization_message == "E");
  CHECK(decode_error_body(R"({"error":{"encoded_authorization_message":"E"},"encoded_authorization_message":"T"})")
            .encoded_authorization_message == "T");
  CHECK(decode_error_body(R"({"error":{"encoded_authorization_message":"E"},"encoded_authorization_message":5})")
            .encoded_authorization_message == "E");
}

TEST_CASE("shape j, with a list of details: the pair at the top") {
  CHECK(decode_error_body(R"({"details":[{"error_code":"D","error_msg":"D"}],"error_code":"C","error_msg":"M"})") ==
        of("C", "M"));
}

TEST_CASE("shape k, pair incomplete: a pair below wins, else the lone code or text") {
  CHECK(decode_error_body(R"({"error_msg":"M"})") == of("", "M"));
  CHECK(decode_error_body(R"({"error_code":"","error_msg":"M"})") == of("", "M"));
  CHECK(decode_error_body(R"({"error_code":"C"})") == of("C", ""));
  CHECK(decode_error_body(R"({"error_msg":"M","error":{"code":"C","message":"N"}})") == of("C", "N"));
  CHECK(decode_error_body(R"({"error":{"message":"below"},"message":"M"})") == of("", "M"));
  CHECK(decode_error_body(R"({"x":{"error":{"message":"below"}}})") == of("", "below"));
}

TEST_CASE("code and text of other kinds: integers in decimal, the rest as if empty") {
  CHECK(decode_error_body(R"({"error_code":-5,"error_msg":null})") == of("-5", ""));
  CHECK(decode_error_body(R"({"error_code":"C","error_msg":7})") == of("C", ""));
  CHECK(decode_error_body(R"({"error_code":123456789012345678901234567890,"error_msg":"M"})") ==
        of("123456789012345678901234567890", "M"));
  for (const char* code : {"1.5", "1e3", "null", "true", "[1]", "{}"}) {
    CHECK(decode_error_body(std::string{R"({"error_code":)"} + code + R"(,"error_msg":"M"})") == of("", "M"));
  }
}

TEST_CASE("shape l, JSON but no object: the text") {
  CHECK(decode_error_body("\"text\"") == of("", "\"text\""));
  CHECK(decode_error_body(" [] ") == of("", "[]"));
  CHECK(decode_error_body("null") == of("", "null"));
  CHECK(decode_error_body("12") == of("", "12"));
}

TEST_CASE("object without a code and a text: the text") {
  CHECK(decode_error_body(R"({"a":1})") == of("", R"({"a":1})"));
  CHECK(decode_error_body(R"({"request_id":"R"})") == error_body{"", R"({"request_id":"R"})", "", "R", ""});
}

TEST_CASE("shape m, not JSON: the text, trimmed") {
  CHECK(decode_error_body("\r\n<html>502 Bad Gateway</html>\n") == of("", "<html>502 Bad Gateway</html>"));
  CHECK(decode_error_body(R"({"error_code":"C","error_msg":"M"} x)") ==
        of("", R"({"error_code":"C","error_msg":"M"} x)"));
  CHECK(decode_error_body(R"({"error_code":"C","error_msg":"M")") == of("", R"({"error_code":"C","error_msg":"M")"));
}

TEST_CASE("shape n, empty or white space: all empty") {
  CHECK(decode_error_body("") == error_body{});
  CHECK(decode_error_body(std::string_view{}) == error_body{});
  CHECK(decode_error_body(" \r\n\t") == error_body{});
}

TEST_CASE("long text: cut at 512 bytes, never inside a character") {
  CHECK(decode_error_body(std::string(512, 'x')).message == std::string(512, 'x'));
  CHECK(decode_error_body(std::string(600, 'x')).message == std::string(512, 'x'));
  CHECK(decode_error_body(std::string(511, 'x') + "\xc3\xa4").message == std::string(511, 'x'));
  CHECK(decode_error_body(std::string(510, 'x') + "\xc3\xa4z").message == std::string(510, 'x') + "\xc3\xa4");
}

TEST_CASE("text that is not UTF-8: each invalid byte becomes U+FFFD, at most 512 bytes") {
  CHECK(decode_error_body("a\xff\xc3z\xe2\x82").message == "a\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(decode_error_body("{\"error_code\":\"\xff\"}").message == "{\"error_code\":\"\xef\xbf\xbd\"}");
  const auto e = decode_error_body(std::string(1000, '\xff'));
  CHECK(e.message.size() == 510);
  CHECK(hwc::json::detail::is_utf8(e.message));
}

TEST_CASE("escapes in keys and values: understood") {
  CHECK(decode_error_body(R"({"error\u005fcode":"\u0043","error_msg":"a\nb"})") == of("C", "a\nb"));
}

TEST_CASE("pairs deeper than the depth limit: not visited; a hundred thousand levels are no harm") {
  const auto nested = [](int levels) {
    std::string text;
    for (int i = 1; i < levels; ++i) text += R"({"a":)";
    text += R"({"code":"C","message":"M"})";
    for (int i = 1; i < levels; ++i) text += "}";
    return text;
  };
  CHECK(decode_error_body(nested(64)) == of("C", "M"));
  CHECK(decode_error_body(nested(65)).code == "");
  CHECK(decode_error_body(nested(100'000)).message.size() == 512);
}

TEST_CASE("one scratch source for many bodies: each on its own") {
  hwc::json::source scratch;
  CHECK(decode_error_body(R"({"code":"C","message":"M","request_id":"R"})", scratch).request_id == "R");
  CHECK(decode_error_body("<html>", scratch) == of("", "<html>"));
  CHECK(decode_error_body(R"({"code":"D","message":"N"})", scratch) == of("D", "N"));
}

TEST_CASE("ten thousand bodies with random bytes changed: always texts in UTF-8") {
  std::mt19937 random{99};
  hwc::json::source scratch;
  const std::string whole =
      R"({"error":{"code":401,"message":"\u00e4","x":{"y":[{}]}},"error_msg":"M","error_code":"C","request_id":"R"})";
  for (int round = 0; round != 10'000; ++round) {
    std::string text = whole.substr(0, random() % 4 == 0 ? random() % whole.size() : whole.size());
    for (auto changes = random() % 4; changes != 0 && !text.empty(); --changes) {
      text[random() % text.size()] = "{}[]\",:\\01e-.tn\xff\xc3"[random() % 17];
    }
    const auto e = decode_error_body(text, scratch);
    CHECK(hwc::json::detail::is_utf8(e.code + e.message + e.detail + e.request_id + e.encoded_authorization_message));
  }
}

}  // namespace
