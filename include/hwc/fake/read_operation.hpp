// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_READ_OPERATION_HPP
#define HWC_FAKE_READ_OPERATION_HPP

#include <hwc/build_request.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/error.hpp>
#include <hwc/fake/form_parts.hpp>
#include <hwc/fake/route_match.hpp>
#include <hwc/file.hpp>
#include <hwc/http.hpp>
#include <hwc/json/read.hpp>
#include <hwc/json/source.hpp>
#include <hwc/operation.hpp>

#include <boost/describe/enumerators.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::fake {

// Reads an operation back from the request that `hwc::build_request` made of it, so that a service of one's own can be
// written in terms of operations:
//
//   if (const auto path = hwc::fake::match_route(resend_email::route, request)) {
//     const auto op = hwc::fake::read_operation<resend_email>(request);
//     if (!op) return bad_request(op.error().message);
//     ... path->at("project_id"), op->user_id ...
//
// A request that is built from the outcome again is the same, to the byte: a vector in the query is in the order of its
// texts. Fields of a JSON body that the operation does not have are skipped; a parameter of the query or a part of a
// form that it does not have is an error, so that misspelt ones are found.
//
// Errors: `invalid_argument`, with a message that says what is wrong: the request has another method or path; a
// parameter is missing, comes twice, is no number, bool or name of its enum, or is a text that `build_request` refuses;
// the body has another type, cannot be read, or is there where the operation has none. No bytes make it throw.
template <class Op>
[[nodiscard]] result<Op> read_operation(const http_request& request);

namespace detail {

[[nodiscard]] error bad_value(std::string_view name, std::string_view wanted);

// The parameters whose names are none of these, and their first.
[[nodiscard]] result<void> check_names(std::string_view what, std::string_view name,
                                       const std::vector<std::string_view>& known);

template <class Members>
[[nodiscard]] std::vector<std::string_view> names_of() {
  std::vector<std::string_view> names;
  boost::mp11::mp_for_each<Members>([&](auto member) { names.emplace_back(member.name); });
  return names;
}

// A value from its text, the inverse of `hwc::detail::text_of`.
template <hwc::detail::text_scalar T>
[[nodiscard]] result<void> read_text(std::string_view name, std::string_view text, T& out) {
  if (auto good = hwc::detail::check_parameter_text(name, text); !good) return good;
  if constexpr (std::same_as<T, std::string>) {
    out.assign(text);
  } else if constexpr (std::same_as<T, bool>) {
    if (text != "true" && text != "false") return bad_value(name, "true or false");
    out = text == "true";
  } else if constexpr (json::detail::text_value<T>) {
    out = T::from_text(text);
  } else if constexpr (std::integral<T>) {
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (wrong == std::errc::result_out_of_range) return bad_value(name, "an integer that is not as large");
    if (wrong != std::errc{} || end != text.data() + text.size()) return bad_value(name, "an integer");
  } else {
    bool found = false;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
      if (text != enumerator.name) return;
      out = enumerator.value;
      found = true;
    });
    if (!found) return bad_value(name, "one of " + json::detail::enumerator_names<T>());
  }
  return {};
}

// A value from all texts that came under its name.
template <class T>
[[nodiscard]] result<void> read_texts(std::string_view name, const std::vector<std::string_view>& texts, T& out) {
  if constexpr (json::detail::vector<T>) {
    for (const auto text : texts) {
      typename T::value_type value{};
      if (auto good = read_text(name, text, value); !good) return good;
      out.push_back(std::move(value));
    }
    return {};
  } else if (texts.size() > 1) {
    return bad_value(name, "given once");
  } else if constexpr (json::detail::optional<T>) {
    return texts.empty() ? result<void>{} : read_text(name, texts.front(), out.emplace());
  } else {
    if (texts.empty()) return bad_value(name, "given");
    return read_text(name, texts.front(), out);
  }
}

template <class Op>
[[nodiscard]] result<void> read_path(const route_parameters& path, Op& op) {
  result<void> outcome;
  boost::mp11::mp_for_each<hwc::detail::members_in<Op, hwc::detail::place::path>>([&](auto member) {
    const std::string_view text = path.find(std::string_view{member.name})->second;
    if (std::string ignored; outcome) outcome = hwc::detail::append_path_parameter(ignored, member.name, text);
    if (outcome) outcome = read_text(member.name, text, op.*member.pointer);
  });
  return outcome;
}

template <class Op>
[[nodiscard]] result<void> read_query(const query_parameters& query, Op& op) {
  using members = hwc::detail::members_in<Op, hwc::detail::place::query>;
  result<void> outcome;
  for (const auto& parameter : query) {
    if (outcome) outcome = check_names("a query parameter", parameter.first, names_of<members>());
  }
  boost::mp11::mp_for_each<members>([&](auto member) {
    if (!outcome) return;
    const auto [begin, end] = query.equal_range(std::string_view{member.name});
    std::vector<std::string_view> texts;
    for (auto at = begin; at != end; ++at) texts.emplace_back(at->second);
    hwc::detail::member_type<decltype(member), Op>& value = op.*member.pointer;
    outcome = read_texts(member.name, texts, value);
  });
  return outcome;
}

template <class Op>
[[nodiscard]] result<void> read_headers(const http_headers& headers, Op& op) {
  result<void> outcome;
  boost::mp11::mp_for_each<hwc::detail::members_in<Op, hwc::detail::place::header>>([&](auto member) {
    if (!outcome) return;
    constexpr auto name = hwc::detail::declared_type<decltype(member), Op>::name;
    std::vector<std::string_view> texts;
    for (const auto& [key, text] : headers) {
      if (same_header_name(key, name)) texts.push_back(text);
    }
    hwc::detail::member_type<decltype(member), Op>& value = op.*member.pointer;
    outcome = read_texts(name, texts, value);
  });
  return outcome;
}

[[nodiscard]] result<void> take_file(std::string_view name, form_part& part, file& out);

template <class T>
[[nodiscard]] result<void> read_form_member(std::string_view name, std::vector<form_part>& parts, T& out) {
  const auto is_named = [&](const form_part& part) { return part.name == name; };
  const auto part = std::find_if(parts.begin(), parts.end(), is_named);
  if (part != parts.end() && std::find_if(std::next(part), parts.end(), is_named) != parts.end()) {
    return bad_value(name, "given once");
  }
  if constexpr (json::detail::optional<T>) {
    return part == parts.end() ? result<void>{} : read_form_member(name, parts, out.emplace());
  } else {
    if (part == parts.end()) return bad_value(name, "given");
    if constexpr (std::same_as<T, file>) {
      return take_file(name, *part, out);
    } else {
      if (part->file_name) return bad_value(name, "a text, not a file");
      if constexpr (std::same_as<T, std::string>) {
        out = std::move(part->content);
        return hwc::detail::check_form_text(name, out);
      } else {
        return read_text(name, part->content, out);
      }
    }
  }
}

template <class Op>
[[nodiscard]] result<void> read_form_body(const http_request& request, Op& op) {
  using members = hwc::detail::members_in<Op, hwc::detail::place::body>;
  auto parts = read_form(request);
  if (!parts) return parts.error();
  result<void> outcome;
  for (const auto& part : *parts) {
    if (outcome) outcome = check_names("a part of the form", part.name, names_of<members>());
  }
  boost::mp11::mp_for_each<members>([&](auto member) {
    hwc::detail::member_type<decltype(member), Op>& value = op.*member.pointer;
    if (outcome) outcome = read_form_member(member.name, *parts, value);
  });
  return outcome;
}

template <class Op>
[[nodiscard]] result<void> read_json_body(const http_request& request, Op& op) {
  if (!has_media_type(request, "application/json")) return bad_value("Content-Type", "application/json");
  json::source in;
  bool good = in.open(request.body);
  if constexpr (hwc::detail::has_members_in<Op, hwc::detail::place::whole_body>) {
    using member = boost::mp11::mp_first<hwc::detail::members_in<Op, hwc::detail::place::whole_body>>;
    hwc::detail::member_type<member, Op>& value = op.*member::pointer;
    good = good && json::detail::read_value(in, value);
  } else {
    good = good && json::detail::read_struct(in, op, hwc::detail::members_in<Op, hwc::detail::place::body>{});
  }
  if (good && in.close()) return {};
  return error{.kind = error_kind::invalid_argument, .message = to_string(in.error())};
}

template <class Op>
[[nodiscard]] result<void> read_body(const http_request& request, Op& op) {
  if constexpr (!hwc::detail::has_body_v<Op>) {
    static_cast<void>(op);
    return request.body.empty() ? result<void>{} : bad_value("the body", "empty");
  } else if constexpr (hwc::detail::is_form_v<Op>) {
    return read_form_body(request, op);
  } else {
    return read_json_body(request, op);
  }
}

}  // namespace detail

template <class Op>
[[nodiscard]] result<Op> read_operation(const http_request& request) {
  Op op{};
  if constexpr (hwc::detail::check_operation<Op>()) {
    const auto path = match_route(Op::route, request);
    if (!path) {
      std::string wanted{to_string(Op::route.method)};
      return detail::bad_value("the request", wanted.append(" ").append(Op::route.path));
    }
    if (auto good = detail::read_path(*path, op); !good) return good.error();
    if (auto good = detail::read_query(query_of(request), op); !good) return good.error();
    if (auto good = detail::read_headers(request.headers, op); !good) return good.error();
    if (auto good = detail::read_body(request, op); !good) return good.error();
  }
  return op;
}

}  // namespace hwc::fake

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/impl/read_operation.ipp>
#endif

#endif  // HWC_FAKE_READ_OPERATION_HPP
