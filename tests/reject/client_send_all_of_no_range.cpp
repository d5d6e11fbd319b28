// SPDX-License-Identifier: BSL-1.0
// refused: hwc: send_all needs a range of operations
#include <hwc/client.hpp>
#include <hwc/workspace/resend_email.hpp>

struct good_transport {
  static constexpr bool thread_safe = true;
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
};
struct good_signer {
  void sign(hwc::http_request&, hwc::wall_time) const {}
};

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, good_transport{}, good_signer{},
                     hwc::return_result{}};
  const hwc::workspace::resend_email one{.user_id = "user"};
  const hwc::workspace::resend_email all[] = {one};
#if HWC_REJECT
  client.send_all(one, [](const auto&, const auto&) {});
#else
  client.send_all(all, [](const auto&, const auto&) {});
#endif
}
