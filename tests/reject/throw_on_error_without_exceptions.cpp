// SPDX-License-Identifier: BSL-1.0
// refused: hwc: throw_on_error needs exceptions
// flags: -fno-exceptions -fno-rtti
#include <hwc/client.hpp>
#include <hwc/workspace/resend_email.hpp>

struct good_transport {
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
};
struct good_signer {
  void sign(hwc::http_request&, hwc::wall_time) const {}
};

int main() {
#if HWC_REJECT
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, good_transport{}, good_signer{}};
#else
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, good_transport{}, good_signer{},
                     hwc::return_result{}};
#endif
  auto sent = client.send(hwc::workspace::resend_email{.user_id = "user"});
  static_cast<void>(sent);
}
