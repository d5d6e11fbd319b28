// SPDX-License-Identifier: BSL-1.0
// refused: hwc: Journal needs `hwc::result<void> begin(std::string_view key)`
#include <hwc/bulk/async_run.hpp>

#include <hwc/client.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <string_view>

struct good_transport {
  static constexpr bool asynchronous = true;
  template <class Job, class Token>
  void async_call(Job, Token&&) {}
};
struct good_signer {
  void sign(hwc::http_request&, hwc::wall_time) const {}
};
struct journal {
  void begin_run() {}
  hwc::bulk::past meet(std::string_view) { return {}; }
#if HWC_REJECT
  void begin(std::string_view) {}
#else
  hwc::result<void> begin(std::string_view) { return {}; }
#endif
  hwc::result<void> end(std::string_view, hwc::bulk::outcome) { return {}; }
};

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, good_transport{}, good_signer{},
                     hwc::return_result{}};
  const hwc::workspace::resend_email all[] = {{.user_id = "user"}};
  journal notes;
  hwc::bulk::async_run(
      client, all, &hwc::workspace::resend_email::user_id, notes, [](const auto&) {}, {},
      [](const auto&, const auto&) {});
}
