// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_DETAIL_DELIVERY_CASES_HPP
#define HWC_TESTING_DETAIL_DELIVERY_CASES_HPP

#include <hwc/http.hpp>
#include <hwc/testing/detail/trial.hpp>
#include <hwc/testing/scripted_server.hpp>
#include <hwc/transport.hpp>

#include <cstddef>
#include <string>

// At most once, and the truth about it.
namespace hwc::inline v0_1::testing::detail {

inline void connection_is_refused(trial& t) {
  t.play({});
  t.server.refuse();
  const auto o = t.send();
  t.expect_failed(o, error_kind::connection, delivery::not_sent);
  t.expect_retryable(o, true);
  t.expect_requests(0);
}

inline void host_is_unknown(trial& t) {
  t.play({});
  auto request = t.request();
  request.origin.host = "nonexistent.invalid";
  const auto o = t.send(request);
  t.expect_failed(o, error_kind::connection, delivery::not_sent);
  t.expect_retryable(o, false);
  if (!o.answered()) {
    t.expect(o.result.error().message.find("nonexistent.invalid") != std::string::npos, "the message names no host");
  }
  t.expect_requests(0);
}

// The case for which the library exists: whoever repeats the request here sends a second email.
inline void new_connection_breaks(trial& t) {
  for (const auto how : {then::close, then::reset}) {
    for (const auto& [method, body] : every_kind_of_request) {
      t.play({{{.afterwards = how}}});
      t.in(std::string{to_string(method)} + (body.empty() ? " without body" : " with body"));
      t.expect_unknown(t.send(t.request(method, std::string{body})));
      t.expect_requests(1);
    }
  }
}

inline void kept_connection_breaks(trial& t) {
  for (const auto how : {then::close, then::reset}) {
    for (const auto& [method, body] : every_kind_of_request) {
      t.play({{{.answer = std::string{ok_answer}}, {.afterwards = how}}});
      t.in(std::string{to_string(method)} + (body.empty() ? " without body" : " with body"));
      const auto request = t.request(method, std::string{body});
      t.expect_answered(t.send(request));
      const auto o = t.send(request);
      // A transport may as well take a new connection for each exchange, and then nothing breaks.
      if (!o.answered() || t.server.connections() == 1) t.expect_unknown(o);
      t.expect_requests(2);
    }
  }
}

inline void kept_connection_was_closed(trial& t) {
  for (const auto how : {then::close, then::reset}) {
    t.play({{{.answer = std::string{ok_answer}, .afterwards = how}}});
    const auto first = t.send();
    if (how == then::close) t.expect_answered(first);  // a reset may overtake the answer
    t.expect(t.server.await_ends(1), "the connection did not end");
    t.expect_answered(t.send());
    t.expect_requests(2);
  }
}

inline void reset_before_the_last_byte(trial& t) {
  for (const std::size_t read : {std::size_t{1}, std::size_t{100'000}}) {
    t.play({{{.afterwards = then::reset, .read = read}}});
    // More than the buffers on the way take.
    t.expect_failed(t.send(t.request(http_method::post, std::string(40'000'000, 'x'))), error_kind::connection,
                    delivery::not_sent);
    t.expect_requests(0);
  }
}

inline void server_stops_reading(trial& t) {
  t.play({{{.afterwards = then::stall, .read = 1}}});
  const auto o = t.send(t.request(http_method::post, std::string(40'000'000, 'x')), t.within(milliseconds{150}));
  t.expect_failed(o, error_kind::timeout, delivery::not_sent);
  t.expect_requests(0);
}

inline void late_answer(trial& t) {
  for (int round = 0; round != 3; ++round) {
    t.play({{{.answer = to_wire({.status = 200, .body = "late"}), .late = true}}});
    const auto first = t.send(t.request(), t.within(milliseconds{50}));
    t.expect_failed(first, error_kind::timeout, delivery::unknown);
    const auto second = t.send();
    t.expect_answered(second);
    t.expect(second.response.body == "ok", "the answer to the first request was taken for that to the second");
    t.expect_requests(2);
  }
}

inline void unsolicited_answer(trial& t) {
  for (const auto& extra : {to_wire({.status = 200, .body = "late"}), std::string{"garbage"}}) {
    t.play({{{.answer = std::string{ok_answer} + extra}}});
    t.expect_answered(t.send());
    const auto second = t.send();
    t.expect_answered(second);
    t.expect(second.response.body == "ok", "bytes that nobody asked for were taken for the answer");
    t.expect_requests(2);
  }
}

inline void fresh_connection(trial& t) {
  t.play({});
  t.expect_answered(t.send());
  const auto before = t.server.connections();
  auto options = t.within(seconds{5});
  options.fresh_connection = true;
  t.expect_answered(t.send(t.request(), options));
  t.expect(t.server.connections() == before + 1,
           "it took " + std::to_string(t.server.connections() - before) + " new connections instead of 1");
  t.expect_requests(2);
}

inline void another_origin(trial& t) {
  t.other = t.server.another();
  if (!t.other) return t.expect(false, "the server made no second one");
  t.play({}, {.answer = to_wire({.status = 200, .body = "one"})});
  t.other->play({}, {.answer = to_wire({.status = 200, .body = "other"})});
  auto elsewhere = t.request();
  elsewhere.origin = t.other->origin();
  for (std::size_t round = 1; round != 3; ++round) {
    const auto first = t.send();
    t.expect_answered(first);
    t.expect(first.response.body == "one", "the first server's answer did not come through");
    const auto second = t.send(elsewhere);
    t.expect_answered(second);
    t.expect(second.response.body == "other", "the second server's answer did not come through");
    t.expect_requests(round);
    t.expect(t.other->requests() == round, "the second server received " + std::to_string(t.other->requests()) +
                                               " complete requests instead of " + std::to_string(round));
  }
}

inline constexpr test_case delivery_cases[] = {
    {"connection refused: not_sent, retryable; 0 requests", need::nothing, connection_is_refused},
    {"unknown host: not_sent, and named; 0 requests", need::wire, host_is_unknown},
    {"a new connection breaks after the request was read: unknown; 1 request each", need::nothing,
     new_connection_breaks},
    {"a kept connection breaks after the request was read: unknown; 2 requests each", need::wire,
     kept_connection_breaks},
    {"a kept connection was closed or reset before the next request: answered; 2 requests each", need::wire,
     kept_connection_was_closed},
    {"reset before the last byte of a large body: not_sent; 0 requests", need::wire, reset_before_the_last_byte},
    {"the server stops reading a large body: timeout, not_sent; 0 requests", need::wire, server_stops_reading},
    {"a late answer reaches no other call; 2 requests", need::nothing, late_answer},
    {"an answer that nobody asked for reaches no call; 2 requests", need::wire, unsolicited_answer},
    {"fresh_connection: over a new one, although there is another; 2 requests", need::wire, fresh_connection},
    {"a kept connection is used for its own origin only; 2 requests to each of two servers", need::another_server,
     another_origin},
};

}  // namespace hwc::testing::detail

#endif  // HWC_TESTING_DETAIL_DELIVERY_CASES_HPP
