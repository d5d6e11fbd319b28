// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_DETAIL_TLS_CASES_HPP
#define HWC_TESTING_DETAIL_TLS_CASES_HPP

#include <hwc/testing/detail/trial.hpp>
#include <hwc/testing/scripted_server.hpp>
#include <hwc/transport.hpp>

#include <stop_token>
#include <string>
#include <utility>

// Whom a transport trusts. Each case leaves the server with its good certificate.
namespace hwc::inline v0_1::testing::detail {

inline void certificates(trial& t) {
  const std::pair<certificate, std::string> refused[] = {
      {certificate::unknown_authority, "signed by an unknown authority"},
      {certificate::wrong_name, "a certificate for another host"},
      {certificate::expired, "an expired certificate"},
      {certificate::not_yet_valid, "a certificate that is not valid yet"},
      {certificate::old_protocol, "TLS 1.1"},
  };
  for (const auto& [shown, what] : refused) {
    if (!t.server.present(shown)) continue;
    t.play({});
    t.in(what);
    const auto o = t.send();
    t.expect_failed(o, error_kind::tls, delivery::not_sent);
    t.expect_retryable(o, false);
    t.expect_requests(0);
  }
  t.in("");
  t.server.present(certificate::trusted);
  t.play({});
  t.expect_answered(t.send());
  t.expect_requests(1);
}

inline void handshake_fails(trial& t) {
  t.server.present(certificate::none);
  for (const auto how : {then::close, then::reset}) {
    t.play({{{.afterwards = how, .read = 1}}});
    const auto o = t.send();
    t.expect_failed(o, error_kind::tls, delivery::not_sent);
    t.expect_retryable(o, true);
    t.expect_requests(0);
  }
  t.play({{{.answer = std::string{ok_answer}, .afterwards = then::close, .read = 1}}});
  t.in("the server answers in plain HTTP");
  const auto o = t.send();
  t.expect_failed(o, error_kind::tls, delivery::not_sent);
  t.expect_retryable(o, false);
  t.server.present(certificate::trusted);
}

inline void handshake_stalls(trial& t) {
  t.server.present(certificate::none);
  t.play({{{.afterwards = then::stall, .read = 1}}});
  const auto o = t.send(t.request(), t.within(milliseconds{100}));
  t.expect_failed(o, error_kind::timeout, delivery::not_sent);
  t.expect_retryable(o, true);
  std::stop_source stop;
  t.play({{{.afterwards = then::stall, .read = 1, .meanwhile = [&] { stop.request_stop(); }}}});
  t.expect_failed(t.send(t.request(), t.with(stop.get_token())), error_kind::cancelled, delivery::not_sent);
  t.expect_requests(0);
  t.server.present(certificate::trusted);
}

inline constexpr test_case tls_cases[] = {
    {"certificates that are not to be trusted: tls, not_sent; 0 requests, and 1 with a good one", need::certificates,
     certificates},
    {"the TLS handshake is cut, or is none: tls, not_sent; 0 requests", need::certificates, handshake_fails},
    {"the TLS handshake stalls: timeout or cancelled, not_sent; 0 requests", need::certificates, handshake_stalls},
};

}  // namespace hwc::testing::detail

#endif  // HWC_TESTING_DETAIL_TLS_CASES_HPP
