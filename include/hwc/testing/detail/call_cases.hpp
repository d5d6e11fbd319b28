// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_DETAIL_CALL_CASES_HPP
#define HWC_TESTING_DETAIL_CALL_CASES_HPP

#include <hwc/client.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/http.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/testing/detail/trial.hpp>
#include <hwc/testing/scripted_server.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <optional>
#include <string>
#include <utility>

// What a client makes of the transport: the same email, once.
namespace hwc::inline v0_1::testing::detail {

inline auto client_on(trial& t) {
  const auto origin = t.server.origin();
  std::string url = origin.tls ? "https://" : "http://";
  append_authority(url, origin);
  return client{endpoint{url, "p"}, std::move(t.transport()), token_signer{"token"}, return_result{}};
}

// As often as the transport and the client see fit, within the call's own timeout of 5 s.
template <class Client>
auto call(trial& t, Client& c, workspace::resend_email what, call_info* info = nullptr) {
  using result = decltype(c.send(what, {}));
  std::optional<result> made;
  t.watched("`send`", seconds{5}, [&] { made.emplace(c.send(what, {.timeout = seconds{5}, .info = info})); });
  return *std::move(made);
}

inline void resend_email(trial& t) {
  t.play({});
  auto c = client_on(t);
  const auto sent = call(t, c, {.user_id = "u", .template_id = "t"});
  t.expect(sent.has_value(), "the call failed");
  t.expect_requests(1);
  const auto got = t.server.request(0);
  t.expect(got.starts_with("POST /v2/p/users/u/resend-email HTTP/1.1\r\n"), "the request line is another one");
  t.expect(got.ends_with("\r\n\r\n{\"template_id\":\"t\"}"), "the body is another one");
}

inline void repeated_when_refused(trial& t) {
  t.play({{{.answer = to_wire({.status = 429, .headers = {{"Retry-After", "0"}}})}}});
  auto c = client_on(t);
  call_info info;
  t.expect(call(t, c, {.user_id = "u"}, &info).has_value(), "the call failed");
  t.expect(info.attempts == 2, "it took another number of attempts than 2");
  t.expect_requests(2);
}

inline void not_repeated_when_unknown(trial& t) {
  for (const int status : {500, 502, 503, 504, 0}) {
    if (status == 0)
      t.play({{{.afterwards = then::close}}});
    else
      t.play({{{.answer = to_wire({.status = status})}}});
    auto c = client_on(t);
    const auto sent = call(t, c, {.user_id = "u"});
    t.in(status == 0 ? "the connection was lost" : std::to_string(status));
    t.expect(!sent && sent.error().sent == delivery::unknown, "the outcome is not unknown");
    t.expect_requests(1);
  }
}

inline constexpr test_case call_cases[] = {
    {"a client resends an email; 1 request", need::nothing, resend_email},
    {"a client repeats what was refused with 429; 2 requests", need::nothing, repeated_when_refused},
    {"a client does not repeat what may have been done; 1 request each", need::nothing, not_repeated_when_unknown},
};

}  // namespace hwc::testing::detail

#endif  // HWC_TESTING_DETAIL_CALL_CASES_HPP
