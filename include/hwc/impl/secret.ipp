// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_SECRET_IPP
#define HWC_IMPL_SECRET_IPP

#include <hwc/secret.hpp>

#include <string_view>

namespace hwc::inline v0_1 {

HWC_DECL void secret::assign(std::string_view text) { text_.assign(text.begin(), text.end()); }

}  // namespace hwc

#endif  // HWC_IMPL_SECRET_IPP
