// SPDX-License-Identifier: BSL-1.0
// refused: hwc: any_transport holds a blocking transport, and this one is asynchronous
#include <hwc/transports/any.hpp>

struct good_transport {
  static constexpr bool thread_safe = true;
  hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const hwc::exchange_options&) { return {}; }
};
struct deferring_transport {
  static constexpr bool asynchronous = true;
  template <class Job, class Token>
  void async_call(Job, Token&&) {}
};
#if HWC_REJECT
using chosen = deferring_transport;
#else
using chosen = good_transport;
#endif

int main() {
  hwc::any_transport transport{chosen{}};
  hwc::http_response response;
  return transport.send({}, response, {}) ? 0 : 1;
}
