// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPERATION_HPP
#define HWC_OPERATION_HPP

#include <hwc/json/mapping.hpp>
#include <hwc/route.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enumerators.hpp>
#include <boost/describe/members.hpp>
#include <boost/describe/modifiers.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <concepts>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace hwc {

// The response of an operation whose answer has no content, or none that matters: any 2xx is a success and the body is
// ignored.
struct no_content {
  friend bool operator==(const no_content&, const no_content&) = default;

  // So that test frameworks can print a `result<no_content>`.
  template <class Traits>
  friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, const no_content&) {
    return out << "no_content";
  }
};
BOOST_DESCRIBE_STRUCT(no_content, (), ())

// An operation is one described struct, and everything about its request follows from it at compile time:
//
//   struct resend_email {
//     using response = hwc::no_content;                                    // what a successful answer is read into
//     static constexpr auto route = hwc::post("/v2/{project_id}/users/{user_id}/resend-email");
//     std::string user_id{};
//     std::optional<std::string> template_id{};
//   };
//   BOOST_DESCRIBE_STRUCT(resend_email, (), (user_id, template_id))
//
//  - A member that the route names goes to the path, percent-encoded: a std::string, an integer or a described enum.
//  - The others go to the JSON body for POST, PUT and PATCH (`{}` when there is nothing to say, never an empty body),
//    and to the query string for GET and DELETE, ordered by name as the signature wants it: strings, integers, bool,
//    described enums, and optionals or vectors of these. An empty optional is left out.
//  - `static constexpr bool idempotent` says whether a repetition does no harm. Without it, only GET counts as such.
//
// A route that names something else, a member type that cannot be placed, or a struct that is not described does not
// compile, and the message says which and what to do.
template <class T>
concept operation = requires {
  typename T::response;
  { T::route } -> std::convertible_to<route>;
}
&&boost::describe::has_describe_members<T>::value;

// Whether repeating the operation does no harm, so that it may be repeated after any failure.
template <class Op>
inline constexpr bool is_idempotent_v = [] {
  if constexpr (requires {
                  { Op::idempotent } -> std::convertible_to<bool>;
                })
    return static_cast<bool>(Op::idempotent);
  else
    return Op::route.method == http_method::get;
}();

namespace detail {

template <class Op>
using operation_members = boost::mp11::mp_rename<
    boost::describe::describe_members<Op, boost::describe::mod_any_access | boost::describe::mod_inherited>,
    boost::mp11::mp_list>;

template <class Member, class Op>
using member_type = std::remove_cvref_t<decltype(std::declval<const Op&>().*Member::pointer)>;

template <class Op>
struct is_path_member {
  template <class Member>
  using fn = std::bool_constant<route_names(Op::route.path, Member::name)>;
};

// The members that the route names, and the others, in the order of their description.
template <class Op>
using path_members = boost::mp11::mp_copy_if_q<operation_members<Op>, is_path_member<Op>>;
template <class Op>
using payload_members = boost::mp11::mp_remove_if_q<operation_members<Op>, is_path_member<Op>>;

template <class Op>
inline constexpr bool has_body_v = Op::route.method != http_method::get&& Op::route.method != http_method::delete_;

template <class T>
concept text_scalar = std::same_as<T, std::string> || std::same_as<T, bool> || json::detail::integer<T> ||
    boost::describe::has_describe_enumerators<T>::value;

template <class T>
concept path_value = text_scalar<T> && !std::same_as<T, bool>;

template <class T>
inline constexpr bool is_query_value_v = text_scalar<T>;
template <text_scalar T>
inline constexpr bool is_query_value_v<std::optional<T>> = true;
template <text_scalar T>
inline constexpr bool is_query_value_v<std::vector<T>> = true;

// Each of these holds one check, so that the compiler shows the type at fault next to our sentence.
template <class Value>
constexpr bool check_path_member() {
  constexpr bool good = path_value<Value>;
  static_assert(
      good,
      "hwc: a member named in the route must be a std::string, an integer or a described enum; change its type "
      "or the route");
  return good;
}

template <class Value>
constexpr bool check_query_member() {
  constexpr bool good = is_query_value_v<Value>;
  static_assert(
      good,
      "hwc: a member that goes to the query string must be a std::string, an integer, a bool, a described enum, "
      "or an optional or vector of these; change its type, or use a route with a body");
  return good;
}

template <class Op>
constexpr bool has_member_named(std::string_view name) {
  bool found = false;
  boost::mp11::mp_for_each<operation_members<Op>>([&](auto member) { found = found || name == member.name; });
  return found;
}

template <class Op>
constexpr bool route_parameters_are_members() {
  std::string_view path = Op::route.path;
  bool good = true;
  while (!path.empty()) {
    const auto piece = take_route_piece(path);
    good = good && (!piece.is_parameter || piece.text == project_id_parameter || has_member_named<Op>(piece.text));
  }
  return good;
}

template <class Op>
constexpr bool response_is_not_void() {
  if constexpr (requires { typename Op::response; })
    return !std::is_void_v<typename Op::response>;
  else
    return true;
}

template <class Op, class... Member>
constexpr bool check_path_members(boost::mp11::mp_list<Member...>) {
  return (true && ... && check_path_member<member_type<Member, Op>>());
}
// Members that go to a body are checked where they are written to it, by hwc::json.
template <class Op, class... Member>
constexpr bool check_payload_members(boost::mp11::mp_list<Member...>) {
  if constexpr (has_body_v<Op>)
    return true;
  else
    return (true && ... && check_query_member<member_type<Member, Op>>());
}

// Whether the struct is an operation whose request can be made; where it is not, compiling this says why, in one
// sentence for each fault.
template <class Op>
constexpr bool check_operation() {
  constexpr bool described = boost::describe::has_describe_members<Op>::value;
  static_assert(
      described,
      "hwc: describe the operation with BOOST_DESCRIBE_STRUCT(name, (), (members...)), so that its parameters "
      "are known");
  constexpr bool has_response = requires { typename Op::response; };
  static_assert(
      has_response,
      "hwc: the operation needs `using response = T;`, with hwc::no_content where the service answers without "
      "a body");
  constexpr bool response_is_a_value = !has_response || response_is_not_void<Op>();
  static_assert(response_is_a_value, "hwc: the response cannot be void; use hwc::no_content");
  constexpr bool has_route = requires {
    { Op::route } -> std::convertible_to<route>;
  };
  static_assert(has_route,
                "hwc: the operation needs `static constexpr auto route = hwc::post(\"/path/{member}\");` (or get, put, "
                "patch, delete_)");
  if constexpr (described && has_response && response_is_a_value && has_route) {
    constexpr bool route_is_good = is_route_path(Op::route.path);
    static_assert(route_is_good,
                  "hwc: the route is malformed: it begins with '/', every '{' has its '}' around a member's name, and "
                  "the rest needs no percent-encoding");
    constexpr bool parameters_are_members = !route_is_good || route_parameters_are_members<Op>();
    static_assert(parameters_are_members,
                  "hwc: a {name} in the route is no member of the operation; add the member, or describe it with "
                  "BOOST_DESCRIBE_STRUCT (only {project_id} comes from the endpoint)");
    constexpr bool project_is_no_member = !has_member_named<Op>(project_id_parameter);
    static_assert(project_is_no_member,
                  "hwc: an operation cannot have a member project_id; the project comes from the endpoint");
    if constexpr (route_is_good && parameters_are_members && project_is_no_member) {
      constexpr bool path_is_good = check_path_members<Op>(path_members<Op>{});
      constexpr bool payload_is_good = check_payload_members<Op>(payload_members<Op>{});
      return path_is_good && payload_is_good;
    }
  }
  return false;
}

}  // namespace detail
}  // namespace hwc

#endif  // HWC_OPERATION_HPP
