// SPDX-License-Identifier: BSL-1.0
// refused: hwc: Signer's `project_id` must be `std::string project_id() const`
#include <hwc/client.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <string>

struct good_transport {
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
};

struct near_miss {
  void sign(hwc::http_request&, hwc::wall_time) const {}
#if HWC_REJECT
  std::string project_id() { return "project"; }
#else
  std::string project_id() const { return "project"; }
#endif
};

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, good_transport{}, near_miss{},
                     hwc::return_result{}};
  return client.send(hwc::workspace::resend_email{.user_id = "user"}) ? 0 : 1;
}
