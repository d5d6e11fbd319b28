// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_IMPL_ERROR_IPP
#define HWC_CURL_IMPL_ERROR_IPP

#include <hwc/curl/error.hpp>

#include <curl/curl.h>

#include <string>
#include <system_error>

namespace hwc::inline v0_1::curl {

HWC_DECL const std::error_category& category() noexcept {
  class libcurl final : public std::error_category {
   public:
    [[nodiscard]] const char* name() const noexcept override { return "curl"; }
    [[nodiscard]] std::string message(int value) const override {
      return curl_easy_strerror(static_cast<CURLcode>(value));
    }
  };
  static const libcurl instance;
  return instance;
}

}  // namespace hwc::curl

#endif  // HWC_CURL_IMPL_ERROR_IPP
