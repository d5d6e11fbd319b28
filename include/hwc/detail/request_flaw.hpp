// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_REQUEST_FLAW_HPP
#define HWC_DETAIL_REQUEST_FLAW_HPP
#include <hwc/request_flaw.hpp>
namespace hwc::detail {
using hwc::request_flaw;
}
#endif  // HWC_DETAIL_REQUEST_FLAW_HPP
