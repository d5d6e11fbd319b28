// SPDX-License-Identifier: BSL-1.0
// refused: hwc: send_all needs a range of operations
#include <hwc/client.hpp>
#include <hwc/workspace/resend_email.hpp>

struct good_transport {
  static constexpr bool asynchronous = true;
  template <class Job, class Token>
  void async_call(Job, Token&&) {}
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
  client.async_send_all(
      one, [](const auto&, const auto&) {}, [](const auto&, const auto&) {});
#else
  client.async_send_all(
      all, [](const auto&, const auto&) {}, [](const auto&, const auto&) {});
#endif
}
