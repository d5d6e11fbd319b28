// SPDX-License-Identifier: BSL-1.0
// refused: hwc: send_all needs a range of operations
#include <hwc/client.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <string>

struct good_transport {
  static constexpr bool thread_safe = true;
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
};
struct good_signer {
  void sign(hwc::http_request&, hwc::wall_time) const {}
};
#if HWC_REJECT
using element = std::string;
#else
using element = hwc::workspace::resend_email;
#endif

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, good_transport{}, good_signer{},
                     hwc::return_result{}};
  const element all[] = {{}};
  client.send_all(all, [](const auto&, const auto&) {});
}
