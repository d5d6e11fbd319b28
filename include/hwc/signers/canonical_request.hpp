// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SIGNERS_CANONICAL_REQUEST_HPP
#define HWC_SIGNERS_CANONICAL_REQUEST_HPP

#include <hwc/detail/append_text.hpp>
#include <hwc/detail/character_set.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/detail/wipe.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/url.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1 {

// The headers of a request that a signature covers: all that are present, in the order of their lower-case names,
// except Authorization and names with an underscore, which intermediaries may drop.
class signed_headers {
 public:
  static constexpr std::size_t limit = 64;

  // Errors: `invalid_argument` for more than `limit` headers, or two of the same name.
  [[nodiscard]] static result<signed_headers> of(const http_headers& headers);

  // Becomes those of other headers and reuses the memory. Errors as above; then it covers none.
  [[nodiscard]] result<void> assign(const http_headers& headers);

  // The names in lower case, joined by ';'.
  [[nodiscard]] std::string_view names() const noexcept { return names_; }

  // A line for each header as the canonical request has it: `name:value`, with a line end.
  [[nodiscard]] std::string_view lines() const noexcept { return {lines_.data(), lines_.size()}; }

  static void append_lower(std::string& out, std::string_view name) {
    out += name;
    char* const end = out.data() + out.size();
    std::transform(end - name.size(), end, end - name.size(), to_lower);
  }

 private:
  static bool less(std::string_view left, std::string_view right) noexcept {
    return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end(),
                                        [](char a, char b) { return to_lower(a) < to_lower(b); });
  }
  static std::string_view trim(std::string_view value) noexcept {
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    return value;
  }
  void append(const http_header& field) {
    if (!names_.empty()) names_ += ';';
    append_lower(names_, field.name);
    detail::append(lines_, std::string_view{names_}.substr(names_.size() - field.name.size()));
    detail::append(lines_, ":");
    detail::append(lines_, trim(field.value));
    detail::append(lines_, "\n");
  }
  void clear() noexcept {
    names_.clear();
    detail::wipe_and_clear(lines_);
  }

  std::string names_{};
  detail::wiped_text lines_{};  // may hold a security token
  std::vector<http_header> fields_{};
};

namespace detail {

// What stays as it is in a path.
inline constexpr auto path_characters = letters_digits_and("-._~/");

// The path is decoded once as a whole, so that an encoded slash separates segments, and each segment is encoded anew. A
// final slash is added for the signature alone.
template <class Out>
void append_canonical_path(Out& out, std::string_view path) {
  char last = '\0';
  while (!path.empty()) {
    const auto plain = path.substr(0, count_leading(path, path_characters));
    append_text(out, plain);
    path.remove_prefix(plain.size());
    if (!plain.empty()) last = plain.back();
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
  detail::append_text(out, headers.lines());
  out.push_back('\n');
  detail::append_text(out, headers.names());
  out.push_back('\n');
  detail::append_text(out, payload_hash);
}

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/signers/impl/canonical_request.ipp>
#endif

#endif  // HWC_SIGNERS_CANONICAL_REQUEST_HPP
