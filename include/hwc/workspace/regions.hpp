// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_REGIONS_HPP
#define HWC_WORKSPACE_REGIONS_HPP

#include <hwc/detail/variable.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/find_project.hpp>
#include <hwc/iam/regions.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::workspace {

// The regions in which the vendor's SDKs know a Workspace endpoint, in alphabetical order. Regions appear and go; for
// one that is not here, give `hwc::endpoint` the URL.
inline constexpr std::string_view regions[] = {
    "af-north-1",  "af-south-1",  "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "cn-east-3",
    "cn-east-5",   "cn-north-11", "cn-north-4",     "cn-north-9",     "cn-south-1",     "cn-southwest-2",
    "eu-west-101", "la-north-2",  "la-south-2",     "me-east-1",      "sa-brazil-1",    "tr-west-1"};

// The URL of Workspace in a region, as the vendor's SDKs choose it: the first of the environment variable
// HUAWEICLOUD_SDK_REGION_WORKSPACE_<REGION> (e.g. ..._CN_NORTH_4), which may list several with commas, else that of the
// table. Empty: the region is not known.
[[nodiscard]] inline std::string url_of(std::string_view region) {
  std::string name = "HUAWEICLOUD_SDK_REGION_WORKSPACE_";
  for (const char c : region) name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const auto given = hwc::detail::variable(name.c_str());
  if (!given.empty()) return std::string{given.substr(0, given.find(','))};
  if (std::find(std::begin(regions), std::end(regions), region) == std::end(regions)) return {};
  return "https://workspace." + std::string{region} + ".myhuaweicloud.com";
}

namespace detail {

template <class Project>
[[nodiscard]] endpoint endpoint_of(std::string_view region, const Project& project) {
  const auto url = url_of(region);
  if (!url.empty()) return endpoint{url, project};
  std::string problem = "the region '" + std::string{region} + "' has no Workspace endpoint in the table; known are";
  for (const auto known : regions) {
    problem += known == regions[0] ? " " : ", ";
    problem += known;
  }
  return endpoint::unusable(problem + ". For another one give hwc::endpoint its URL");
}

}  // namespace detail

// The Workspace endpoint of a region (see `url_of`), for calls on one project of it. A region that is not known gives
// an endpoint whose `problem()` names the known ones, and calls on it end with `invalid_argument`.
[[nodiscard]] inline endpoint at(std::string_view region, std::string project_id) {
  return detail::endpoint_of(region, project_id);
}

// The same for the region's main project, whose id is found by the first call: the credentials know it, or IAM tells,
// which is the one that `hwc::iam::url_of` gives for the region (see `hwc::find_project`).
[[nodiscard]] inline endpoint at(std::string_view region) {
  return detail::endpoint_of(region, find_project(region, iam::url_of(region)));
}

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_REGIONS_HPP
