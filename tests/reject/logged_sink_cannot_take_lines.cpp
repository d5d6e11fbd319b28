// SPDX-License-Identifier: BSL-1.0
// refused: hwc: logged needs a sink that takes `(std::string_view line)`
#include <hwc/client.hpp>
#include <hwc/transports/logged.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <string>
#include <string_view>

struct good_transport {
  static constexpr bool thread_safe = true;
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
};
struct good_signer {
  void sign(hwc::http_request&, hwc::wall_time) const {}
};

struct near_miss {
#if HWC_REJECT
  void operator()(std::string&) const {}
#else
  void operator()(std::string_view) const {}
#endif
};

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, hwc::logged{good_transport{}, near_miss{}},
                     good_signer{}, hwc::return_result{}};
  auto sent = client.send(hwc::workspace::resend_email{.user_id = "user"});
  static_cast<void>(sent);
}
