// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_VARIABLE_HPP
#define HWC_DETAIL_VARIABLE_HPP

#include <cstdlib>
#include <string_view>

namespace hwc::inline v0_1::detail {

// An environment variable; empty where it is not set, as an empty one counts as unset.
[[nodiscard]] inline std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? std::string_view{value} : std::string_view{};
}

}  // namespace hwc::detail

#endif  // HWC_DETAIL_VARIABLE_HPP
