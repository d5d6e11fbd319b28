// SPDX-License-Identifier: BSL-1.0
// refused: hwc: this Transport is not asynchronous; call `send` or `send_all` instead
#include <hwc/client.hpp>
#include <hwc/workspace/resend_email.hpp>

struct blocking_transport {
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
};
struct deferring_transport {
  static constexpr bool asynchronous = true;
  template <class Job, class Token>
  void async_call(Job, Token&&) {}
};
struct good_signer {
  void sign(hwc::http_request&, hwc::wall_time) const {}
};
#if HWC_REJECT
using chosen = blocking_transport;
#else
using chosen = deferring_transport;
#endif

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, chosen{}, good_signer{},
                     hwc::return_result{}};
  const hwc::workspace::resend_email all[] = {{.user_id = "user"}};
  client.async_send_all(
      all, [](const auto&, const auto&) {}, [](const auto&, const auto&) {});
}
