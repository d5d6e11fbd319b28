// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_WEB_PAGE_HPP
#define HWC_DETAIL_WEB_PAGE_HPP

#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>

#include <string_view>

namespace hwc::inline v0_1::detail {

// A page instead of an answer comes from something that sits between us and the service. By its type alone, for whoever
// takes any body, and by its looks.
[[nodiscard]] bool says_web_page(const http_response& answer);
[[nodiscard]] bool is_web_page(const http_response& answer);

}  // namespace hwc::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/detail/impl/web_page.ipp>
#endif

#endif  // HWC_DETAIL_WEB_PAGE_HPP
