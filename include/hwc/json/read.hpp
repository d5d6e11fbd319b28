// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_JSON_READ_HPP
#define HWC_JSON_READ_HPP

#include <hwc/json/error.hpp>
#include <hwc/json/fields.hpp>
#include <hwc/json/mapping.hpp>
#include <hwc/json/source.hpp>

#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>
#include <boost/system/result.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hwc::inline v0_1::json {
namespace detail {

template <class T>
bool read_value(source& in, T& out);

template <class T>
bool read_document(source& in, std::string_view text, T& out);

}  // namespace detail

// Reads texts into values and keeps its memory between them, so that reading the like again into the same value
// allocates nothing. See <hwc/json/mapping.hpp> for the types.
//
// Fields that the struct does not know are skipped, and of a field that comes twice the last one counts. A field may be
// absent only if its member is optional; then, as with null, the member is cleared. What is wrong, with the field's
// path, is in `errc`; no bytes make it throw. One object is used by one thread at a time.
class reader {
 public:
  // The text as a value.
  template <class T>
  [[nodiscard]] result<T> read(std::string_view text) {
    if constexpr (mapped<T>) {
      T value{};
      if (detail::read_document(in_, text, value)) return {boost::system::in_place_value, std::move(value)};
    } else {
      detail::refuse<T>();
    }
    return {boost::system::in_place_error, std::move(in_.error())};
  }

  // Reads into an object, whose memory is reused; its described members are all overwritten. After an error they hold
  // anything.
  template <class T>
  [[nodiscard]] result<void> read_into(std::string_view text, T& out) {
    if constexpr (mapped<T>) {
      if (detail::read_document(in_, text, out)) return {};
    } else {
      detail::refuse<T>();
    }
    return {boost::system::in_place_error, std::move(in_.error())};
  }

  // What it reads from, to be used for another document between two reads.
  [[nodiscard]] json::source& source() noexcept { return in_; }

 private:
  json::source in_{};
};

// Reads one text. As `reader::read`, without keeping memory.
template <class T>
[[nodiscard]] result<T> read(std::string_view text) {
  return reader{}.read<T>(text);
}

namespace detail {

template <integer T>
bool read_integer(source& in, T& out) {
  using wide = std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t>;
  if constexpr (std::same_as<T, wide>) {
    if (in.read(out)) return true;
  } else {
    wide number{};
    if (in.read(number) && std::in_range<T>(number)) {
      out = static_cast<T>(number);
      return true;
    }
  }
  if (in.failed() && in.error().code != errc::out_of_range) return false;
  return in.fail(errc::out_of_range, "expected an integer from " + std::to_string(std::numeric_limits<T>::min()) +
                                         " to " + std::to_string(std::numeric_limits<T>::max()));
}

template <floating T>
bool read_floating(source& in, T& out) {
  double number{};
  if (!in.read(number)) return false;
  out = static_cast<T>(number);
  return is_finite(out) || in.fail(errc::out_of_range, "the number does not fit");
}

template <secret_text T>
bool read_secret(source& in, T& out) {
  std::string_view text;
  if (!in.read(text)) return false;
  out = T{text};
  return true;
}

template <text_value T>
bool read_text_value(source& in, T& out) {
  std::string_view text;
  if (!(in.kind() == json::kind::number ? in.read_number_text(text) : in.read(text))) return false;
  out = T::from_text(text);
  return true;
}

template <described_enum T>
bool read_enum(source& in, T& out) {
  std::string_view text;
  if (!in.read(text)) return false;
  bool found = false;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
    if (text != enumerator.name) return;
    out = enumerator.value;
    found = true;
  });
  return found || in.fail(errc::unknown_enumerator, "expected one of " + enumerator_names<T>());
}

template <optional T>
bool read_optional(source& in, T& out) {
  if (in.read_null()) {
    out.reset();
    return true;
  }
  if constexpr (string<typename T::value_type>) {  // made in one step rather than empty first
    if (out) return in.read(*out);
    std::string_view text;
    if (!in.read(text)) return false;
    out.emplace(text);
    return true;
  } else {
    if (!out) out.emplace();
    return read_value(in, *out);
  }
}

// Elements that are there are read over, so that their memory is used again.
template <vector T>
bool read_vector(source& in, T& out) {
  if (!in.enter_array()) return false;
  std::size_t count = 0;
  for (; in.next_element(); ++count) {
    bool ok = false;
    if constexpr (boolean<typename T::value_type>) {
      if (count == out.size()) out.push_back(false);
      bool value = false;
      ok = in.read(value);
      out[count] = value;
    } else {
      if (count == out.size()) out.emplace_back();
      ok = read_value(in, out[count]);
    }
    if (!ok) break;
  }
  if (in.failed()) {
    prepend_index(in.error().path, count);
    return false;
  }
  out.resize(count);
  return true;
}

template <map T>
bool read_map(source& in, T& out) {
  out.clear();
  if (!in.enter_object()) return false;
  for (std::string_view key; in.next_key(key);) {
    typename T::mapped_type value{};
    if (!read_value(in, value)) {
      prepend_key(in.error().path, key);
      return false;
    }
    out.insert_or_assign(std::string{key}, std::move(value));
  }
  return !in.failed();
}

template <class T, class Descriptor>
bool read_field([[maybe_unused]] source& in, [[maybe_unused]] const char* key, [[maybe_unused]] void* object) {
  static_assert(name_of<Descriptor>.size() < source::key_room, "hwc: names of members may have up to 255 characters");
  if constexpr (mapped<member_type<T, Descriptor>>) {
    member_type<T, Descriptor>& member = static_cast<T*>(object)->*Descriptor::pointer;
    return source::is_key(key, name_of<Descriptor>) && read_value(in, member);
  } else {
    return refuse<member_type<T, Descriptor>, Descriptor::pointer>();
  }
}

template <class T, class Descriptor>
void clear_field(void* object) {
  (static_cast<T*>(object)->*Descriptor::pointer).reset();
}

template <class T, class Descriptor>
constexpr field field_of() {
  if constexpr (optional<member_type<T, Descriptor>>)
    return {name_of<Descriptor>, read_field<T, Descriptor>, clear_field<T, Descriptor>};
  else
    return {name_of<Descriptor>, read_field<T, Descriptor>};
}

template <class T, class... Descriptor>
bool read_struct(source& in, T& out, boost::mp11::mp_list<Descriptor...>) {
  static constexpr std::array<field, sizeof...(Descriptor)> fields{field_of<T, Descriptor>()...};
  std::array<bool, sizeof...(Descriptor)> seen{};
  return object_reader::read(in, fields.data(), fields.size(), seen.data(), std::addressof(out));
}

template <class T>
bool read_value(source& in, T& out) {
  if constexpr (boolean<T> || string<T>)
    return in.read(out);
  else if constexpr (integer<T>)
    return read_integer(in, out);
  else if constexpr (floating<T>)
    return read_floating(in, out);
  else if constexpr (secret_text<T>)
    return read_secret(in, out);
  else if constexpr (text_value<T>)
    return read_text_value(in, out);
  else if constexpr (optional<T>)
    return read_optional(in, out);
  else if constexpr (vector<T>)
    return read_vector(in, out);
  else if constexpr (map<T>)
    return read_map(in, out);
  else if constexpr (described_enum<T>)
    return read_enum(in, out);
  else
    return read_struct(in, out, boost::mp11::mp_rename<members_of<T>, boost::mp11::mp_list>{});
}

template <class T>
bool read_document(source& in, std::string_view text, T& out) {
  return in.open(text) && read_value(in, out) && in.close();
}

}  // namespace detail
}  // namespace hwc::json

#endif  // HWC_JSON_READ_HPP
