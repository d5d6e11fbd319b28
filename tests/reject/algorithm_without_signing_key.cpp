// SPDX-License-Identifier: BSL-1.0
// refused: hwc: Algorithm needs a `signing_key`
#include <hwc/signers/access_key.hpp>

#include <string>
#include <string_view>

struct near_miss {
  static constexpr std::string_view name = "NONE";
  static constexpr std::string_view content_header = "X-None";
  struct digest {
    void update(std::string_view) {}
    hwc::result<void> finish(std::string&) { return {}; }
  };
  struct signing_key {
    explicit signing_key(const hwc::access_key&) {}
#if !HWC_REJECT
    hwc::result<void> sign(std::string_view, std::string&) const { return {}; }
#endif
  };
};

int main() {
  hwc::access_key_signer<near_miss>* none = nullptr;
  return none == nullptr && sizeof(hwc::access_key_signer<near_miss>) != 0 ? 0 : 1;
}
