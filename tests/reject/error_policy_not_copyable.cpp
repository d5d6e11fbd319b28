// SPDX-License-Identifier: BSL-1.0
// refused: hwc: ErrorPolicy must be copyable
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
  near_miss(const near_miss&) = delete;
  near_miss(near_miss&&) = default;
#endif
  template <class T>
  bool complete(hwc::result<T> outcome) const {
    return outcome.has_value();
  }
};

int main() {
  using client = hwc::client<good_transport, good_signer, near_miss>;
  client* none = nullptr;
  return none == nullptr && sizeof(client) != 0 ? 0 : 1;
}
