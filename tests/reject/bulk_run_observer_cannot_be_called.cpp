// SPDX-License-Identifier: BSL-1.0
// refused: hwc: a run needs an observer that takes `const hwc::bulk::event<Op>&`
#include <hwc/bulk/run.hpp>

#include <hwc/bulk/memory_journal.hpp>
#include <hwc/client.hpp>
#include <hwc/workspace/resend_email.hpp>

struct good_transport {
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
};
struct good_signer {
  void sign(hwc::http_request&, hwc::wall_time) const {}
};
#if HWC_REJECT
struct observer {
  void operator()(const hwc::workspace::resend_email&) const {}
};
#else
struct observer {
  void operator()(const hwc::bulk::event<hwc::workspace::resend_email>&) const {}
};
#endif

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, good_transport{}, good_signer{},
                     hwc::return_result{}};
  const hwc::workspace::resend_email all[] = {{.user_id = "user"}};
  hwc::bulk::memory_journal notes;
  static_cast<void>(hwc::bulk::run(client, all, &hwc::workspace::resend_email::user_id, notes, observer{}));
}
