// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_JSON_IMPL_WRITE_IPP
#define HWC_JSON_IMPL_WRITE_IPP

#include <hwc/json/write.hpp>

#include <string>
#include <string_view>

namespace hwc::inline v0_1::json::detail {

#ifdef HWC_SEPARATE_COMPILATION
template bool write_string(std::string_view, std::string&, error&);
#endif

}  // namespace hwc::json::detail

#endif  // HWC_JSON_IMPL_WRITE_IPP
