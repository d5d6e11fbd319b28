// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SIGNERS_CANONICAL_REQUEST_HPP
#define HWC_SIGNERS_CANONICAL_REQUEST_HPP

#include <hwc/detail/append_text.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/url.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc {

// The headers of a request that a signature covers: all that are present, in the order of their lower-case names,
// except Authorization and names with an underscore, which intermediaries may drop. Views into the request's headers.
class signed_headers {
 public:
  static constexpr std::size_t limit = 64;

  // Errors: `invalid_argument` for more than `limit` headers, or two of the same name.
  [[nodiscard]] static result<signed_headers> of(const http_headers& headers) {
    signed_headers list;
    for (const auto field : headers) {
      if (field.name.find('_') != std::string_view::npos || same_header_name(field.name, "Authorization")) continue;
      if (list.size_ == limit) {
        return error{.kind = error_kind::invalid_argument, .message = "more headers than can be signed; send fewer"};
      }
      list.fields_[list.size_++] = field;
    }
    std::sort(list.begin(), list.end(), [](const http_header& left, const http_header& right) {
      return std::lexicographical_compare(left.name.begin(), left.name.end(), right.name.begin(), right.name.end(),
                                          [](char a, char b) { return lower(a) < lower(b); });
    });
    const auto* const twice = std::adjacent_find(
        list.begin(), list.end(), [](const auto& a, const auto& b) { return same_header_name(a.name, b.name); });
    if (twice != list.end()) {
      return error{.kind = error_kind::invalid_argument,
                   .message = "the header '" + std::string{twice->name} + "' stands twice, which cannot be signed"};
    }
    return list;
  }

  [[nodiscard]] const http_header* begin() const noexcept { return fields_.data(); }
  [[nodiscard]] const http_header* end() const noexcept { return fields_.data() + size_; }

  // Appends the names in lower case, joined by ';'.
  template <class Out>
  void append_names(Out& out) const {
    for (const auto& field : *this) {
      if (&field != begin()) out.push_back(';');
      append_lower(out, field.name);
    }
  }

  template <class Out>
  static void append_lower(Out& out, std::string_view name) {
    while (!name.empty()) {
      std::array<char, 64> block;
      const auto part = name.substr(0, block.size());
      std::transform(part.begin(), part.end(), block.begin(), lower);
      detail::append_text(out, {block.data(), part.size()});
      name.remove_prefix(part.size());
    }
  }

 private:
  static constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
  http_header* begin() noexcept { return fields_.data(); }
  http_header* end() noexcept { return fields_.data() + size_; }

  std::array<http_header, limit> fields_{};
  std::size_t size_ = 0;
};

namespace detail {

// The path is decoded once as a whole, so that an encoded slash separates segments, and each segment is encoded anew. A
// final slash is added for the signature alone.
template <class Out>
void append_canonical_path(Out& out, std::string_view path) {
  char last = '\0';
  while (!path.empty()) {
    // What stays as it is goes in one piece.
    std::size_t plain = 0;
    while (plain != path.size() && (path[plain] == '/' || is_unreserved(path[plain]))) last = path[plain++];
    append_text(out, path.substr(0, plain));
    path.remove_prefix(plain);
    if (path.empty()) break;
    last = take_percent_decoded(path);
    if (last == '/')
      out.push_back('/');
    else
      append_percent_encoded(out, last);
  }
  if (last != '/') out.push_back('/');
}

// The decoded pairs are sorted by name, then value, as bytes, and encoded after that.
template <class Out>
void append_canonical_query(Out& out, std::string_view query) {
  if (query.empty()) return;
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    auto part = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(part.size() + 1, query.size()));
    if (part.empty()) continue;
    auto& [name, value] = pairs.emplace_back();
    auto* into = &name;
    while (!part.empty()) {
      if (into == &name && part.front() == '=') {
        into = &value;
        part.remove_prefix(1);
      } else {
        into->push_back(take_percent_decoded(part));
      }
    }
  }
  std::sort(pairs.begin(), pairs.end());
  for (const auto& [name, value] : pairs) {
    if (&name != &pairs.front().first) out.push_back('&');
    append_percent_encoded(out, name);
    out.push_back('=');
    append_percent_encoded(out, value);
  }
}

constexpr std::string_view trim_header_value(std::string_view value) noexcept {
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
  return value;
}

}  // namespace detail

// Appends the canonical request, the text that a signature is about: method, path, query, signed headers, their names
// and the payload's hash, one after the other on lines of their own. `out` is anything with push_back(char), and better
// append(std::string_view) too: a hash for instance, so the text need not exist as a whole.
template <class Out>
void append_canonical_request(Out& out, const http_request& request, const signed_headers& headers,
                              std::string_view payload_hash) {
  const std::string_view target = request.target;
  const auto query_at = std::min(target.find('?'), target.size());
  detail::append_text(out, to_string(request.method));
  out.push_back('\n');
  detail::append_canonical_path(out, target.substr(0, query_at));
  out.push_back('\n');
  detail::append_canonical_query(out, target.substr(std::min(query_at + 1, target.size())));
  out.push_back('\n');
  for (const auto& field : headers) {
    signed_headers::append_lower(out, field.name);
    out.push_back(':');
    detail::append_text(out, detail::trim_header_value(field.value));
    out.push_back('\n');
  }
  out.push_back('\n');
  headers.append_names(out);
  out.push_back('\n');
  detail::append_text(out, payload_hash);
}

}  // namespace hwc

#endif  // HWC_SIGNERS_CANONICAL_REQUEST_HPP
