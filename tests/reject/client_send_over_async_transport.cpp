// SPDX-License-Identifier: BSL-1.0
// refused: hwc: this Transport is asynchronous and cannot block; call `async_send` or `async_send_all` instead
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
using chosen = deferring_transport;
#else
using chosen = blocking_transport;
#endif

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, chosen{}, good_signer{},
                     hwc::return_result{}};
  auto sent = client.send(hwc::workspace::resend_email{.user_id = "user"});
  static_cast<void>(sent);
}
