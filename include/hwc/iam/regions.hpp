// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IAM_REGIONS_HPP
#define HWC_IAM_REGIONS_HPP

#include <hwc/credentials/detail/usual_iam.hpp>
#include <hwc/endpoint.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::iam {

// The regions that have an IAM of their own at `https://iam.REGION.myhuaweicloud.com`, in alphabetical order; that of
// eu-west-101 is under another domain. Regions appear and go; for one that is not here, give the URL.
inline constexpr std::string_view regions[] = {
    "ae-ad-1",     "af-south-1",  "ap-southeast-1", "ap-southeast-2", "ap-southeast-3",   "ap-southeast-4",
    "cn-east-2",   "cn-east-3",   "cn-east-4",      "cn-east-5",      "cn-north-1",       "cn-north-12",
    "cn-north-2",  "cn-north-4",  "cn-north-9",     "cn-south-1",     "cn-south-2",       "cn-southwest-2",
    "eu-west-0",   "la-north-2",  "la-south-2",     "me-east-1",      "my-kualalumpur-1", "na-mexico-1",
    "ru-moscow-1", "sa-brazil-1", "tr-west-1"};

// The URL of IAM for a region, as the vendor's SDKs choose it: that of the environment variable
// HUAWEICLOUD_SDK_IAM_ENDPOINT, else the region's own, else the global one.
[[nodiscard]] inline std::string url_of(std::string_view region) {
  using credentials::detail::iam_url_or;
  if (region == "eu-west-101") return iam_url_or("https://iam.eu-west-101.myhuaweicloud.eu");
  const bool own = std::find(std::begin(regions), std::end(regions), region) != std::end(regions);
  return iam_url_or(own ? "https://iam." + std::string{region} + ".myhuaweicloud.com"
                        : "https://iam.myhuaweicloud.com");
}

// The same as an endpoint, for the sources of credentials.
[[nodiscard]] inline endpoint at(std::string_view region) { return endpoint{url_of(region), {}}; }

}  // namespace hwc::iam

#endif  // HWC_IAM_REGIONS_HPP
