// SPDX-License-Identifier: BSL-1.0
// refused: hwc: Algorithm needs `static constexpr std::string_view name`
#include <hwc/signers/access_key.hpp>

#include <string>
#include <string_view>

struct near_miss {
#if !HWC_REJECT
  static constexpr std::string_view name = "NONE";
#endif
  static constexpr std::string_view content_header = "X-None";
  struct digest {
    void update(std::string_view) {}
    hwc::result<void> finish(std::string&) { return {}; }
  };
  struct signing_key {
    explicit signing_key(const hwc::access_key&) {}
    hwc::result<void> sign(std::string_view, std::string&) const { return {}; }
  };
};

int main() {
  hwc::access_key_signer<near_miss>* none = nullptr;
  return none == nullptr && sizeof(hwc::access_key_signer<near_miss>) != 0 ? 0 : 1;
}
