// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_HTTP_IPP
#define HWC_IMPL_HTTP_IPP

#include <hwc/http.hpp>

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hwc::inline v0_1 {

HWC_DECL http_headers::http_headers(std::initializer_list<http_header> fields) {
  for (const auto& [name, value] : fields) add(name, value);
}

HWC_DECL http_headers::http_headers(const http_headers& other) : entries_{other.entries_} {
  detail::append(text_, {other.text_.data(), other.text_.size()});
}

HWC_DECL http_headers& http_headers::operator=(const http_headers& other) {
  if (this == &other) return *this;
  clear();
  detail::append(text_, {other.text_.data(), other.text_.size()});
  entries_ = other.entries_;
  return *this;
}

HWC_DECL bool http_headers::operator==(const http_headers& other) const {
  return std::equal(begin(), end(), other.begin(), other.end(),
                    [](const http_header& a, const http_header& b) { return a.name == b.name && a.value == b.value; });
}

HWC_DECL void http_headers::clear() noexcept {
  detail::wipe_and_clear(text_);
  entries_.clear();
}

HWC_DECL void http_headers::add(std::string_view name, std::string_view value) {
  const auto at = text_.size();
  text_.resize(at + name.size() + value.size());
  name.copy(text_.data() + at, name.size());
  value.copy(text_.data() + at + name.size(), value.size());
  entries_.push_back({size32(at), size32(name.size()), size32(at + name.size()), size32(value.size())});
}

HWC_DECL void http_headers::set(std::string_view name, std::string_view value) {
  erase(name);
  add(name, value);
}

HWC_DECL void http_headers::erase(std::string_view name) {
  std::erase_if(entries_, [&](const entry& e) { return same_header_name(name_of(e), name); });
}

HWC_DECL std::optional<std::string_view> http_headers::find(std::string_view name) const {
  for (const auto& e : entries_) {
    if (same_header_name(name_of(e), name)) return value_of(e);
  }
  return std::nullopt;
}

HWC_DECL void append_authority(std::string& out, const http_origin& origin) {
  const bool v6 = origin.host.find(':') != std::string::npos;
  if (v6) out += '[';
  out += origin.host;
  if (v6) out += ']';
  if (origin.port != (origin.tls ? 443 : 80)) {
    out += ':';
    out += std::to_string(origin.port);
  }
}

}  // namespace hwc

#endif  // HWC_IMPL_HTTP_IPP
