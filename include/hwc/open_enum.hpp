// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPEN_ENUM_HPP
#define HWC_OPEN_ENUM_HPP

#include <hwc/http.hpp>

#include <boost/describe/enum_to_string.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>

#include <concepts>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace hwc::inline v0_1 {

// One of the values that an enum describes, or one that it does not know yet: services add values, and a client that
// was built before shall neither fail on them nor lose them.
//
//   hwc::open_enum<device_status> status = device_status::registered;   // or "REGISTERED", or any other text
//   if (status == device_status::registered) ...
//   switch (status.known().value_or(device_status::other)) ...
//
// It keeps the text as it came. Names are compared without regard to the case of ASCII letters, since services write
// the same value in both. In JSON, paths, queries and headers it is its text.
template <class Enum>
class open_enum {
  static constexpr bool is_described() {
    constexpr bool described = boost::describe::has_describe_enumerators<Enum>::value;
    static_assert(described,
                  "hwc: describe the enum with BOOST_DESCRIBE_ENUM(name, values...), so that its names are known");
    return described;
  }

 public:
  // An empty text, which no enumerator has.
  open_enum() = default;

  // The name of the enumerator; empty for a value without a name.
  open_enum(Enum value) {
    if constexpr (is_described()) text_ = boost::describe::enum_to_string(value, "");
  }

  template <std::convertible_to<std::string_view> Text>
  open_enum(const Text& text) : text_{std::string_view{text}} {}

  [[nodiscard]] static open_enum from_text(std::string_view text) { return {text}; }

  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  // The enumerator of that name; nothing if there is none.
  [[nodiscard]] std::optional<Enum> known() const {
    std::optional<Enum> found;
    if constexpr (is_described()) {
      boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>([&](auto enumerator) {
        if (same_header_name(text_, enumerator.name)) found = enumerator.value;
      });
    }
    return found;
  }

  friend bool operator==(const open_enum& left, const open_enum& right) {
    return same_header_name(left.text_, right.text_);
  }

  // As frameworks that test print it.
  template <class Traits>
  friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, const open_enum& value) {
    return out << value.text_;
  }

 private:
  std::string text_{};
};

}  // namespace hwc

#endif  // HWC_OPEN_ENUM_HPP
