// SPDX-License-Identifier: BSL-1.0
// refused: hwc: Signer's `sign` must return `hwc::result<void>` or void
#include <hwc/client.hpp>
#include <hwc/workspace/resend_email.hpp>

struct good_transport {
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
};
struct good_signer {
  void sign(hwc::http_request&, hwc::wall_time) const {}
};

struct near_miss {
#if HWC_REJECT
  bool sign(hwc::http_request&, hwc::wall_time) const { return true; }
#else
  hwc::result<void> sign(hwc::http_request&, hwc::wall_time) const { return {}; }
#endif
};

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, good_transport{}, near_miss{},
                     hwc::return_result{}};
  auto sent = client.send(hwc::workspace::resend_email{.user_id = "user"});
  static_cast<void>(sent);
}
