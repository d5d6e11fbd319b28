// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_NEEDS_EXCEPTIONS_HPP
#define HWC_BEAST_DETAIL_NEEDS_EXCEPTIONS_HPP

#include <hwc/detail/config.hpp>

#ifdef HWC_NO_EXCEPTIONS
#error "hwc: hwc::beast needs exceptions, by which Asio tells of failures that have no error code; take hwc::curl"
#endif

#endif  // HWC_BEAST_DETAIL_NEEDS_EXCEPTIONS_HPP
