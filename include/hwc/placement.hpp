// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_PLACEMENT_HPP
#define HWC_PLACEMENT_HPP

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hwc::inline v0_1 {
namespace detail {

// A `T` that says where it goes. It is used as a T, since it is one; what cannot be a base is refused with the
// operation.
template <class T, bool is_base = std::is_class_v<T> && !std::is_final_v<T>>
struct placed : T {
  using maps_as = T;
  using T::T;
  placed() = default;
  placed(T value) : T(std::move(value)) {}
};
template <class T>
struct placed<T, false> {};

}  // namespace detail

// Where a member of an operation goes when its route's method would place it elsewhere (see <hwc/operation.hpp>). The
// member is used like the T that it is:
//
//   struct remove_tags {
//     using response = hwc::no_content;
//     static constexpr auto route = hwc::delete_("/v2/{project_id}/desktops/{desktop_id}/tags");
//     std::string desktop_id{};
//     hwc::in_body<std::vector<std::string>> keys{};                               // a DELETE with a body
//     hwc::in_header<"X-Language", std::optional<std::string>> language{};
//   };
//   BOOST_DESCRIBE_STRUCT(remove_tags, (), (desktop_id, keys, language))
//
//   client.send(remove_tags{.desktop_id = id, .keys = {"a", "b"}, .language = "en-us"});

// To the query string, of a POST, PUT or PATCH.
template <class T>
struct in_query : detail::placed<T> {
  using detail::placed<T>::placed;
};

// To the JSON body, of a DELETE, which has none without such a member.
template <class T>
struct in_body : detail::placed<T> {
  using detail::placed<T>::placed;
};

// It is the JSON body, whatever its kind: an array, or an object whose members it has.
template <class T>
struct whole_body : detail::placed<T> {
  using detail::placed<T>::placed;
};

// The name of a header, as a template argument.
template <std::size_t Size>
struct header_name {
  char text[Size]{};
  consteval header_name(const char (&name)[Size]) {
    for (std::size_t i = 0; i != Size; ++i) text[i] = name[i];
  }
  [[nodiscard]] constexpr std::string_view view() const noexcept { return {text, Size - 1}; }
};

// To the request header of that name: a std::string or an optional. An empty optional sends none.
template <header_name Name, class T>
struct in_header : detail::placed<T> {
  static constexpr std::string_view name = Name.view();
  using detail::placed<T>::placed;
};

}  // namespace hwc

#endif  // HWC_PLACEMENT_HPP
