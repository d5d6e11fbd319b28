// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_ENDPOINT_IPP
#define HWC_IMPL_ENDPOINT_IPP

#include <hwc/endpoint.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1 {

HWC_DECL endpoint::endpoint(std::string_view url, std::string project_id)
    : endpoint{url, std::move(project_id), false} {}

HWC_DECL endpoint::endpoint(std::string_view url, const lazy_project& project) : endpoint{url, {}, false} {
  finder_ = project.finder();
  if (problem_.empty()) problem_ = finder_->problem();
}

HWC_DECL endpoint::endpoint(std::string_view url, std::string project_id, allow_plain_http_t)
    : endpoint{url, std::move(project_id), true} {}

HWC_DECL endpoint endpoint::unusable(std::string problem) {
  endpoint none{"https://unusable.invalid", {}};
  none.problem_ = std::move(problem);
  return none;
}

HWC_DECL endpoint::endpoint(std::string_view url, std::string project_id, bool plain_http_allowed)
    : project_id_{std::move(project_id)} {
  auto parsed = parse_url(url);
  if (!parsed) {
    problem_ = std::move(parsed.error().message);
    return;
  }
  origin_ = *std::move(parsed);
  if (!origin_.tls && !plain_http_allowed && !is_loopback(origin_.host)) {
    problem_ = "plain http to '" + origin_.host +
               "' would show the credentials to the network: use https, or say hwc::allow_plain_http";
  }
}

}  // namespace hwc

#endif  // HWC_IMPL_ENDPOINT_IPP
