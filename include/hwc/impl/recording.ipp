// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_RECORDING_IPP
#define HWC_IMPL_RECORDING_IPP

#include <hwc/recording.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace hwc::inline v0_1 {
namespace detail {

HWC_DECL bool is_recordable(std::string_view name) {
  const auto same = [name](std::string_view known) { return same_header_name(name, known); };
  return std::any_of(std::begin(recordable_headers), std::end(recordable_headers), same);
}

HWC_DECL redactor credentials_in(const http_headers& sent) {
  http_headers open;
  for (const auto& [name, value] : sent) {
    if (is_recordable(name)) open.add(name, value);
  }
  return {sent, open};
}

HWC_DECL std::vector<recorded_header> record_headers(const http_headers& headers) {
  std::vector<recorded_header> out;
  for (const auto& [name, value] : headers) {
    out.push_back({std::string{name}, is_recordable(name) ? std::string{value} : "***"});
  }
  return out;
}

HWC_DECL std::size_t secret_value(std::string_view text, std::size_t at, bool in_request) {
  const auto count = std::size(secret_members);
  for (std::size_t i = 0; i != count + (in_request ? 1 : 0); ++i) {
    const auto member = i == count ? secret_request_member : secret_members[i];
    const auto end = at + 1 + member.size();
    if (end >= text.size() || text[end] != '"' || !same_header_name(text.substr(at + 1, member.size()), member))
      continue;
    const auto colon = text.find_first_not_of(json_blank, end + 1);
    if (colon == std::string_view::npos || text[colon] != ':') break;
    return text.find_first_not_of(json_blank, colon + 1);
  }
  return std::string_view::npos;
}

HWC_DECL std::size_t append_masked(std::string& out, std::string_view text, std::size_t at) {
  int depth = 0;
  do {
    const char c = text[at];
    if (c == '"') {
      auto end = at + 1;
      while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
      end = std::min(end, text.size());
      const auto after = text.find_first_not_of(json_blank, std::min(end + 1, text.size()));
      const bool name = depth != 0 && after != std::string_view::npos && text[after] == ':';
      out.append("\"").append(name ? text.substr(at + 1, end - at - 1) : "***");
      if (end != text.size()) out += text[end++];
      at = end;
    } else if (std::string_view{"{}[],: \t\r\n"}.find(c) != std::string_view::npos) {
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      out += c;
      ++at;
    } else {
      const auto word = text.substr(at, text.find_first_of("\"{}[],: \t\r\n", at) - at);
      out += word == "true" || word == "false" || word == "null" ? word : "0";
      at += word.size();
    }
  } while (depth > 0 && at < text.size());
  return at;
}

HWC_DECL void mask_members(std::string& body, bool in_request) {
  std::string masked;
  std::size_t done = 0;
  for (auto at = body.find('"'); at != std::string::npos; at = body.find('"', at)) {
    const auto value = secret_value(body, at, in_request);
    if (value == std::string::npos) {
      ++at;
      continue;
    }
    masked.append(body, done, value - done);
    at = done = append_masked(masked, body, value);
  }
  if (done != 0) body = masked.append(body, done);
}

}  // namespace detail
}  // namespace hwc

#endif  // HWC_IMPL_RECORDING_IPP
