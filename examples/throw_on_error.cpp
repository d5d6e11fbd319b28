// SPDX-License-Identifier: BSL-1.0
// The default error policy: a call gives its value, and an error is an exception.

#include <hwc/fake/transport.hpp>
#include <hwc/hwc.hpp>

#include <iostream>

int main() {
  hwc::fake::transport transport;
  transport.expect({.response = {.status = 204}});
  transport.expect({.response = hwc::http_response{.status = 403}});

  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, transport, hwc::token_signer{"token"}};
  try {
    client.send(hwc::workspace::resend_email{.user_id = "ada"});
    std::cout << "the first was sent\n";
    client.send(hwc::workspace::resend_email{.user_id = "bob"});
  } catch (const hwc::exception& failure) {
    std::cout << failure.what() << '\n' << hwc::advice(failure.error()) << '\n';
  }
  const auto violations = transport.violations();
  std::cout << violations;
  return violations.empty() ? 0 : 1;
}
