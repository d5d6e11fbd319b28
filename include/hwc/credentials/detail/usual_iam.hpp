// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_DETAIL_USUAL_IAM_HPP
#define HWC_CREDENTIALS_DETAIL_USUAL_IAM_HPP

#include <hwc/detail/variable.hpp>
#include <hwc/endpoint.hpp>

#include <string>
#include <string_view>

namespace hwc::inline v0_1::credentials::detail {

// The URL of IAM that nobody gave explicitly: the variable's, else this one.
[[nodiscard]] inline std::string iam_url_or(std::string_view otherwise) {
  const auto given = hwc::detail::variable("HUAWEICLOUD_SDK_IAM_ENDPOINT");
  return std::string{given.empty() ? otherwise : given};
}

// The same where no region is known: else the global one.
[[nodiscard]] inline endpoint usual_iam() { return endpoint{iam_url_or("https://iam.myhuaweicloud.com"), {}}; }

}  // namespace hwc::credentials::detail

#endif  // HWC_CREDENTIALS_DETAIL_USUAL_IAM_HPP
