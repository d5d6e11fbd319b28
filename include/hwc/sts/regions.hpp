// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_STS_REGIONS_HPP
#define HWC_STS_REGIONS_HPP

#include <hwc/detail/variable.hpp>
#include <hwc/endpoint.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::sts {

// The regions in which the vendor's SDKs know an STS endpoint, in alphabetical order. Regions appear and go; for one
// that is not here, give `hwc::endpoint` the URL.
inline constexpr std::string_view regions[] = {"af-south-1",     "ap-southeast-1", "ap-southeast-2", "ap-southeast-3",
                                               "ap-southeast-4", "cn-east-3",      "cn-north-4",     "cn-south-1",
                                               "cn-southwest-2", "la-south-2",     "sa-brazil-1",    "tr-west-1"};

// The STS endpoint of a region, as the vendor's SDKs choose it: that of the environment variable
// HUAWEICLOUD_SDK_STS_ENDPOINT, else that of the table. A region without one gives an endpoint whose `problem()` says
// so, and calls on it end with `invalid_argument`; a denial of such a region can be decoded by the STS of another one.
[[nodiscard]] inline endpoint at(std::string_view region) {
  const auto given = hwc::detail::variable("HUAWEICLOUD_SDK_STS_ENDPOINT");
  if (!given.empty()) return endpoint{given, {}};
  if (std::find(std::begin(regions), std::end(regions), region) == std::end(regions)) {
    return endpoint::unusable("the region '" + std::string{region} +
                              "' has no STS endpoint in the table; take another region of the same partition, "
                              "ap-southeast-3 for instance, or give hwc::endpoint the URL");
  }
  return endpoint{"https://sts." + std::string{region} + ".myhuaweicloud.com", {}};
}

}  // namespace hwc::sts

#endif  // HWC_STS_REGIONS_HPP
