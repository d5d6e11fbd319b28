// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_ROUTE_MATCH_HPP
#define HWC_FAKE_ROUTE_MATCH_HPP

#include <hwc/http.hpp>
#include <hwc/route.hpp>
#include <hwc/url.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hwc::fake {

// The decoded values of a route's parameters, by name.
using route_parameters = std::map<std::string, std::string, std::less<>>;

// Reads a request backwards through the route that made it: the values of the route's parameters, if method and path
// fit. Each parameter takes the rest of its path segment, so literal text cannot follow it there. The query is not
// looked at.
[[nodiscard]] inline std::optional<route_parameters> match_route(const route& wanted, const http_request& request) {
  if (request.method != wanted.method) return std::nullopt;
  std::string_view target{request.target};
  target = target.substr(0, target.find('?'));
  route_parameters found;
  for (auto path = wanted.path; !path.empty();) {
    const auto piece = hwc::detail::take_route_piece(path);
    if (!piece.is_parameter) {
      if (!target.starts_with(piece.text)) return std::nullopt;
      target.remove_prefix(piece.text.size());
      continue;
    }
    auto segment = target.substr(0, target.find('/'));
    target.remove_prefix(segment.size());
    std::string value;
    while (!segment.empty()) value += take_percent_decoded(segment);
    if (value.empty()) return std::nullopt;
    found.emplace(piece.text, std::move(value));
  }
  if (!target.empty()) return std::nullopt;
  return found;
}

}  // namespace hwc::fake

#endif  // HWC_FAKE_ROUTE_MATCH_HPP
