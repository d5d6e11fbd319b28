// SPDX-License-Identifier: BSL-1.0
// refused: hwc: any_transport holds only transports that many threads may use
#include <hwc/transports/any.hpp>

struct chosen {
#if !HWC_REJECT
  static constexpr bool thread_safe = true;
#endif
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
};

int main() {
  hwc::any_transport transport{chosen{}};
  hwc::http_response response;
  return transport.send({}, response, {}) ? 0 : 1;
}
