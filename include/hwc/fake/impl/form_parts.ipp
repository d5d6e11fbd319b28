// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IMPL_FORM_PARTS_IPP
#define HWC_FAKE_IMPL_FORM_PARTS_IPP

#include <hwc/fake/form_parts.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::fake {
namespace detail {

HWC_DECL std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

// The value of `; name=value` behind a header's first word, with or without quotes.
HWC_DECL std::optional<std::string> parameter_of(std::string_view header, std::string_view wanted) {
  for (auto rest = header; rest.find(';') != std::string_view::npos;) {
    rest = without_blanks(rest.substr(rest.find(';') + 1));
    const auto name_end = std::min(rest.find_first_of("=;"), rest.size());
    const auto name = without_blanks(rest.substr(0, name_end));
    rest.remove_prefix(name_end);
    if (!rest.starts_with('=')) continue;
    rest = without_blanks(rest.substr(1));
    std::string_view value;
    if (rest.starts_with('"')) {
      const auto end = rest.find('"', 1);
      if (end == std::string_view::npos) return std::nullopt;
      value = rest.substr(1, end - 1);
      rest.remove_prefix(end + 1);
    } else {
      const auto end = std::min(rest.find(';'), rest.size());
      value = without_blanks(rest.substr(0, end));
      rest.remove_prefix(end);
    }
    if (same_header_name(name, wanted)) return std::string{value};
  }
  return std::nullopt;
}

HWC_DECL std::string with_quotes(std::string text) {
  constexpr std::string_view quote = "%22";
  for (auto at = text.find(quote); at != std::string::npos; at = text.find(quote, at + 1)) {
    text.replace(at, quote.size(), 1, '"');
  }
  return text;
}

HWC_DECL error bad_form(std::string_view why) {
  return {.kind = error_kind::invalid_argument, .message = "the form " + std::string{why}};
}

HWC_DECL result<form_part> read_part(std::string_view text) {
  form_part part;
  bool is_named = false;
  for (;;) {
    const auto end = text.find("\r\n");
    if (end == std::string_view::npos) return bad_form("has a part without an end of its head");
    const auto line = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (line.empty()) break;
    const auto middle = line.find(':');
    if (middle == std::string_view::npos) return bad_form("has a part with a line in its head that is no header");
    const auto name = line.substr(0, middle);
    const auto value = without_blanks(line.substr(middle + 1));
    if (same_header_name(name, "Content-Type")) part.content_type = value;
    if (!same_header_name(name, "Content-Disposition")) continue;
    const auto kind = without_blanks(value.substr(0, value.find(';')));
    auto named = parameter_of(value, "name");
    if (!same_header_name(kind, "form-data") || !named) return bad_form("has a part without a name");
    part.name = with_quotes(*std::move(named));
    if (auto file_name = parameter_of(value, "filename")) part.file_name = with_quotes(*std::move(file_name));
    is_named = true;
  }
  if (!is_named) return bad_form("has a part without a name");
  part.content = text;
  return part;
}

}  // namespace detail

HWC_DECL bool has_media_type(const http_request& request, std::string_view type) {
  const auto given = request.headers.find("Content-Type").value_or("");
  return same_header_name(detail::without_blanks(given.substr(0, given.find(';'))), type);
}

HWC_DECL result<std::vector<form_part>> read_form(const http_request& request) {
  if (!has_media_type(request, "multipart/form-data")) return detail::bad_form("is not multipart/form-data");
  const auto boundary = detail::parameter_of(request.headers.find("Content-Type").value_or(""), "boundary");
  constexpr std::size_t longest = 70;  // RFC 2046 section 5.1.1
  if (!boundary || boundary->empty() || boundary->size() > longest) return detail::bad_form("has no good boundary");
  const auto line = "\r\n--" + *boundary;
  // The first boundary may stand at the very beginning, where no line ends.
  const std::string body = "\r\n" + request.body;
  std::string_view rest{body};
  const auto first = rest.find(line);
  if (first == std::string_view::npos) return detail::bad_form("does not hold its boundary");
  rest.remove_prefix(first + line.size());
  std::vector<form_part> parts;
  while (!rest.starts_with("--")) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
    if (!rest.starts_with("\r\n")) return detail::bad_form("has something behind a boundary");
    const auto end = rest.find(line, 2);
    if (end == std::string_view::npos) return detail::bad_form("ends before its last boundary");
    auto part = detail::read_part(rest.substr(2, end - 2));
    if (!part) return part.error();
    parts.push_back(*std::move(part));
    rest.remove_prefix(end + line.size());
  }
  return parts;
}

}  // namespace hwc::fake

#endif  // HWC_FAKE_IMPL_FORM_PARTS_IPP
