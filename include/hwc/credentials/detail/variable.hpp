// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_DETAIL_VARIABLE_HPP
#define HWC_CREDENTIALS_DETAIL_VARIABLE_HPP

#include <hwc/endpoint.hpp>

#include <cstdlib>
#include <string_view>

namespace hwc::credentials::detail {

// An environment variable; empty where it is not set, as an empty one counts as unset.
[[nodiscard]] inline std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? std::string_view{value} : std::string_view{};
}

// IAM where nothing says otherwise: its global address.
[[nodiscard]] inline endpoint iam_of_environment() {
  const auto given = variable("HUAWEICLOUD_SDK_IAM_ENDPOINT");
  return endpoint{given.empty() ? "https://iam.myhuaweicloud.com" : given, {}};
}

}  // namespace hwc::credentials::detail

#endif  // HWC_CREDENTIALS_DETAIL_VARIABLE_HPP
