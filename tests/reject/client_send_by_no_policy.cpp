// SPDX-License-Identifier: BSL-1.0
// refused: hwc: ErrorPolicy needs `template <class T> R complete(hwc::result<T>) const`
#include <hwc/client.hpp>
#include <hwc/workspace/resend_email.hpp>

struct good_transport {
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
};
struct good_signer {
  void sign(hwc::http_request&, hwc::wall_time) const {}
};

struct near_miss {
#if !HWC_REJECT
  template <class T>
  bool complete(hwc::result<T> outcome) const {
    return outcome.has_value();
  }
#endif
};

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, good_transport{}, good_signer{},
                     hwc::return_result{}};
  static_cast<void>(client.send_by(near_miss{}, hwc::workspace::resend_email{.user_id = "user"}));
}
