// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_BUILD_REQUEST_IPP
#define HWC_IMPL_BUILD_REQUEST_IPP

#include <hwc/build_request.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hwc::inline v0_1 {
namespace detail {

HWC_DECL error refused_argument(std::string_view name, std::string_view why) {
  return {.kind = error_kind::invalid_argument, .message = std::string{name} + ' ' + std::string{why}};
}

HWC_DECL result<void> check_form_text(std::string_view name, std::optional<std::string_view> given) {
  if (!given) return refused_argument(name, "is a value of its enum that has no name");
  if (!json::detail::is_utf8(*given)) return refused_argument(name, "is not valid UTF-8; convert it");
  return {};
}

HWC_DECL result<void> check_parameter_text(std::string_view name, std::optional<std::string_view> given) {
  for (const char c : given.value_or("")) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') {
      return refused_argument(name,
                              "holds a control character (a line end that belongs to a file, perhaps); remove it");
    }
  }
  return check_form_text(name, given);
}

HWC_DECL result<void> append_path_parameter(std::string& target, std::string_view name,
                                            std::optional<std::string_view> given) {
  const auto text = given.value_or("?");
  if (text.empty()) return refused_argument(name, "is empty; it is a part of the path and must be given");
  if (text == "." || text == "..") return refused_argument(name, "must not be '.' or '..', which change the path");
  if (given && has_only(text, unreserved)) {  // as ids are: nothing to check or encode
    target += text;
    return {};
  }
  if (auto good = check_parameter_text(name, given); !good) return good;
  append_percent_encoded(target, text);
  return {};
}

HWC_DECL bool lacks_project(const http_request& request) {
  return request.target.find(project_placeholder) != std::string::npos;
}

HWC_DECL result<void> begin_request(http_request& out, http_method method, const endpoint& where) {
  out.clear();
  if (!where.problem().empty()) return error{.kind = error_kind::invalid_argument, .message = where.problem()};
  out.method = method;
  out.origin = where.origin();
  out.project_id = where.project_id();
  return {};
}

HWC_DECL result<void> append_path(std::string& target, std::span<const route_piece> pieces, const endpoint& where,
                                  std::span<const path_member> members, const void* op) {
  std::string scratch;
  for (const auto& piece : pieces) {
    if (!piece.is_parameter) {
      target += piece.text;
    } else if (piece.text == project_id_parameter) {
      if (where.finder()) {
        target += project_placeholder;
        continue;
      }
      if (where.project_id().empty()) {
        return refused_argument("project_id", "is empty; give it to the endpoint");
      }
      if (auto good = append_path_parameter(target, piece.text, where.project_id()); !good) return good;
    } else {
      for (const auto& member : members) {
        if (piece.text != member.name) continue;
        if (auto good = append_path_parameter(target, piece.text, member.text(op, scratch)); !good) return good;
      }
    }
  }
  return {};
}

HWC_DECL result<void> fill_in_project(http_request& request, std::string_view id) {
  std::string encoded;
  if (auto good = append_path_parameter(encoded, project_id_parameter, id); !good) return good;
  for (auto at = request.target.find(project_placeholder); at != std::string::npos;
       at = request.target.find(project_placeholder)) {
    request.target.replace(at, project_placeholder.size(), encoded);
  }
  request.project_id = id;
  return {};
}

HWC_DECL result<void> append_query_parameter(std::string& target, bool& first, std::string_view name,
                                             std::optional<std::string_view> text) {
  if (auto good = check_parameter_text(name, text); !good) return good;
  target += first ? '?' : '&';
  first = false;
  append_percent_encoded(target, name);
  target += '=';
  append_percent_encoded(target, *text);
  return {};
}

HWC_DECL result<void> append_query_parameters(std::string& target, bool& first, std::string_view name,
                                              std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  for (const auto& text : texts) {
    if (auto good = append_query_parameter(target, first, name, text); !good) return good;
  }
  return {};
}

HWC_DECL error unwritable(const json::error& why) {
  return {.kind = error_kind::invalid_argument, .message = to_string(why)};
}

HWC_DECL result<void> check_file(std::string_view name, const file& given) {
  if (given.name.empty()) return refused_argument(name, "is a file without a name; give it one");
  if (auto good = check_parameter_text(name, given.name); !good) return good;
  if (!is_header_value(given.content_type)) {
    return refused_argument(name, "has a content type that holds a line end or NUL; remove it");
  }
  return {};
}

}  // namespace detail
}  // namespace hwc

#endif  // HWC_IMPL_BUILD_REQUEST_IPP
