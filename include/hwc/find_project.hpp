// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FIND_PROJECT_HPP
#define HWC_FIND_PROJECT_HPP

#include <hwc/detail/config.hpp>
#include <hwc/project_finder.hpp>

#include <string_view>

namespace hwc::inline v0_1 {

// In place of a project id: it is found by the first call that needs it, and kept by the endpoint and its copies.
//
//   hwc::endpoint{url, hwc::find_project("cn-north-4", "https://iam.cn-north-4.myhuaweicloud.com")}
//
// The credentials may know the id (see `refreshing_signer`); else IAM is asked for the project of this name, the
// region's id for a region's main project, by an exchange that the client's signer signs. `iam` is the URL of an IAM of
// the same region or partition. With an empty name only the credentials are asked. Errors of a call whose project was
// not found: `invalid_argument` when there is none or more than one of the name, else what the exchange came to.
[[nodiscard]] lazy_project find_project(std::string_view name, std::string_view iam);

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/find_project.ipp>
#endif

#endif  // HWC_FIND_PROJECT_HPP
