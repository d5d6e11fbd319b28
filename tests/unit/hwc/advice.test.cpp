// SPDX-License-Identifier: BSL-1.0
#include <hwc/advice.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>

using hwc::error;
using hwc::error_kind;

TEST_CASE("advice: never empty and one sentence or two, for every kind and delivery") {
  for (int kind = 0; kind <= static_cast<int>(error_kind::credentials); ++kind) {
    for (const auto sent : {hwc::delivery::not_sent, hwc::delivery::unknown, hwc::delivery::answered}) {
      const auto text = hwc::advice(error{.kind = static_cast<error_kind>(kind), .sent = sent});
      CHECK(text.ends_with('.'));
    }
  }
}

TEST_CASE("advice by code: a missing user is told what the id must be, under each status") {
  CHECK(hwc::advice({.kind = error_kind::bad_request, .code = "WKS.00170312"}).find("user id") != std::string::npos);
}

TEST_CASE("advice by a gateway's code: the same under its three prefixes") {
  const auto expected = hwc::advice({.kind = error_kind::throttled, .code = "APIG.0308"});
  CHECK(expected.find("rate limit") != std::string::npos);
  CHECK(hwc::advice({.kind = error_kind::throttled, .code = "APIGW.0308"}) == expected);
  CHECK(hwc::advice({.kind = error_kind::throttled, .code = "APIC.0308"}) == expected);
}

TEST_CASE("advice for a 405: quota and balance only where the code says so") {
  CHECK(hwc::advice({.kind = error_kind::method_not_allowed, .code = "APIG.0501"}).find("quota") != std::string::npos);
  CHECK(hwc::advice({.kind = error_kind::method_not_allowed, .code = "WKS.00000405"}).find("method") !=
        std::string::npos);
}

TEST_CASE("advice for a 401: the cause is in the text") {
  const auto advice = [](const char* text) {
    return std::string{hwc::advice({.kind = error_kind::unauthorized, .code = "APIG.0301", .message = text})};
  };
  CHECK(advice("x signature expired, signature time:1").find("clock") != std::string::npos);
  CHECK(advice("ak AK not exist").find("access key id") != std::string::npos);
  CHECK(advice("verify aksk signature fail").find("secret access key") != std::string::npos);
  CHECK(advice("something new").find("credentials") != std::string::npos);
}

TEST_CASE("advice after an unknown outcome: never that nothing was done, whatever the kind and code") {
  const auto says_nothing_was = [](const error& why) {
    return hwc::advice(why).find("nothing was") != std::string_view::npos;
  };
  std::size_t otherwise = 0;
  for (int kind = 0; kind <= static_cast<int>(error_kind::credentials); ++kind) {
    error why{.kind = static_cast<error_kind>(kind), .sent = hwc::delivery::unknown};
    CAPTURE(to_string(why.kind));
    CHECK(hwc::advice(why).find("before doing it again") != std::string_view::npos);
    for (const auto& known : hwc::detail::advice_by_code) {
      why.code = (known.code.starts_with('.') ? "APIG" : "") + std::string{known.code};
      CHECK(!says_nothing_was(why));
    }
    why.code.clear();
    for (const auto& known : hwc::detail::advice_by_text) {
      why.message = known.code;
      CHECK(!says_nothing_was(why));
    }
    why.sent = hwc::delivery::not_sent;
    why.message.clear();
    otherwise += says_nothing_was(why) ? 1U : 0U;
  }
  CHECK(otherwise > 2);
}

TEST_CASE("advice after an unknown outcome: look before sending again") {
  CHECK(hwc::advice({.kind = error_kind::timeout, .sent = hwc::delivery::unknown}).find("before doing it again") !=
        std::string::npos);
  CHECK(hwc::advice({.kind = error_kind::timeout}).find("try again") != std::string::npos);
}
