// SPDX-License-Identifier: BSL-1.0
// refused: hwc: this client's Transport is asynchronous and cannot block; call `bulk::async_run` instead
#include <hwc/bulk/run.hpp>

#include <hwc/bulk/memory_journal.hpp>
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
  const hwc::workspace::resend_email all[] = {{.user_id = "user"}};
  hwc::bulk::memory_journal notes;
  static_cast<void>(hwc::bulk::run(client, all, &hwc::workspace::resend_email::user_id, notes, [](const auto&) {}));
}
