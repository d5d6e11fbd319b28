// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_IMPL_REDACT_IPP
#define HWC_DETAIL_IMPL_REDACT_IPP

#include <hwc/detail/redact.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::detail {

HWC_DECL redactor::redactor(const http_headers& sent, const http_headers& before) {
  for (const auto& header : sent) {
    const auto name = header.name, value = header.value;
    const auto same = [name](std::string_view other) { return same_header_name(name, other); };
    if (before.contains(name) || std::any_of(std::begin(public_headers), std::end(public_headers), same)) continue;
    add(value);
    // A scheme's parameters are credentials by themselves: `Bearer x`, `SDK-HMAC-SHA256 Access=…, Signature=x`.
    if (!same("Authorization")) continue;
    const auto last = value.find_last_not_of('=');  // base64 may end in some
    if (last != std::string_view::npos) add(value.substr(value.find_last_of(" =", last) + 1));
  }
}

HWC_DECL redactor::redactor(std::initializer_list<std::string_view> secrets) {
  for (const auto secret : secrets) add(secret);
}

HWC_DECL void redactor::add(std::string_view value) {
  constexpr std::string_view blank = " \t";
  const auto begin = value.find_first_not_of(blank);
  if (begin == std::string_view::npos) return;
  value = value.substr(begin, value.find_last_not_of(blank) - begin + 1);
  if (value.size() >= shortest) secrets_.emplace_back(value);
}

HWC_DECL void mask(std::string& text, std::string_view secret) {
  auto at = text.find(secret);
  if (at == std::string::npos) return;
  std::string masked;
  std::size_t done = 0;
  for (; at != std::string::npos; at = text.find(secret, done)) {
    masked.append(text, done, at - done).append("***");
    done = at + secret.size();
  }
  text = masked.append(text, done);
}

HWC_DECL void redactor::apply(std::string& text) const {
  for (const auto& secret : secrets_) {
    if (secret.size() > text.size()) continue;  // and so is each of its forms
    mask(text, secret);
    std::string form;
    append_percent_encoded(form, secret);
    if (form != secret) mask(text, form);
    if (secret.find('/') == std::string::npos) continue;
    form.clear();
    for (const char c : secret) form.append(c == '/' ? "\\/" : std::string_view{&c, 1});
    mask(text, form);
  }
}

HWC_DECL void shorten(std::string& text, std::size_t limit) {
  if (text.size() <= limit) return;
  while (limit != 0 && (static_cast<unsigned char>(text[limit]) & 0xC0U) == 0x80U) --limit;
  text.resize(limit);
}

}  // namespace hwc::detail

#endif  // HWC_DETAIL_IMPL_REDACT_IPP
