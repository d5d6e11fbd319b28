// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_JSON_MAPPING_HPP
#define HWC_JSON_MAPPING_HPP

#include <hwc/secret.hpp>

#include <boost/describe/bases.hpp>
#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/describe/modifiers.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::json {
namespace detail {

template <class T>
concept boolean = std::same_as<T, bool>;

// Character types are numbers to the language but not to people, so they have no mapping; `signed char` and
// `unsigned char` are the usual `std::int8_t` and `std::uint8_t`.
template <class T>
concept integer =
    std::integral<T> && !std::is_const_v<T> && !boolean<T> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
    !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t> && sizeof(T) <= 8;

template <class T>
concept floating = std::same_as<T, float> || std::same_as<T, double>;

// Neither infinity nor NaN, as IEC 60559 writes them. <cmath> would cost each source file some 0.1 s.
[[nodiscard]] constexpr bool is_finite(double value) noexcept {
  static_assert(std::numeric_limits<double>::is_iec559);
  constexpr std::uint64_t exponent = 0x7FF0'0000'0000'0000U;
  return (std::bit_cast<std::uint64_t>(value) & exponent) != exponent;
}

template <class T>
concept string = std::same_as<T, std::string>;

template <class T>
concept secret_text = std::same_as<T, hwc::secret>;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_vector = false;
template <class T, class Allocator>
inline constexpr bool is_vector<std::vector<T, Allocator>> = true;

template <class T>
concept optional = is_optional<T>;

template <class T>
concept vector = is_vector<T>;

template <class T>
concept map = std::same_as<typename T::key_type, std::string> && requires(T& map, typename T::mapped_type& value) {
  map.clear();
  map.insert_or_assign(std::string{}, std::move(value));
};

// A type of its own that is a text in JSON, whatever the text says.
template <class T>
concept text_value = std::is_class_v<T> && requires(const T& value, std::string_view text) {
  { value.text() } -> std::convertible_to<std::string_view>;
  { T::from_text(text) } -> std::same_as<T>;
};

// What a type counts as: itself, or the base that it says it maps as.
template <class T>
struct bare {
  using type = T;
};
template <class T>
requires std::derived_from<T, typename T::maps_as>
struct bare<T> {
  using type = typename T::maps_as;
};
template <class T>
using bare_t = typename bare<T>::type;

template <class T>
concept described_struct = std::is_class_v<T> && !std::is_const_v<T> && boost::describe::has_describe_members<T>::value;

template <class T>
concept described_enum =
    std::is_enum_v<T> && !std::is_const_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <class T>
constexpr bool is_mapped() {
  if constexpr (optional<T> || vector<T>)
    return is_mapped<typename T::value_type>();
  else if constexpr (map<T>)
    return is_mapped<typename T::mapped_type>();
  else
    return boolean<T> || integer<T> || floating<T> || string<T> || secret_text<T> || text_value<T> ||
           described_struct<T> || described_enum<T>;
}

}  // namespace detail

// A type with a JSON mapping:
//
//   bool                            true, false
//   integer types, not char         a number without fraction and exponent, within the type's range
//   float, double                   a number
//   std::string                     a string, valid UTF-8
//   hwc::secret                     the same; the texts that are written and read are the caller's to wipe
//   std::optional<T>                as T; none is null, and as a member of a struct it is absent
//   std::vector<T>                  an array
//   std::map<std::string, T> etc.   an object with any keys: a type with that `key_type` and `insert_or_assign`
//   struct, BOOST_DESCRIBE_STRUCT   an object with the described members, those of described bases first
//   enum, BOOST_DESCRIBE_ENUM       a string, the enumerator's name
//   class with `text()` and a       a string; a number is read as the text of its digits. So `hwc::open_enum` and
//   static `from_text(string_view)`   `hwc::timestamp` are mapped
//
// A member whose type derives from `maps_as`, as those of <hwc/placement.hpp> do, is mapped as that.
//
// For a described struct it says nothing about the members: each is checked where the struct is read or written.
template <class T>
concept mapped = detail::is_mapped<T>();

namespace detail {

// What is at fault in a type without a mapping: the type itself or what it holds.
template <class T>
constexpr bool is_undescribed_struct() {
  if constexpr (optional<T> || vector<T>)
    return is_undescribed_struct<typename T::value_type>();
  else if constexpr (map<T>)
    return is_undescribed_struct<typename T::mapped_type>();
  else
    return std::is_class_v<T> && std::is_aggregate_v<T> && !mapped<T> && !requires { typename T::value_type; };
}

// Called in place of reading or writing a type that is not `mapped`, so that there is one refusal per fault: only one
// of the assertions fails, and a member is refused once however often it is read and written. The compiler shows the
// type, and the member as a pointer, among the template arguments.
template <class Type, auto... Member>
constexpr bool refuse() {
  static_assert(!is_undescribed_struct<Type>(),
                "hwc: describe the struct with BOOST_DESCRIBE_STRUCT(name, (), (members...)) to map it to JSON");
  static_assert(is_undescribed_struct<Type>() || mapped<Type>,
                "hwc: this type has no JSON mapping; use bool, a number, std::string, hwc::secret, std::optional, "
                "std::vector, a map with std::string keys, or a struct or enum described with Boost.Describe");
  return false;
}

// The members of a described struct as a list of Boost.Describe's descriptors.
template <class T>
using members_of =
    boost::describe::describe_members<T, boost::describe::mod_any_access | boost::describe::mod_inherited>;

template <class T, class Descriptor>
using member_type = bare_t<std::remove_reference_t<decltype(std::declval<T&>().*Descriptor::pointer)>>;

// Whether a value of the type may hold an hwc::secret, so that its text wants to be wiped. `Outer` are the structs
// around it, which it may hold again.
template <class T, class... Outer>
constexpr bool holds_secret() {
  if constexpr (secret_text<T>) {
    return true;
  } else if constexpr (optional<T> || vector<T>) {
    return holds_secret<typename T::value_type, Outer...>();
  } else if constexpr (map<T>) {
    return holds_secret<typename T::mapped_type, Outer...>();
  } else if constexpr (described_struct<T> && !(std::same_as<T, Outer> || ...)) {
    bool found = false;
    boost::mp11::mp_for_each<members_of<T>>(
        [&](auto member) { found = found || holds_secret<member_type<T, decltype(member)>, T, Outer...>(); });
    return found;
  } else {
    return false;
  }
}

// A name framed by other text, at compile time, e.g. `,"name":`.
template <std::size_t Size>
struct fixed_text {
  std::array<char, Size> data{};
  [[nodiscard]] constexpr std::string_view view() const noexcept { return {data.data(), Size}; }
};

template <class Descriptor>
inline constexpr std::string_view name_of = Descriptor::name;

template <class Descriptor>
inline constexpr auto quoted_name_of = [] {
  constexpr auto name = name_of<Descriptor>;
  fixed_text<name.size() + 4> text{};
  std::size_t at = 0;
  text.data[at++] = ',';
  text.data[at++] = '"';
  for (const char c : name) text.data[at++] = c;
  text.data[at++] = '"';
  text.data[at] = ':';
  return text;
}();

// All names of an enum, for messages: "red, green".
template <described_enum Enum>
[[nodiscard]] std::string enumerator_names() {
  std::string names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>([&](auto enumerator) {
    if (!names.empty()) names += ", ";
    names += enumerator.name;
  });
  return names;
}

}  // namespace detail
}  // namespace hwc::json

#endif  // HWC_JSON_MAPPING_HPP
