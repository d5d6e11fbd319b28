// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_JSON_WRITE_HPP
#define HWC_JSON_WRITE_HPP

#include <hwc/json/error.hpp>
#include <hwc/json/mapping.hpp>
#include <hwc/json/source.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <boost/system/result.hpp>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::json {
namespace detail {

template <class T, class Out>
bool write_value(const T& value, Out& out, error& why, int depth);

template <class T, class Out>
bool write_whole(const T& value, Out& out, error& why);

}  // namespace detail

// Appends the value as JSON, without white space, to a string. See <hwc/json/mapping.hpp> for the types.
//
// Members come in order of declaration; an empty optional member is left out, elsewhere it is null. Strings are escaped
// as RFC 8259 requires and no further. Floating-point numbers are the shortest that read back the same.
//
// Fails with `not_utf8`, `not_finite`, `depth`, or `unknown_enumerator` for an enum's value that has no name; then
// `out` is as it was. Throws only what growing `out` throws; then its end is unspecified.
template <class T, class Out>
[[nodiscard]] result<void> write(const T& value, Out& out) {
  error why{};
  if (detail::write_whole(value, out, why)) return {};
  return {boost::system::in_place_error, std::move(why)};
}

namespace detail {

// The bytes of a word that a string cannot hold as they are (control characters, quote, backslash) have their top bit
// set; so have those that are not ASCII.
[[nodiscard]] constexpr std::uint64_t special_bytes(std::uint64_t word) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101U;
  constexpr std::uint64_t tops = 0x80U * ones;
  const auto zero = [](std::uint64_t w) { return (w - ones) & ~w; };
  return (((word - 0x20U * ones) & ~word) | zero(word ^ ('"' * ones)) | zero(word ^ ('\\' * ones)) | word) & tops;
}

// Whether the text is ASCII without anything to escape.
[[nodiscard]] inline bool is_plain(std::string_view text) noexcept {
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t word = 0;
  std::uint64_t special = 0;
  for (; left >= sizeof word; at += sizeof word, left -= sizeof word) {
    std::memcpy(&word, at, sizeof word);
    special |= special_bytes(word);
  }
  word = 0x2020202020202020U;
  if (left != 0) std::memcpy(&word, at, left);
  return (special | special_bytes(word)) == 0;
}

template <class Out>
void append_escaped(std::string_view text, Out& out) {
  std::size_t done = 0;
  for (std::size_t i = 0; i != text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text.data() + done, i - done);
    done = i + 1;
    out.push_back('\\');
    switch (c) {
      case '"':
      case '\\':
        out.push_back(static_cast<char>(c));
        break;
      case '\b':
        out.push_back('b');
        break;
      case '\f':
        out.push_back('f');
        break;
      case '\n':
        out.push_back('n');
        break;
      case '\r':
        out.push_back('r');
        break;
      case '\t':
        out.push_back('t');
        break;
      default:
        out.append("u00", 3);
        out.push_back(c < 0x10 ? '0' : '1');
        out.push_back("0123456789ABCDEF"[c & 0xFU]);
    }
  }
  out.append(text.data() + done, text.size() - done);
}

inline bool fail_write(error& why, errc code, std::string message) {
  why = {code, {}, std::move(message)};
  return false;
}

template <class Out>
bool write_string(std::string_view text, Out& out, error& why) {
  const bool plain = is_plain(text);
  if (!plain && !is_utf8(text)) return fail_write(why, errc::not_utf8, "the text is not UTF-8");
  out.push_back('"');
  if (plain)
    out.append(text.data(), text.size());
  else
    append_escaped(text, out);
  out.push_back('"');
  return true;
}

#ifdef HWC_SEPARATE_COMPILATION
extern template bool write_string(std::string_view, std::string&, error&);
#endif

template <class T, class Out>
bool write_number(T value, Out& out, error& why) {
  if constexpr (floating<T>) {
    if (!is_finite(value)) return fail_write(why, errc::not_finite, "infinity and NaN cannot be written");
  }
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, static_cast<std::size_t>(end - digits));
  return true;
}

template <described_enum T, class Out>
bool write_enum(T value, Out& out, error& why) {
  bool found = false;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
    if (found || value != enumerator.value) return;
    found = true;
    out.push_back('"');
    out.append(enumerator.name);
    out.push_back('"');
  });
  return found || fail_write(why, errc::unknown_enumerator, "expected one of " + enumerator_names<T>());
}

template <vector T, class Out>
bool write_vector(const T& value, Out& out, error& why, int depth) {
  out.push_back('[');
  for (std::size_t i = 0; i != value.size(); ++i) {
    if (i != 0) out.push_back(',');
    const typename T::value_type& element = value[i];  // binds to a temporary where T is vector<bool>
    if (write_value(element, out, why, depth)) continue;
    prepend_index(why.path, i);
    return false;
  }
  out.push_back(']');
  return true;
}

template <map T, class Out>
bool write_map(const T& value, Out& out, error& why, int depth) {
  char separator = '{';
  for (const auto& [key, mapped_value] : value) {
    out.push_back(separator);
    separator = ',';
    if (!write_string(key, out, why)) {
      why.message = "a key is not UTF-8";
      return false;
    }
    out.push_back(':');
    if (write_value(mapped_value, out, why, depth)) continue;
    prepend_key(why.path, key);
    return false;
  }
  if (separator == '{') out.push_back(separator);
  out.push_back('}');
  return true;
}

template <class Descriptor, class T, class Out>
bool write_member([[maybe_unused]] const T& value, [[maybe_unused]] Out& out, [[maybe_unused]] error& why,
                  [[maybe_unused]] int depth) {
  if constexpr (mapped<member_type<T, Descriptor>>) {
    const member_type<T, Descriptor>& member = value.*Descriptor::pointer;
    constexpr auto name = quoted_name_of<Descriptor>.view();
    if constexpr (optional<member_type<T, Descriptor>>) {
      if (!member) return true;
      out.append(name.data(), name.size());
      if (write_value(*member, out, why, depth)) return true;
    } else {
      out.append(name.data(), name.size());
      if (write_value(member, out, why, depth)) return true;
    }
    prepend_step(why.path, name_of<Descriptor>);
    return false;
  } else {
    return refuse<member_type<T, Descriptor>, Descriptor::pointer>();
  }
}

// Every member writes a comma before its name; the first comma then becomes the brace.
template <class T, class Out, class... Descriptor>
bool write_struct([[maybe_unused]] const T& value, Out& out, [[maybe_unused]] error& why, [[maybe_unused]] int depth,
                  boost::mp11::mp_list<Descriptor...>) {
  const std::size_t begin = out.size();
  if (!(write_member<Descriptor>(value, out, why, depth) && ...)) return false;
  if (out.size() == begin)
    out.push_back('{');
  else
    out[begin] = '{';
  out.push_back('}');
  return true;
}

template <class T, class Out>
bool write_value(const T& value, Out& out, error& why, int depth) {
  if constexpr (boolean<T>) {
    out.append(value ? "true" : "false");
    return true;
  } else if constexpr (integer<T> || floating<T>) {
    return write_number(value, out, why);
  } else if constexpr (string<T>) {
    return write_string(value, out, why);
  } else if constexpr (secret_text<T>) {
    return write_string(value.reveal(), out, why);
  } else if constexpr (text_value<T>) {
    return write_string(value.text(), out, why);
  } else if constexpr (described_enum<T>) {
    return write_enum(value, out, why);
  } else if constexpr (optional<T>) {
    if (value) return write_value(*value, out, why, depth);
    out.append("null");
    return true;
  } else {
    if (depth == max_depth) {
      return fail_write(why, errc::depth,
                        "objects and arrays are nested more than " + std::to_string(max_depth) + " deep");
    }
    if constexpr (vector<T>)
      return write_vector(value, out, why, depth + 1);
    else if constexpr (map<T>)
      return write_map(value, out, why, depth + 1);
    else
      return write_struct(value, out, why, depth + 1, boost::mp11::mp_rename<members_of<T>, boost::mp11::mp_list>{});
  }
}

// As `write`; false: it failed, and `why` says why.
template <class T, class Out>
bool write_whole(const T& value, Out& out, [[maybe_unused]] error& why) {
  const auto size = out.size();
  if constexpr (mapped<T>) {
    if (write_value(value, out, why, 0)) return true;
  } else {
    refuse<T>();
  }
  out.resize(size);
  return false;
}

// Appends an object of some of a described struct's members: those of the list of descriptors, in its order. Otherwise
// as `write_whole`. For request bodies, where other members go elsewhere.
template <class Descriptors, class T, class Out>
[[nodiscard]] bool write_members(const T& value, Out& out, error& why) {
  const auto size = out.size();
  if (write_struct(value, out, why, 1, boost::mp11::mp_rename<Descriptors, boost::mp11::mp_list>{})) return true;
  out.resize(size);
  return false;
}

}  // namespace detail
}  // namespace hwc::json

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/json/impl/write.ipp>
#endif

#endif  // HWC_JSON_WRITE_HPP
