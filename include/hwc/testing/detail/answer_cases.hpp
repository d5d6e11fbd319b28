// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_DETAIL_ANSWER_CASES_HPP
#define HWC_TESTING_DETAIL_ANSWER_CASES_HPP

#include <hwc/http.hpp>
#include <hwc/testing/detail/trial.hpp>
#include <hwc/testing/scripted_server.hpp>
#include <hwc/transport.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

// What is an answer, what is none, and how much of it is kept.
namespace hwc::inline v0_1::testing::detail {

inline void every_status_comes_through(trial& t) {
  for (const int status : {200, 201, 299, 300, 400, 401, 403, 404, 405, 407, 418, 421, 425, 429, 500, 503, 600, 999}) {
    t.play({{{.answer = to_wire({.status = status, .headers = {{"X-Request-Id", "7f"}}, .body = "body"})}}});
    const auto o = t.send();
    t.expect_answered(o, status);
    t.expect(o.response.headers.find("x-request-id") == "7f", "the answer's header did not come through");
    t.expect(o.response.body == "body" && !o.response.truncated, "the answer's body did not come through");
    t.expect_requests(1);
  }
}

inline void response_is_cleared(trial& t) {
  t.play({{{.answer = to_wire({.status = 202})}}});
  http_response reused{.status = 500, .headers = {{"X-Old", "1"}}, .body = "old", .truncated = true};
  const auto o = t.send(t.request(), t.within(seconds{5}), std::move(reused));
  t.expect_answered(o, 202);
  t.expect(!o.response.headers.contains("X-Old") && o.response.body.empty() && !o.response.truncated,
           "the response still holds what it held before");
  t.expect_requests(1);
}

inline void redirects_are_not_followed(trial& t) {
  for (const int status : {301, 302, 303, 307, 308}) {
    t.play({{{.answer = to_wire({.status = status, .headers = {{"Location", "/elsewhere"}}})}}});
    t.expect_answered(t.send(), status);
    t.expect_requests(1);
  }
}

inline void limit_is_kept(trial& t) {
  for (const std::size_t limit : {std::size_t{0}, std::size_t{1000}, std::size_t{200'000}}) {
    for (const std::size_t over : {std::size_t{0}, std::size_t{1}, std::size_t{1'000'000}}) {
      t.play({{{.answer = to_wire({.status = 200, .body = std::string(limit + over, 'b')})}}});
      auto options = t.within(seconds{5});
      options.response_limit = limit;
      const auto o = t.send(t.request(), options);
      t.in("a body of " + std::to_string(limit + over) + " bytes, response_limit " + std::to_string(limit));
      t.expect_answered(o);
      t.expect(o.response.body.size() == limit, std::to_string(o.response.body.size()) + " bytes of it were kept");
      t.expect(o.response.truncated == (over != 0), "`truncated` is wrong");
      const auto next = t.send();
      t.expect_answered(next);
      t.expect(next.response.body == "ok", "the exchange after it did not get its own answer");
      t.expect_requests(2);
    }
  }
}

inline void interim_answers_are_passed_over(trial& t) {
  t.play({{{.answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                      "HTTP/1.1 201 Created\r\nX-Final: 1\r\nContent-Length: 2\r\n\r\nok"}}});
  const auto o = t.send();
  t.expect_answered(o, 201);
  t.expect(o.response.body == "ok", "the body is not that of the final answer");
  t.expect(!o.response.headers.contains("Link"), "a header of an interim answer stands in the response");
  t.expect_requests(1);
}

inline void interim_answer_alone_is_none(trial& t) {
  t.play({{{.answer = "HTTP/1.1 100 Continue\r\n\r\n", .afterwards = then::close}}});
  const auto o = t.send();
  t.expect_unknown(o);
  if (!o.answered()) t.expect(o.result.error().status == 0, "an interim status is no hint");
  t.expect_requests(1);
}

inline void what_is_no_http(trial& t) {
  for (const std::string_view answer : {
           "garbage\r\n\r\n",
           "SSH-2.0-OpenSSH_9.2\r\n",
           "HTTP/1.1 abc OK\r\n\r\n",
           "HTTP/1.1 20 OK\r\n\r\n",
           "HTTP/1.1 2000 OK\r\n\r\n",
           "HTTP/1.1 000 None\r\n\r\n",
           "HTTP/1.1 099 Low\r\nContent-Length: 0\r\n\r\n",
           "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
           "HTTP/7.0 200 OK\r\nContent-Length: 0\r\n\r\n",
           "<html>HTTP/0.9</html>",
           "\r\n\r\n",
           "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
       }) {
    t.play({{{.answer = std::string{answer}, .afterwards = then::close}}});
    const auto o = t.send();
    t.in("\"" + std::string{answer.substr(0, answer.find('\r'))} + "\"");
    t.expect_failed(o, error_kind::malformed_response, delivery::unknown);
    t.expect_requests(1);
  }
}

inline void contradicting_lengths(trial& t) {
  for (const std::string_view fields : {
           "Content-Length: 2\r\nContent-Length: 3\r\n",
           "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
           "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
           "Content-Length: -1\r\n",
           "Content-Length: 99999999999999999999999\r\n",
       }) {
    t.play({{{.answer = "HTTP/1.1 200 OK\r\n" + std::string{fields} + "\r\n2\r\nok\r\n0\r\n\r\n"}}});
    const auto o = t.send(t.request(), t.within(milliseconds{200}));
    t.in(std::string{fields.substr(0, fields.find('\r'))} + " …");
    t.expect_failed(o, error_kind::malformed_response, delivery::unknown);
    t.expect_requests(1);
  }
}

inline void endless_head(trial& t) {
  std::string interims;
  for (int i = 0; i != 100'000; ++i) interims += "HTTP/1.1 102 Processing\r\n\r\n";
  const std::string line(4'000'000, 'x');
  for (const auto& answer :
       {"HTTP/1.1 200 OK\r\nX-Big: " + line, "HTTP/1.1 200 OK\r\nX-Big: " + line + "\r\n\r\n", interims}) {
    t.play({{{.answer = answer}}});
    const auto o = t.send();
    t.expect_failed(o, error_kind::malformed_response, delivery::unknown);
    t.expect_requests(1);
  }
}

// At each byte, so that no border is forgotten.
inline void answer_ends_anywhere(trial& t) {
  const std::string head = "HTTP/1.1 202 Accepted\r\nX-Request-Id: 7f\r\nContent-Length: 5\r\n\r\n";
  const std::string answer = head + "hello";
  for (std::size_t cut = 0; cut <= answer.size(); ++cut) {
    t.play({{{.answer = answer.substr(0, cut), .afterwards = then::close}}});
    const auto o = t.send();
    t.in("the answer ends after " + std::to_string(cut) + " of " + std::to_string(head.size()) + " + 5 bytes");
    if (cut < head.size()) {
      t.expect_unknown(o);
    } else {
      t.expect_answered(o, 202);
      t.expect(o.response.body == answer.substr(head.size(), cut - head.size()), "the body is not what came of it");
      t.expect(o.response.truncated == (cut != answer.size()), "`truncated` is wrong");
    }
    t.expect_requests(1);
  }
}

inline void chunked_answers(trial& t) {
  t.play({{{.answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-T: v\r\n"
                      "\r\n"}}});
  const auto o = t.send();
  t.expect_answered(o);
  t.expect(o.response.body == "abcde" && !o.response.truncated, "the body is \"" + o.response.body + "\"");
  t.expect(!o.response.headers.contains("X-T"), "a trailer stands among the headers");
  t.expect_answered(t.send());
  t.expect_requests(2);
}

inline void body_breaks_off(trial& t) {
  struct {
    std::string_view answer;
    then afterwards;
  } const broken[] = {
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", then::close},
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", then::stall},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", then::close},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n", then::keep},
  };
  for (const auto& each : broken) {
    t.play({{{.answer = std::string{each.answer}, .afterwards = each.afterwards}}});
    const auto o = t.send(t.request(), t.within(milliseconds{200}));
    t.expect_answered(o);
    t.expect(o.response.body == "abc" && o.response.truncated, "what came of the body was not kept as `truncated`");
    t.expect_answered(t.send());
    t.expect_requests(2);
  }
}

inline void body_ends_with_connection(trial& t) {
  t.play({{{.answer = "HTTP/1.1 200 OK\r\n\r\nabc", .afterwards = then::close}}});
  const auto o = t.send();
  t.expect_answered(o);
  t.expect(o.response.body == "abc" && !o.response.truncated, "a body without length is complete when it ends");
  t.expect_requests(1);
}

inline void no_content(trial& t) {
  t.play({{{.answer = "HTTP/1.1 204 No Content\r\n\r\n"}}});
  const auto o = t.send();
  t.expect_answered(o, 204);
  t.expect(o.response.body.empty() && !o.response.truncated, "204 has no body");
  t.expect_answered(t.send());
  t.expect_requests(2);
}

inline constexpr test_case answer_cases[] = {
    {"every status comes through, with headers and body; 1 request each", need::nothing, every_status_comes_through},
    {"a response that is used again is cleared; 1 request", need::nothing, response_is_cleared},
    {"redirects are answers and not followed; 1 request each", need::nothing, redirects_are_not_followed},
    {"a body over response_limit is cut there, and not in the way of the next; 2 requests each", need::nothing,
     limit_is_kept},
    {"interim answers are passed over; 1 request", need::wire, interim_answers_are_passed_over},
    {"an interim answer alone: unknown; 1 request", need::wire, interim_answer_alone_is_none},
    {"what is no HTTP: malformed_response, unknown; 1 request each", need::wire, what_is_no_http},
    {"contradicting lengths: malformed_response, unknown; 1 request each", need::wire, contradicting_lengths},
    {"a head without end, or endless interim answers: malformed_response, unknown; 1 request each", need::wire,
     endless_head},
    {"the answer ends after each of its bytes: unknown in the head, success after it; 1 request each", need::wire,
     answer_ends_anywhere},
    {"chunked answers; 2 requests", need::wire, chunked_answers},
    {"the body breaks off or stalls: success, truncated, and not in the way of the next; 2 requests each", need::wire,
     body_breaks_off},
    {"a body that ends with the connection is complete; 1 request", need::wire, body_ends_with_connection},
    {"204 has no body; 2 requests", need::wire, no_content},
};

}  // namespace hwc::testing::detail

#endif  // HWC_TESTING_DETAIL_ANSWER_CASES_HPP
