// SPDX-License-Identifier: BSL-1.0
// refused: hwc: a service is a copyable function `hwc::http_response(const hwc::http_request&)`
#include <hwc/fake/transport.hpp>

struct near_miss {
#if HWC_REJECT
  int operator()(const hwc::http_request&) const { return 200; }
#else
  hwc::http_response operator()(const hwc::http_request&) const { return {.status = 200}; }
#endif
};

int main() {
  hwc::fake::transport transport{near_miss{}};
  return transport.requests().empty() ? 0 : 1;
}
