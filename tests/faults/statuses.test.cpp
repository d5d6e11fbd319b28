// SPDX-License-Identifier: BSL-1.0
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/signers/access_key.hpp>

#include "faults/stage.hpp"
#include "faults/tokens.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// Answers whose status decides.

using namespace faults;
using namespace std::string_literals;
using hwc::error_kind;

namespace {

// An answer as the gateway or the service gives it.
std::string error_answer(int status, std::string_view code, std::string_view fields = "") {
  return answer(status, R"({"error_code":")" + std::string{code} + R"(","error_msg":"m","request_id":"r"})", fields);
}

// Each call is answered like that; all attempts are allowed.
void check_final(int row, const std::string& played, std::string_view verdict, const std::string& bytes,
                 const hwc::call_options& options = patient) {
  for (const auto who : subjects) {
    check(row, who, played, {verdict, 1, 1}, [&](stage& s) {
      s.play({}, {.answer = bytes});
      s.call(options);
    });
  }
}

// The first request is answered like that and the next with 200: the bare verdict of the first, and what a second
// attempt comes to.
void check_tried_again(int row, const std::string& played, const std::string& bytes,
                       std::string_view verdict = "rejected", hwc::call_options options = patient) {
  for (const auto who : subjects) {
    check(row, who, played + ", then 200", {"sent", 2, 2}, [&](stage& s) {
      s.play({{{.answer = bytes}}});
      s.call(options);
    });
    auto bare = options;
    bare.max_attempts = 1;
    check(row, who, played, {verdict, 1, 1}, [&](stage& s) {
      s.play({}, {.answer = bytes});
      s.call(bare);
    });
  }
}

// As RFC 9110 section 5.6.7 has it.
std::string http_date(hwc::wall_time when) {
  const auto seconds = std::chrono::system_clock::to_time_t(when);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

// Answers 401 to one request, with the time that a clock which is off by that shows, then 200.
void play_clock(stage& s, std::chrono::seconds off) {
  s.play({});
  const auto refusal = error_answer(401, "APIG.0301", "Date: " + http_date(s.now().wall + off) + "\r\n");
  if (s.in_memory()) {
    s.play({{{.answer = refusal}}});
  } else {
    s.server().play({{{.answer = refusal}}});
  }
  s.signs.with =
      [by = hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256>{{"AK", hwc::secret{std::string{secret_key}}}}](
          hwc::http_request& request, hwc::wall_time now) { return by.sign(request, now); };
}

// The time that a request was signed for.
std::string signed_for(stage& s, std::size_t request) {
  const auto text = s.server().request(request);
  const auto at = text.find("X-Sdk-Date: ");
  return at == std::string::npos ? ""s : text.substr(at + 12, 11);  // to the hour
}

}  // namespace

TEST_CASE("row 46: a redirect: rejected, not followed; 1 request, and none where it leads") {
  for (const auto who : subjects) {
    for (const int status : {301, 302, 303, 307, 308}) {
      check(46, who, std::to_string(status), {"rejected", 1, 1}, [&](stage& s) {
        const hwc::testing::socket_server elsewhere;
        s.play({}, {.answer = answer(status, "", "Location: " + elsewhere.url() + "/v2/x\r\n")});
        s.call();
        CHECK(elsewhere.connections() == 0);
      });
    }
  }
}

TEST_CASE("row 47: 400 403 404 405 409 415: rejected, the fields decoded; 1 request each") {
  for (const auto who : subjects) {
    for (const int status : {400, 403, 404, 405, 409, 415}) {
      check(47, who, std::to_string(status), {"rejected", 1, 1}, [&](stage& s) {
        s.play({}, {.answer = error_answer(status, "WKS.0001", "X-Request-Id: 7f\r\n")});
        const auto o = s.call();
        REQUIRE_FALSE(o);
        CHECK(o.error().status == status);
        CHECK(o.error().code == "WKS.0001");
        CHECK(o.error().message == "m");
        CHECK(o.error().request_id == "7f");
      });
    }
  }
}

TEST_CASE("row 48: 401 and a clock that is off: signed anew, once, and remembered; beyond a day: rejected") {
  for (const auto who : subjects) {
    for (const auto off : {3h, -3h}) {
      check(48, who, (off > 0h ? "3 h behind"s : "3 h ahead"s) + ", twice", {"sent, sent", 3, 1}, [&](stage& s) {
        play_clock(s, off);
        s.call();
        CHECK(s.attempts() == 2);
        CHECK(signed_for(s, 0) != signed_for(s, 1));
        s.call();
        CHECK(signed_for(s, 1) == signed_for(s, 2));
      });
    }
    for (const auto off : {25h, -25h, 0h}) {
      check(48, who,
            off == 0h  ? "clock right"
            : off > 0h ? "25 h behind"
                       : "25 h ahead",
            {"rejected", 1, 1}, [&](stage& s) {
              play_clock(s, off);
              s.call();
            });
    }
    check(48, who, "3 h behind, refused again", {"rejected", 2, 2}, [](stage& s) {
      play_clock(s, 3h);
      const auto refusal = error_answer(401, "APIG.0301", "Date: " + http_date(s.now().wall + 3h) + "\r\n");
      if (s.in_memory())
        s.play({}, {.answer = refusal});
      else
        s.server().play({}, {.answer = refusal});
      s.call();
    });
  }
}

TEST_CASE("row 49: 401 as the token has expired: a new one is fetched, once; 2 requests") {
  for (const auto who : subjects) {
    check(49, who, "then 200", {"sent", 2, 2}, [](stage& s) {
      const auto fetched = std::make_shared<std::atomic<int>>(0);
      s.play({{{.answer = error_answer(401, "APIG.0307")}}});
      s.signs.refreshing = fetching_signer(fetched);
      s.call();
      CHECK(*fetched == 2);
      CHECK(s.server().request(0).find(std::string{token} + "-1") != std::string::npos);
      CHECK(s.server().request(1).find(std::string{token} + "-2") != std::string::npos);
    });
    check(49, who, "always", {"rejected", 2, 2}, [](stage& s) {
      const auto fetched = std::make_shared<std::atomic<int>>(0);
      s.play({}, {.answer = error_answer(401, "APIG.0307")});
      s.signs.refreshing = fetching_signer(fetched);
      s.call();
      CHECK(*fetched == 2);
    });
  }
}

TEST_CASE("row 50: 403 with an encoded message: rejected, the message kept; 1 request") {
  for (const auto who : subjects) {
    check(50, who, "encoded_authorization_message", {"rejected", 1, 1}, [](stage& s) {
      s.play({}, {.answer = answer(403, R"({"error_code":"PAP.0001","encoded_authorization_message":"XYZ"})")});
      const auto o = s.call();
      REQUIRE_FALSE(o);
      CHECK(o.error().encoded_authorization_message == "XYZ");
    });
  }
}

TEST_CASE("row 51: 408 to a whole request: unknown; 1 request") { check_final(51, "408", "unknown", answer(408)); }

TEST_CASE("row 52: 413 414 431 494: rejected; 1 request each") {
  for (const int status : {413, 414, 431, 494}) {
    check_final(52, std::to_string(status) + " APIG.0201", "rejected", error_answer(status, "APIG.0201"));
  }
}

TEST_CASE("row 53: 421 and 425: once more, on a new connection; 2 requests") {
  for (const int status : {421, 425}) {
    check_tried_again(53, std::to_string(status), answer(status));
    for (const auto who : subjects) {
      check(53, who, std::to_string(status) + " always", {"rejected", 2, 2}, [&](stage& s) {
        s.play({}, {.answer = answer(status)});
        s.call();
        if (!s.in_memory()) CHECK(s.server().connections() == 2);
      });
    }
  }
}

TEST_CASE("row 54: 429 with Retry-After: tried again where the deadline allows it, else rejected at once") {
  const auto throttled = [](const std::string& fields) { return error_answer(429, "APIG.0308", fields); };
  for (const auto* value : {"0", "-1", "junk", "Sun, 06 Nov 1994 08:49:37 GMT"}) {
    check_tried_again(54, "Retry-After: "s + value, throttled("Retry-After: "s + value + "\r\n"));
  }
  check_tried_again(54, "Retry-After twice, 0 and 0", throttled("Retry-After: 0\r\nRetry-After: 0\r\n"));
  for (const auto who : subjects) {
    check(54, who, "Retry-After: 1, waited for, then 200", {"sent", 2, 2}, [&](stage& s) {
      s.play({{{.answer = throttled("Retry-After: 1\r\n")}}});
      const auto start = s.now().steady;
      s.call();
      CHECK(s.now().steady - start >= 1s);
      s.late_if(s.now().steady - start > 2s);
    });
  }
  const auto later = http_date(std::chrono::system_clock::now() + 24h);
  for (const auto& value : {"30"s, "1000000000000000000"s, later}) {
    for (const auto who : subjects) {
      check(54, who, "Retry-After: " + (value == later ? "tomorrow"s : value), {"rejected", 1, 1}, [&](stage& s) {
        s.play({}, {.answer = throttled("Retry-After: " + value + "\r\n")});
        const auto start = s.now().steady;
        const auto o = s.call();
        s.late_if(s.now().steady - start > 500ms);
        REQUIRE_FALSE(o);
        CHECK(o.error().kind == error_kind::throttled);
      });
    }
  }
}

TEST_CASE("row 55: 429 without Retry-After: tried again, as often as the call may; 2 requests") {
  check_tried_again(55, "429", answer(429));
  for (const auto who : subjects) {
    check(55, who, "429 always, 3 attempts", {"rejected", 3, 3}, [](stage& s) {
      s.play({}, {.answer = answer(429)});
      s.call({.timeout = 5s, .max_attempts = 3});
    });
  }
}

TEST_CASE("row 56: 500: unknown; 1 request") { check_final(56, "500", "unknown", error_answer(500, "APIG.0201")); }

TEST_CASE("row 57: 502: unknown; APIG.0610 is a refusal for who trusts the gateway's codes") {
  const hwc::call_options trusting{.timeout = 5s, .trust_gateway_codes = true};
  for (const auto* code : {"APIG.0201", "APIG.0202", "APIG.0610"}) {
    check_final(57, "502 "s + code, "unknown", error_answer(502, code));
  }
  check_final(57, "502 APIG.0201, codes trusted", "unknown", error_answer(502, "APIG.0201"), trusting);
  check_tried_again(57, "502 APIG.0610, codes trusted", error_answer(502, "APIG.0610"), "rejected", trusting);
}

TEST_CASE("row 58: 503: unknown, also with Retry-After; APIG.0613 is a refusal for who trusts the gateway's codes") {
  const hwc::call_options trusting{.timeout = 5s, .trust_gateway_codes = true};
  check_final(58, "503", "unknown", answer(503));
  check_final(58, "503, Retry-After: 0", "unknown", answer(503, "", "Retry-After: 0\r\n"));
  check_final(58, "503 APIG.0613", "unknown", error_answer(503, "APIG.0613"));
  check_final(58, "503 APIG.0201, codes trusted", "unknown", error_answer(503, "APIG.0201"), trusting);
  check_tried_again(58, "503 APIG.0613, codes trusted", error_answer(503, "APIG.0613"), "rejected", trusting);
}

TEST_CASE("row 59: 504: unknown, whatever code it comes with and however that is trusted; 1 request each") {
  const hwc::call_options trusting{.timeout = 5s, .trust_gateway_codes = true};
  const hwc::call_options allowing{.timeout = 5s, .allow_duplicates = true};
  for (const auto* code : {"APIG.0201", "APIG.0203", "APIG.0610"}) {
    check_final(59, "504 "s + code + ", duplicates allowed", "unknown", error_answer(504, code), allowing);
    check_final(59, "504 "s + code, "unknown", error_answer(504, code));
    check_final(59, "504 "s + code + ", codes trusted", "unknown", error_answer(504, code), trusting);
  }
}
