// SPDX-License-Identifier: BSL-1.0
#include <hwc/detail/describe_answer.hpp>

#include <hwc/detail/redact.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/json/read.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>

namespace {

hwc::error described(int status, std::string body, hwc::http_headers headers = {}) {
  hwc::http_response answer{.status = status, .headers = std::move(headers), .body = std::move(body)};
  hwc::json::reader reader;
  return hwc::detail::describe_answer(answer, {"c4nary-token"}, reader);
}

}  // namespace

TEST_CASE("an answer without a reason is described by what its status says") {
  CHECK(described(299, "").message == "the service gave no reason");
  CHECK(described(300, "").message == "a redirect, which is not followed");
  CHECK(described(399, "").message == "a redirect, which is not followed");
  CHECK(described(400, "").message == "the service gave no reason");
}

TEST_CASE("a credential is masked in every field, also where JSON hides its letters") {
  const auto e =
      described(400, R"({"error_code":"\u00634nary-token","error_msg":"no \u00634nary-token!",)"
                     R"("encoded_authorization_message":"\u00634nary-token","request_id":"\u00634nary-token"})");
  CHECK(e.code == "***");
  CHECK(e.message == "no ***!");
  CHECK(e.encoded_authorization_message == "***");
  CHECK(e.request_id == "***");
  CHECK(described(400, "", {{"X-Request-Id", "is c4nary-token"}}).request_id == "is ***");
}

TEST_CASE("fields longer than their limits are cut") {
  const std::string text(100'000, 'x');
  const auto e = described(400, R"({"error_code":")" + text + R"(","error_msg":")" + text + R"(","request_id":")" +
                                    text + R"(","encoded_authorization_message":")" + text + R"("})");
  CHECK(e.code.size() == 256);
  CHECK(e.message.size() == 4096);
  CHECK(e.encoded_authorization_message.size() == 64 * 1024);
  CHECK(e.request_id.size() == 256);
  CHECK(hwc::detail::request_id_of({.status = 204, .headers = {{"X-Request-Id", text}}, .body = ""}, {}).size() == 256);
}
