// SPDX-License-Identifier: BSL-1.0
// refused: hwc: Transport must be movable, since the client keeps it
#include <hwc/client.hpp>
#include <hwc/workspace/resend_email.hpp>

struct good_transport {
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
};
struct good_signer {
  void sign(hwc::http_request&, hwc::wall_time) const {}
};

struct near_miss {
  near_miss() = default;
#if HWC_REJECT
  near_miss(near_miss&&) = delete;
#endif
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
};

int main() {
  using client = hwc::client<near_miss, good_signer, hwc::return_result>;
  client* none = nullptr;
  return none == nullptr && sizeof(client) != 0 ? 0 : 1;
}
