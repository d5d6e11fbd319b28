// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_IMPL_WEB_PAGE_IPP
#define HWC_DETAIL_IMPL_WEB_PAGE_IPP

#include <hwc/detail/web_page.hpp>

#include <string_view>

namespace hwc::inline v0_1::detail {

HWC_DECL bool says_web_page(const http_response& answer) {
  const auto type = answer.headers.find("Content-Type");
  return type && same_header_name(type->substr(0, 9), "text/html");
}

HWC_DECL bool is_web_page(const http_response& answer) {
  if (says_web_page(answer)) return true;
  std::string_view body = answer.body;
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  const auto begin = body.find_first_not_of(" \t\r\n");
  return begin != std::string_view::npos && body[begin] == '<';
}

}  // namespace hwc::detail

#endif  // HWC_DETAIL_IMPL_WEB_PAGE_IPP
