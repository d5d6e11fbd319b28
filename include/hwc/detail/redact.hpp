// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_REDACT_HPP
#define HWC_DETAIL_REDACT_HPP

#include <hwc/http.hpp>

#include <string>
#include <string_view>

namespace hwc::detail {

// Headers whose values are credentials. They stand in no log, message or recording.
inline constexpr std::string_view secret_headers[] = {"Authorization", "X-Auth-Token", "X-Security-Token",
                                                      "X-Subject-Token"};

inline void replace_all(std::string& text, std::string_view what, std::string_view with) {
  if (what.empty()) return;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

// Replaces the credentials that a request carried where a text from the service repeats them.
inline void redact(std::string& text, const http_headers& sent) {
  if (text.empty()) return;
  for (const auto name : secret_headers) {
    const auto value = sent.find(name);
    if (!value) continue;
    replace_all(text, *value, "***");
    constexpr std::string_view signature = "Signature=";
    if (const auto at = value->rfind(signature); at != std::string_view::npos) {
      replace_all(text, value->substr(at + signature.size()), "***");
    }
  }
}

}  // namespace hwc::detail

#endif  // HWC_DETAIL_REDACT_HPP
