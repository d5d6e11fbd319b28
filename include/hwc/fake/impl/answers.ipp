// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IMPL_ANSWERS_IPP
#define HWC_FAKE_IMPL_ANSWERS_IPP

#include <hwc/fake/answers.hpp>

#include <string>
#include <string_view>

namespace hwc::inline v0_1::fake {
namespace detail {

HWC_DECL http_response answered_with(int status, const error_answer& body) {
  http_response answer{.status = status};
  answer.headers.add("Content-Type", "application/json");
  if (!json::write(body, answer.body)) answer.body.clear();
  return answer;
}

HWC_DECL http_response failed(int status, std::string_view code, std::string_view message) {
  return answered_with(status, {.error_code = std::string{code}, .error_msg = std::string{message}});
}

HWC_DECL http_response invalid(std::string_view why) {
  return failed(400, "WKS.00211102", "The parameter is invalid: " + std::string{why});
}

HWC_DECL http_response no_such_user() { return failed(400, "WKS.00170312", "The user does not exist"); }

}  // namespace detail
}  // namespace hwc::fake

#endif  // HWC_FAKE_IMPL_ANSWERS_IPP
