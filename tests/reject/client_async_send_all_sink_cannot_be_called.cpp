// SPDX-License-Identifier: BSL-1.0
// refused: hwc: send_all needs a sink that takes `(const Op&, hwc::result<Op::response>)`
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
#if HWC_REJECT
struct sink {
  void operator()(const hwc::workspace::resend_email&) const {}
};
#else
struct sink {
  void operator()(const hwc::workspace::resend_email&, const hwc::result<hwc::no_content>&) const {}
};
#endif

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, good_transport{}, good_signer{},
                     hwc::return_result{}};
  const hwc::workspace::resend_email all[] = {{.user_id = "user"}};
  client.async_send_all(all, sink{}, [](const auto&, const auto&) {});
}
