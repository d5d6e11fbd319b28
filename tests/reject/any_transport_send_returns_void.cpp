// SPDX-License-Identifier: BSL-1.0
// refused: hwc: any_transport holds a movable transport, whose `send` returns `hwc::exchange_result`
#include <hwc/transports/any.hpp>

struct chosen {
  static constexpr bool thread_safe = true;
#if HWC_REJECT
  void send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) {}
#else
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
#endif
};

int main() {
  hwc::any_transport transport{chosen{}};
  hwc::http_response response;
  return transport.send({}, response, {}) ? 0 : 1;
}
