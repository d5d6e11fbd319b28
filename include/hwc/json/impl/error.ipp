// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_JSON_IMPL_ERROR_IPP
#define HWC_JSON_IMPL_ERROR_IPP

#include <hwc/json/error.hpp>

#include <boost/assert/source_location.hpp>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::json {

HWC_DECL std::string to_string(const error& e) {
  std::string line = e.path.empty() ? "the document" : e.path;
  line += ": ";
  line += e.message.empty() ? to_string(e.code) : std::string_view{e.message};
  return line;
}

HWC_DECL exception::exception(json::error why) : std::runtime_error{to_string(why)}, error_{std::move(why)} {}

HWC_DECL void throw_exception_from_error(const error& why, const boost::source_location&) {
#ifdef HWC_NO_EXCEPTIONS
  std::fprintf(stderr, "hwc: value() of a json::result that holds an error: %s\n", to_string(why).c_str());
  std::abort();
#else
  throw exception{why};
#endif
}

namespace detail {

HWC_DECL number_form form_of_number(std::string_view text) noexcept {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const auto digits = [&] {
    const auto begin = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - begin;
  };
  const bool zero = at < text.size() && text[at] == '0';
  const auto whole = digits();
  bool valid = whole != 0 && (whole == 1 || !zero);
  bool plain = true;
  if (at < text.size() && text[at] == '.') {
    ++at;
    plain = false;
    valid = digits() != 0 && valid;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    plain = false;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    valid = digits() != 0 && valid;
  }
  if (!valid || at != text.size()) return number_form::none;
  return plain ? number_form::integer : number_form::other;
}

HWC_DECL void prepend_step(std::string& path, std::string_view step) {
  if (!path.empty() && path.front() != '[') path.insert(path.begin(), '.');
  path.insert(0, step);
}

HWC_DECL void prepend_index(std::string& path, std::size_t index) {
  prepend_step(path, "[" + std::to_string(index) + "]");
}

HWC_DECL void prepend_key(std::string& path, std::string_view key) {
  constexpr std::size_t limit = 64;
  bool word = !key.empty() && key.size() <= limit;
  for (const char c : key.substr(0, limit)) {
    word = word && ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-');
  }
  if (word) return prepend_step(path, key);
  std::string step = "[\"";
  std::size_t size = key.size();
  if (size > limit) {
    for (size = limit; size != 0 && (static_cast<unsigned char>(key[size]) & 0xC0U) == 0x80U;) --size;
  }
  for (const char c : key.substr(0, size)) step += static_cast<unsigned char>(c) < 0x20 || c == '\x7f' ? '?' : c;
  step += size == key.size() ? "\"]" : "...\"]";
  prepend_step(path, step);
}

}  // namespace detail
}  // namespace hwc::json

#endif  // HWC_JSON_IMPL_ERROR_IPP
