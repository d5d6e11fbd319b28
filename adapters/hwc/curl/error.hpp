// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_ERROR_HPP
#define HWC_CURL_ERROR_HPP

#include <hwc/detail/config.hpp>

#include <system_error>

namespace hwc::inline v0_1::curl {

// The category of libcurl's own results: values are CURLcode of <curl/curl.h>, messages are libcurl's. It stands in
// `cause` of an error where the operating system gave no number.
[[nodiscard]] const std::error_category& category() noexcept;

}  // namespace hwc::curl

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/curl/impl/error.ipp>
#endif

#endif  // HWC_CURL_ERROR_HPP
