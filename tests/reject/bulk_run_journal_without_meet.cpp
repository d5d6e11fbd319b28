// SPDX-License-Identifier: BSL-1.0
// refused: hwc: Journal needs `hwc::bulk::past meet(std::string_view key)`
#include <hwc/bulk/run.hpp>

#include <hwc/client.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <string_view>

struct good_transport {
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
};
struct good_signer {
  void sign(hwc::http_request&, hwc::wall_time) const {}
};
struct journal {
  void begin_run() {}
#if HWC_REJECT
  bool meet(std::string_view) { return {}; }
#else
  hwc::bulk::past meet(std::string_view) { return {}; }
#endif
  hwc::result<void> begin(std::string_view) { return {}; }
  hwc::result<void> end(std::string_view, hwc::bulk::outcome) { return {}; }
};

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, good_transport{}, good_signer{},
                     hwc::return_result{}};
  const hwc::workspace::resend_email all[] = {{.user_id = "user"}};
  journal notes;
  static_cast<void>(hwc::bulk::run(client, all, &hwc::workspace::resend_email::user_id, notes, [](const auto&) {}));
}
