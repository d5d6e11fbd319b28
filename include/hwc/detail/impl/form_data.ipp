// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_IMPL_FORM_DATA_IPP
#define HWC_DETAIL_IMPL_FORM_DATA_IPP

#include <hwc/detail/form_data.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::detail {

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

HWC_DECL std::string form_data::write(std::string& body) const {
  // A line that no part holds. Each part can rule out as many as it has bytes, so this ends.
  std::string boundary;
  const auto has_boundary = [&](const part& p) { return p.data().find(boundary) != std::string_view::npos; };
  unsigned number = 0;
  do {
    boundary = "hwc-form-data-" + std::to_string(number++);
  } while (std::any_of(parts_.begin(), parts_.end(), has_boundary));
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
