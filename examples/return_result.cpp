// SPDX-License-Identifier: BSL-1.0
// An error policy without exceptions: a call gives a result, which tells whether the email can have gone out.

#include <hwc/fake/transport.hpp>
#include <hwc/hwc.hpp>

#include <iostream>

int main() {
  hwc::fake::transport transport;
  transport.expect({.failure = hwc::fake::connection_refused()});  // proved not sent: the call tries again by itself
  transport.expect({.failure = hwc::fake::connection_lost()});     // may have been sent: the call does not

  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, transport, hwc::token_signer{"token"},
                     hwc::return_result{}};
  const auto sent = client.send(hwc::workspace::resend_email{.user_id = "ada"});
  if (!sent) {
    switch (sent.error().sent) {
      case hwc::delivery::not_sent:
        std::cout << "not sent, safe to try again: ";
        break;
      case hwc::delivery::answered:
        std::cout << "refused: ";
        break;
      case hwc::delivery::unknown:
        std::cout << "may have been sent, look before trying again: ";
        break;
    }
    std::cout << sent.error() << '\n';
  }
  const auto violations = transport.violations();
  std::cout << violations;
  return violations.empty() && !sent ? 0 : 1;
}
