// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_FILE_IPP
#define HWC_IMPL_FILE_IPP

#include <hwc/file.hpp>
#include <hwc/json/source.hpp>
#include <hwc/url.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1 {
namespace detail {

// A parameter's value off the front of the rest of a header: a token, or a quoted string without its backslashes
// (RFC 9110 section 5.6.4). What follows up to the next ';' is dropped with it.
HWC_DECL std::string take_parameter_value(std::string_view& rest) {
  std::string value;
  if (rest.starts_with('"')) {
    std::size_t at = 1;
    for (; at < rest.size() && rest[at] != '"'; ++at) {
      // Others write Windows' folders as they are, so a backslash escapes only what must be escaped.
      if (rest[at] == '\\' && at + 1 < rest.size() && (rest[at + 1] == '"' || rest[at + 1] == '\\')) ++at;
      value += rest[at];
    }
    rest.remove_prefix(std::min(at, rest.size()));
    rest.remove_prefix(std::min(rest.find(';'), rest.size()));
    return value;
  }
  value = rest.substr(0, rest.find(';'));
  rest.remove_prefix(value.size());
  value.erase(value.find_last_not_of(" \t") + 1);
  return value;
}

// The text of an extended value (RFC 8187): only UTF-8, as everybody sends it.
HWC_DECL std::string decode_extended(std::string_view value) {
  constexpr std::string_view charset = "utf-8'";
  if (value.size() < charset.size() || !same_header_name(value.substr(0, charset.size()), charset)) return {};
  value.remove_prefix(charset.size());
  const auto language = value.find('\'');
  if (language == std::string_view::npos) return {};
  value.remove_prefix(language + 1);
  std::string text;
  while (!value.empty()) text += take_percent_decoded(value);
  return json::detail::is_utf8(text) ? text : std::string{};
}

// The part of a path that may name a file, whatever the system: the last one. Empty where that is no name.
HWC_DECL std::string safe_file_name(std::string_view path) {
  path.remove_prefix(std::min(path.find_last_of("/\\:") + 1, path.size()));
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; };
  if (path == "." || path == ".." || std::any_of(path.begin(), path.end(), is_control)) return {};
  return std::string{path};
}

HWC_DECL std::string file_name_in(std::string_view disposition) {
  std::string plain, extended;
  disposition.remove_prefix(std::min(disposition.find(';'), disposition.size()));
  while (!disposition.empty()) {
    disposition.remove_prefix(std::min(disposition.find_first_not_of("; \t"), disposition.size()));
    const auto end = disposition.find_first_of("=;");
    if (end == std::string_view::npos) break;
    auto name = disposition.substr(0, end);
    name = name.substr(0, name.find_last_not_of(" \t") + 1);
    disposition.remove_prefix(end);
    if (disposition.front() == ';') continue;
    disposition.remove_prefix(1);
    disposition.remove_prefix(std::min(disposition.find_first_not_of(" \t"), disposition.size()));
    auto value = take_parameter_value(disposition);
    if (same_header_name(name, "filename")) plain = safe_file_name(value);
    if (same_header_name(name, "filename*")) extended = safe_file_name(decode_extended(value));
  }
  auto& chosen = extended.empty() ? plain : extended;
  if (!json::detail::is_utf8(chosen)) return {};
  return std::move(chosen);
}

}  // namespace detail

HWC_DECL file file::from_response(http_response& answer) {
  return {.name = detail::file_name_in(answer.headers.find("Content-Disposition").value_or("")),
          .content = std::exchange(answer.body, {}),
          .content_type = std::string{answer.headers.find("Content-Type").value_or("")}};
}

}  // namespace hwc

#endif  // HWC_IMPL_FILE_IPP
