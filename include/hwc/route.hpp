// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_ROUTE_HPP
#define HWC_ROUTE_HPP

#include <hwc/detail/character_set.hpp>
#include <hwc/http.hpp>

#include <array>
#include <cstddef>
#include <string_view>

namespace hwc::inline v0_1 {

// Method and path template of an operation. `{name}` stands for a whole path segment or a part of one: the member of
// the operation with that name, or the endpoint's project for `{project_id}`.
struct route {
  http_method method;
  std::string_view path;
};

[[nodiscard]] constexpr route get(std::string_view path) noexcept { return {http_method::get, path}; }
[[nodiscard]] constexpr route post(std::string_view path) noexcept { return {http_method::post, path}; }
[[nodiscard]] constexpr route put(std::string_view path) noexcept { return {http_method::put, path}; }
[[nodiscard]] constexpr route patch(std::string_view path) noexcept { return {http_method::patch, path}; }
[[nodiscard]] constexpr route delete_(std::string_view path) noexcept { return {http_method::delete_, path}; }

namespace detail {

// The name that the endpoint fills in.
inline constexpr std::string_view project_id_parameter = "project_id";

// A stretch of a path template: literal text, or the name between two braces.
struct route_piece {
  std::string_view text;
  bool is_parameter;
};

// Takes the next piece off the front of a template that is not empty. A brace without its partner is taken as text.
constexpr route_piece take_route_piece(std::string_view& path) noexcept {
  if (path.front() == '{') {
    if (const auto end = path.find('}'); end != std::string_view::npos) {
      const auto name = path.substr(1, end - 1);
      path.remove_prefix(end + 1);
      return {name, true};
    }
  }
  const auto literal = path.substr(0, path.find('{', 1));
  path.remove_prefix(literal.size());
  return {literal, false};
}

// Whether the path is usable: it begins with '/', each '{' has its '}' around a name, and no other character needs
// encoding.
constexpr bool is_route_path(std::string_view path) noexcept {
  if (!path.starts_with('/')) return false;
  while (!path.empty()) {
    const auto piece = take_route_piece(path);
    if (piece.is_parameter && piece.text.empty()) return false;
    if (!has_only(piece.text, letters_digits_and("-._~/"))) return false;
  }
  return true;
}

constexpr std::size_t count_route_pieces(std::string_view path) noexcept {
  std::size_t count = 0;
  for (; !path.empty(); ++count) take_route_piece(path);
  return count;
}

// The pieces of the path of `Op::route`.
template <class Op>
inline constexpr auto route_pieces = [] {
  std::array<route_piece, count_route_pieces(Op::route.path)> pieces{};
  std::string_view path = Op::route.path;
  for (auto& piece : pieces) piece = take_route_piece(path);
  return pieces;
}();

constexpr bool route_names(std::string_view path, std::string_view parameter) noexcept {
  while (!path.empty()) {
    const auto piece = take_route_piece(path);
    if (piece.is_parameter && piece.text == parameter) return true;
  }
  return false;
}

}  // namespace detail
}  // namespace hwc

#endif  // HWC_ROUTE_HPP
