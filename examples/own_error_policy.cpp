// SPDX-License-Identifier: BSL-1.0
// An error policy of one's own: each call gives a std::error_code, as much of an existing code base does.

#include <hwc/fake/transport.hpp>
#include <hwc/hwc.hpp>

#include <iostream>
#include <system_error>

struct as_error_code {
  // Called once per call with what it found; it may give any type.
  template <class T>
  std::error_code complete(hwc::result<T> outcome) const {
    if (outcome) return {};
    if (outcome.error().cause) return outcome.error().cause;
    switch (outcome.error().kind) {
      case hwc::error_kind::timeout:
        return std::make_error_code(std::errc::timed_out);
      case hwc::error_kind::cancelled:
        return std::make_error_code(std::errc::operation_canceled);
      case hwc::error_kind::unauthorized:
      case hwc::error_kind::forbidden:
        return std::make_error_code(std::errc::permission_denied);
      case hwc::error_kind::invalid_argument:
        return std::make_error_code(std::errc::invalid_argument);
      default:
        return std::make_error_code(std::errc::io_error);
    }
  }
};
static_assert(hwc::error_policy<as_error_code>);

int main() {
  hwc::fake::transport transport;
  transport.expect({.response = {.status = 204}});
  transport.expect({.response = {.status = 403}});
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, transport, hwc::token_signer{"token"},
                     as_error_code{}};
  const std::error_code first = client.send(hwc::workspace::resend_email{.user_id = "ada"});
  const std::error_code second = client.send(hwc::workspace::resend_email{.user_id = "bob"});
  std::cout << first.message() << '\n' << second.message() << '\n';
  return !first && second == std::errc::permission_denied ? 0 : 1;
}
