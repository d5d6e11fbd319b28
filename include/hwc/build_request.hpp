// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BUILD_REQUEST_HPP
#define HWC_BUILD_REQUEST_HPP

#include <hwc/detail/character_set.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/detail/form_data.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/file.hpp>
#include <hwc/http.hpp>
#include <hwc/json/write.hpp>
#include <hwc/operation.hpp>
#include <hwc/route.hpp>
#include <hwc/url.hpp>

#include <boost/describe/enum_to_string.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace hwc::inline v0_1 {
namespace detail {

[[nodiscard]] error refused_argument(std::string_view name, std::string_view why);

// The text of a value in a path or query, before it is encoded; integers are written to `scratch`. Nothing for an
// enum's value without a name.
template <text_scalar T>
std::optional<std::string_view> text_of(const T& value, std::string& scratch) {
  if constexpr (std::same_as<T, std::string>) {
    return value;
  } else if constexpr (std::same_as<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (json::detail::text_value<T>) {
    return std::string_view{value.text()};
  } else if constexpr (std::integral<T>) {
    scratch = std::to_string(value);
    return scratch;
  } else {
    const char* name = boost::describe::enum_to_string(value, nullptr);
    return name ? std::optional<std::string_view>{name} : std::nullopt;
  }
}

// Text that a parameter may hold: UTF-8 without control characters, which are a stray line end or worse.
[[nodiscard]] result<void> check_parameter_text(std::string_view name, std::optional<std::string_view> given);

// Appends a path parameter. Empty, "." and ".." would address something else (RFC 3986 section 5.2.4).
[[nodiscard]] result<void> append_path_parameter(std::string& target, std::string_view name,
                                                 std::optional<std::string_view> given);

// Stands in a target until the project id is found; nothing else in a target has braces.
inline constexpr std::string_view project_placeholder = "{project_id}";

[[nodiscard]] bool lacks_project(const http_request& request);

// Puts the project id that was found where it belongs. Errors: it cannot be one.
[[nodiscard]] result<void> fill_in_project(http_request& request, std::string_view id);

// All but what depends on the operation's members.
[[nodiscard]] result<void> begin_request(http_request& out, http_method method, const endpoint& where);

// A member that goes to the path, of an operation whose type is known to `text`.
struct path_member {
  std::string_view name;
  std::optional<std::string_view> (*text)(const void* op, std::string& scratch);
};

template <class Op, class Member>
std::optional<std::string_view> path_text(const void* op, std::string& scratch) {
  return text_of(static_cast<const Op*>(op)->*Member::pointer, scratch);
}

template <class Op, class... Member>
constexpr std::array<path_member, sizeof...(Member)> path_members_of(boost::mp11::mp_list<Member...>) {
  return {{{Member::name, &path_text<Op, Member>}...}};
}
template <class Op>
inline constexpr auto path_members = path_members_of<Op>(members_in<Op, place::path>{});

// Appends the path: texts are asked for in the order of the route, as they are appended.
[[nodiscard]] result<void> append_path(std::string& target, std::span<const route_piece> pieces, const endpoint& where,
                                       std::span<const path_member> members, const void* op);

[[nodiscard]] result<void> append_query_parameter(std::string& target, bool& first, std::string_view name,
                                                  std::optional<std::string_view> text);

// Repeated names are signed in the order of their values as text, so they are sent in it as well.
[[nodiscard]] result<void> append_query_parameters(std::string& target, bool& first, std::string_view name,
                                                   std::vector<std::string> texts);

template <class T>
[[nodiscard]] result<void> append_query_member(std::string& target, bool& first, std::string_view name,
                                               const T& value) {
  std::string scratch;
  if constexpr (text_scalar<T>) {
    return append_query_parameter(target, first, name, text_of(value, scratch));
  } else if constexpr (requires { value.has_value(); }) {
    return value ? append_query_member(target, first, name, *value) : result<void>{};
  } else {
    std::vector<std::string> texts;
    for (const auto& element : value) {
      const auto text = text_of(element, scratch);
      if (!text) return check_parameter_text(name, text);
      texts.emplace_back(*text);
    }
    return append_query_parameters(target, first, name, std::move(texts));
  }
}

template <class Left, class Right>
using name_is_less = std::bool_constant<(std::string_view{Left::name} < std::string_view{Right::name})>;

template <class Op>
[[nodiscard]] result<void> append_query(std::string& target, const Op& op) {
  using ordered = boost::mp11::mp_sort<members_in<Op, place::query>, name_is_less>;
  result<void> outcome;
  bool first = true;
  boost::mp11::mp_for_each<ordered>([&](auto member) {
    const member_type<decltype(member), Op>& value = op.*member.pointer;
    if (outcome) outcome = append_query_member(target, first, member.name, value);
  });
  return outcome;
}

template <class T>
[[nodiscard]] result<void> add_header_member(http_headers& headers, std::string_view name, const T& value) {
  if constexpr (text_scalar<T>) {
    std::string scratch;
    const auto text = text_of(value, scratch);
    if (auto good = check_parameter_text(name, text); !good) return good;
    headers.add(name, *text);
    return {};
  } else {
    return value ? add_header_member(headers, name, *value) : result<void>{};
  }
}

template <class Op>
[[nodiscard]] result<void> add_headers(http_headers& headers, const Op& op) {
  result<void> outcome;
  boost::mp11::mp_for_each<members_in<Op, place::header>>([&](auto member) {
    const member_type<decltype(member), Op>& value = op.*member.pointer;
    if (outcome) outcome = add_header_member(headers, declared_type<decltype(member), Op>::name, value);
  });
  return outcome;
}

// Text that a part of a form may hold: UTF-8, of several lines too.
[[nodiscard]] result<void> check_form_text(std::string_view name, std::optional<std::string_view> given);

// A file that can be sent: with a name, since a part without one is no file to the service.
[[nodiscard]] result<void> check_file(std::string_view name, const file& given);

template <class T>
[[nodiscard]] result<void> add_form_member(form_data& form, std::string_view name, const T& value) {
  if constexpr (std::same_as<T, file>) {
    auto good = check_file(name, value);
    if (good) form.add(name, value);
    return good;
  } else if constexpr (text_scalar<T>) {
    std::string scratch;
    const auto text = text_of(value, scratch);
    auto good = check_form_text(name, text);
    if (good) form.add(name, std::string{*text});
    return good;
  } else {
    return value ? add_form_member(form, name, *value) : result<void>{};
  }
}

[[nodiscard]] error unwritable(const json::error& why);

// Writes the body, and the header that says what it is.
template <class Op>
[[nodiscard]] result<void> write_body(const Op& op, http_request& out) {
  if constexpr (is_form_v<Op>) {
    form_data form;
    result<void> outcome;
    boost::mp11::mp_for_each<members_in<Op, place::body>>([&](auto member) {
      const member_type<decltype(member), Op>& value = op.*member.pointer;
      if (outcome) outcome = add_form_member(form, member.name, value);
    });
    if (outcome) out.headers.add("Content-Type", form.write(out.body));
    return outcome;
  } else {
    json::error why{};
    bool written = false;
    if constexpr (has_members_in<Op, place::whole_body>) {
      using member = boost::mp11::mp_first<members_in<Op, place::whole_body>>;
      const member_type<member, Op>& value = op.*member::pointer;
      written = json::detail::write_whole(value, out.body, why);
    } else {
      written = json::detail::write_members<members_in<Op, place::body>>(op, out.body, why);
    }
    if (!written) return unwritable(why);
    out.headers.add("Content-Type", "application/json");
    return {};
  }
}

}  // namespace detail

// Makes the unsigned request of an operation: method, origin, target, Content-Type, its own headers and body. `out` is
// overwritten and its memory reused. With an endpoint whose project id is still to be found, the target has
// "{project_id}" in its place.
//
// Errors: `invalid_argument` when the endpoint cannot be used, when a parameter is empty, "." or "..", holds a control
// character or is not UTF-8, or when the body cannot be written as JSON.
template <class Op>
[[nodiscard]] result<void> build_request(const Op& op, const endpoint& where, http_request& out) {
  if constexpr (detail::check_operation<Op>()) {
    if (auto good = detail::begin_request(out, Op::route.method, where); !good) return good;
    if (auto good = detail::append_path(out.target, detail::route_pieces<Op>, where, detail::path_members<Op>, &op);
        !good)
      return good;
    if constexpr (detail::has_members_in<Op, detail::place::query>) {
      if (auto good = detail::append_query(out.target, op); !good) return good;
    }
    if constexpr (detail::has_body_v<Op>) {
      if (auto good = detail::write_body(op, out); !good) return good;
    }
    if constexpr (detail::has_members_in<Op, detail::place::header>) return detail::add_headers(out.headers, op);
  }
  return {};
}

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/build_request.ipp>
#endif

#endif  // HWC_BUILD_REQUEST_HPP
