// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_IMPL_FORM_DATA_IPP
#define HWC_DETAIL_IMPL_FORM_DATA_IPP

#include <hwc/detail/form_data.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::detail {

// As browsers write a name between quotes (HTML, "multipart/form-data encoding algorithm").
HWC_DECL void append_quoted(std::string& out, std::string_view name) {
  out += '"';
  for (const char c : name) out.append(c == '"' ? "%22" : std::string_view{&c, 1});
  out += '"';
}

HWC_DECL void form_data::add(std::string_view name, std::string text) {
  parts_.push_back({.name = name, .text = std::move(text)});
}

HWC_DECL void form_data::add(std::string_view name, const file& content) {
  parts_.push_back({.name = name, .text = {}, .content = &content});
}

HWC_DECL std::string form_data::free_boundary() const {
  constexpr std::string_view stem = "hwc-form-data-";
  // The numbers behind it in the parts, and the beginnings of these, which would be found there as well.
  std::vector<std::size_t> taken;
  for (const auto& p : parts_) {
    const auto data = p.data();
    for (auto at = data.find(stem); at != std::string_view::npos; at = data.find(stem, at + 1)) {
      constexpr std::size_t longest = 9;
      const auto digits = data.substr(at + stem.size(), longest);
      std::size_t number = 0;
      for (std::size_t i = 0; i != digits.size() && digits[i] >= '0' && digits[i] <= '9'; ++i) {
        number = number * 10 + static_cast<std::size_t>(digits[i] - '0');
        taken.push_back(number);
        if (number == 0) break;
      }
    }
  }
  std::sort(taken.begin(), taken.end());
  std::size_t number = 0;
  for (const auto each : taken) number += each == number ? 1 : 0;
  return std::string{stem} + std::to_string(number);
}

HWC_DECL std::string form_data::write(std::string& body) const {
  const auto boundary = free_boundary();
  for (const auto& p : parts_) {
    body.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=");
    append_quoted(body, p.name);
    if (p.content) {
      body += "; filename=";
      append_quoted(body, p.content->name);
      body += "\r\nContent-Type: ";
      body += p.content->content_type.empty() ? "application/octet-stream" : p.content->content_type;
    }
    body.append("\r\n\r\n").append(p.data()).append("\r\n");
  }
  body.append("--").append(boundary).append("--\r\n");
  return "multipart/form-data; boundary=" + boundary;
}

}  // namespace hwc::detail

#endif  // HWC_DETAIL_IMPL_FORM_DATA_IPP
