// SPDX-License-Identifier: BSL-1.0
// refused: hwc: observed needs an observer that takes `(const hwc::observed_exchange&)`
#include <hwc/client.hpp>
#include <hwc/transports/observed.hpp>
#include <hwc/workspace/resend_email.hpp>

struct good_transport {
  static constexpr bool thread_safe = true;
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
};
struct good_signer {
  void sign(hwc::http_request&, hwc::wall_time) const {}
};

struct near_miss {
#if HWC_REJECT
  void operator()(const hwc::http_request&) const {}
#else
  void operator()(const hwc::observed_exchange&) const {}
#endif
};

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"},
                     hwc::observed{good_transport{}, near_miss{}}, good_signer{}, hwc::return_result{}};
  auto sent = client.send(hwc::workspace::resend_email{.user_id = "user"});
  static_cast<void>(sent);
}
