// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPERATION_HPP
#define HWC_OPERATION_HPP

#include <hwc/error.hpp>
#include <hwc/file.hpp>
#include <hwc/http.hpp>
#include <hwc/json/mapping.hpp>
#include <hwc/placement.hpp>
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

namespace hwc::inline v0_1 {

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
//  - A member that the route names goes to the path, percent-encoded: a std::string, an integer, a described enum or a
//    class with `text()` (see <hwc/json/mapping.hpp>).
//  - The others go to the JSON body for POST, PUT and PATCH (`{}` when there is nothing to say, never an empty body),
//    and to the query string for GET and DELETE, ordered by name as the signature wants it: what a path takes, bool,
//    and optionals or vectors of these. An empty optional is left out, not an empty text, and a vector repeats the name
//    in the order of its texts.
//  - One whose type is of <hwc/placement.hpp> goes where that says.
//  - With an `hwc::file` among the members for the body, that is multipart/form-data.
//  - `static constexpr bool idempotent` says whether a repetition does no harm. Without it, only GET counts as such.
//
// The response is what <hwc/json/mapping.hpp> can read, `no_content`, or a type with a static `from_response`, that
// takes an `http_response&` and gives the type or a `result` of it, as `hwc::file` has: for what JSON is not, and for
// who wants the headers.
//
// A route that names something else, a member type that cannot be placed, or a struct that is not described does not
// compile, and the message says which and what to do.
template <class T>
concept operation = requires {
  typename T::response;
  { T::route } -> std::convertible_to<route>;
}
&&boost::describe::has_describe_members<T>::value;

namespace detail {

template <class Op>
using operation_members = boost::mp11::mp_rename<
    boost::describe::describe_members<Op, boost::describe::mod_any_access | boost::describe::mod_inherited>,
    boost::mp11::mp_list>;

template <class Op>
constexpr bool has_member_named(std::string_view name) {
  bool found = false;
  boost::mp11::mp_for_each<operation_members<Op>>([&](auto member) { found = found || name == member.name; });
  return found;
}

// Whether there is anything of that name but a described member, which goes to the service.
template <class Op>
constexpr bool says_whether_idempotent() {
  constexpr bool named = requires { Op::idempotent; }
  || requires { &Op::idempotent; };
  if constexpr (named && boost::describe::has_describe_members<Op>::value)
    return !has_member_named<Op>("idempotent");
  else
    return named;
}

// Nothing else, as a text would count as true.
template <class Op>
concept idempotent_is_a_bool = std::same_as<decltype(Op::idempotent), const bool>;

}  // namespace detail

// Whether repeating the operation does no harm, so that it may be repeated after any failure.
template <class Op>
inline constexpr bool is_idempotent_v = [] {
  if constexpr (!detail::says_whether_idempotent<Op>())
    return Op::route.method == http_method::get;
  else if constexpr (detail::idempotent_is_a_bool<Op>)
    return Op::idempotent;
  else
    return false;
}();

namespace detail {

// The type of a member as it is declared, and what it counts as.
template <class Member, class Op>
using declared_type = std::remove_cvref_t<decltype(std::declval<const Op&>().*Member::pointer)>;
template <class Member, class Op>
using member_type = json::detail::bare_t<declared_type<Member, Op>>;

enum class place : unsigned char { unmarked, path, query, body, whole_body, header };

template <class T>
inline constexpr place marked_place = place::unmarked;
template <class T>
inline constexpr place marked_place<in_query<T>> = place::query;
template <class T>
inline constexpr place marked_place<in_body<T>> = place::body;
template <class T>
inline constexpr place marked_place<whole_body<T>> = place::whole_body;
template <header_name Name, class T>
inline constexpr place marked_place<in_header<Name, T>> = place::header;

[[nodiscard]] constexpr bool has_body_by_itself(http_method method) noexcept {
  return method != http_method::get && method != http_method::delete_;
}

template <class Member, class Op>
inline constexpr place place_of = [] {
  if (route_names(Op::route.path, Member::name)) return place::path;
  constexpr auto marked = marked_place<declared_type<Member, Op>>;
  if (marked != place::unmarked) return marked;
  return has_body_by_itself(Op::route.method) ? place::body : place::query;
}();

template <class Op, place Place>
struct goes_to {
  template <class Member>
  using fn = std::bool_constant<place_of<Member, Op> == Place>;
};

// The members that go there, in the order of their description.
template <class Op, place Place>
using members_in = boost::mp11::mp_copy_if_q<operation_members<Op>, goes_to<Op, Place>>;

template <class Op, place Place>
inline constexpr bool has_members_in = boost::mp11::mp_size<members_in<Op, Place>>::value != 0;

template <class Op>
inline constexpr bool has_body_v =
    has_body_by_itself(Op::route.method) || has_members_in<Op, place::body> || has_members_in<Op, place::whole_body>;

template <class T>
concept file_value = std::same_as<T, file> || std::same_as<T, std::optional<file>>;

template <class Op>
struct is_file_member {
  template <class Member>
  using fn = std::bool_constant<file_value<member_type<Member, Op>> ||
                                std::same_as<member_type<Member, Op>, std::vector<file>>>;  // which is refused
};

// Whether the body is a form with files in it.
template <class Op>
inline constexpr bool is_form_v = boost::mp11::mp_any_of_q<members_in<Op, place::body>, is_file_member<Op>>::value;

template <class T>
concept text_scalar = std::same_as<T, std::string> || std::same_as<T, bool> || json::detail::integer<T> ||
    boost::describe::has_describe_enumerators<T>::value || json::detail::text_value<T>;

template <class T>
concept path_value = text_scalar<T> && !std::same_as<T, bool>;

template <class T>
inline constexpr bool is_optional_text = text_scalar<T>;
template <text_scalar T>
inline constexpr bool is_optional_text<std::optional<T>> = true;

template <class T>
inline constexpr bool is_query_value_v = is_optional_text<T>;
template <text_scalar T>
inline constexpr bool is_query_value_v<std::vector<T>> = true;

// Headers that are not an operation's to set: those of the message itself, and what signers write.
[[nodiscard]] constexpr bool is_own_header(std::string_view name) noexcept {
  for (const std::string_view own :
       {"Host", "Content-Type", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Authorization",
        "Proxy-Authorization", "X-Auth-Token", "X-Security-Token", "X-Sdk-Date", "X-Project-Id", "X-Domain-Id",
        "X-Sdk-Content-Sha256", "X-Sdk-Content-Sm3"}) {
    if (same_header_name(name, own)) return true;
  }
  return false;
}

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
      "or an optional or vector of these; change its type, or use a route with a body or hwc::in_body");
  return good;
}

template <class Header, class Value>
constexpr bool check_header_member() {
  constexpr bool good_name = is_header_name(Header::name) && !is_own_header(Header::name);
  static_assert(good_name,
                "hwc: hwc::in_header needs a header's name, and not one that the request, the signer or the transport "
                "sets by itself, as Host, Content-Type or Authorization");
  constexpr bool good = is_optional_text<Value>;
  static_assert(good,
                "hwc: a member that goes to a header must be a std::string, an integer, a bool, a described enum, or "
                "an optional of these; change its type");
  return good_name && good;
}

template <class Value>
constexpr bool check_form_member() {
  constexpr bool good = is_optional_text<Value> || file_value<Value>;
  static_assert(good,
                "hwc: beside an hwc::file, a member that goes to the body must be one too, or a std::string, an "
                "integer, a bool, a described enum, or an optional of these; change its type");
  return good;
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

template <class T>
concept reads_response = requires(http_response& answer) {
  { T::from_response(answer) } -> std::same_as<T>;
}
|| requires(http_response& answer) {
  { T::from_response(answer) } -> std::same_as<result<T>>;
};

template <class Op>
constexpr bool response_is_not_void() {
  if constexpr (requires { typename Op::response; })
    return !std::is_void_v<typename Op::response>;
  else
    return true;
}

template <class Op, class Member>
constexpr bool check_member() {
  using declared = declared_type<Member, Op>;
  constexpr auto where = place_of<Member, Op>;
  constexpr bool holds_a_class = marked_place<declared> == place::unmarked || requires { typename declared::maps_as; };
  static_assert(holds_a_class,
                "hwc: in_query, in_body, in_header and whole_body hold a class: std::string, std::optional, "
                "std::vector or a struct; for a number or a bool take a std::optional of it");
  if constexpr (!holds_a_class)
    return false;
  else if constexpr (where == place::path)
    return check_path_member<declared>();
  else if constexpr (where == place::query)
    return check_query_member<member_type<Member, Op>>();
  else if constexpr (where == place::header)
    return check_header_member<declared, member_type<Member, Op>>();
  else if constexpr (where == place::body && is_form_v<Op>)
    return check_form_member<member_type<Member, Op>>();
  else
    return true;  // the others of a body are checked where they are written to it, by hwc::json
}

template <class Op, class... Member>
constexpr bool check_members(boost::mp11::mp_list<Member...>) {
  return (true && ... && check_member<Op, Member>());
}

template <class Op>
constexpr bool check_body() {
  constexpr bool may_have_one = Op::route.method != http_method::get || !has_body_v<Op>;
  static_assert(may_have_one,
                "hwc: a GET has no body; use another method, or hwc::in_query or hwc::in_header for the member");
  constexpr auto whole = boost::mp11::mp_size<members_in<Op, place::whole_body>>::value;
  constexpr bool one_body = whole == 0 || (whole == 1 && !has_members_in<Op, place::body>);
  static_assert(one_body,
                "hwc: with hwc::whole_body no other member goes to the body; use hwc::in_query or hwc::in_header for "
                "the others, or members of their own for what the body holds");
  return may_have_one && one_body;
}

template <class Response>
constexpr bool check_response() {
  constexpr bool has_reader = requires { &Response::from_response; };
  constexpr bool reader_fits = !has_reader || reads_response<Response>;
  static_assert(reader_fits,
                "hwc: a response's `from_response` must be `static T from_response(hwc::http_response&)`, or give an "
                "`hwc::result<T>`, of the response's own type T");
  return reader_fits;
}

template <class Op>
constexpr bool check_idempotent() {
  if constexpr (says_whether_idempotent<Op>()) {
    constexpr bool is_a_bool = idempotent_is_a_bool<Op>;
    static_assert(is_a_bool,
                  "hwc: whether the operation may be repeated is said by `static constexpr bool idempotent`, with that "
                  "type; leave it out where only the route's method decides");
    return is_a_bool;
  }
  return true;
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
  constexpr bool idempotent_is_good = check_idempotent<Op>();
  if constexpr (described && has_response && response_is_a_value && has_route && idempotent_is_good) {
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
      constexpr bool members_are_good = check_members<Op>(operation_members<Op>{});
      constexpr bool body_is_good = check_body<Op>();
      constexpr bool response_is_good = check_response<typename Op::response>();
      return members_are_good && body_is_good && response_is_good;
    }
  }
  return false;
}

}  // namespace detail
}  // namespace hwc

#endif  // HWC_OPERATION_HPP
