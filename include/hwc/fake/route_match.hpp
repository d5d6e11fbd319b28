// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_ROUTE_MATCH_HPP
#define HWC_FAKE_ROUTE_MATCH_HPP

#include <hwc/http.hpp>
#include <hwc/route.hpp>
#include <hwc/url.hpp>

#include <algorithm>
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

// The decoded parameters of a request's query, by name. One that comes several times is there as often.
using query_parameters = std::multimap<std::string, std::string, std::less<>>;

[[nodiscard]] inline query_parameters query_of(const http_request& request) {
  std::string_view target{request.target};
  const auto begin = target.find('?');
  if (begin == std::string_view::npos) return {};
  target.remove_prefix(begin + 1);
  const auto decoded = [](std::string_view part) {
    std::string value;
    while (!part.empty()) value += take_percent_decoded(part);
    return value;
  };
  query_parameters found;
  while (!target.empty()) {
    const auto pair = target.substr(0, target.find('&'));
    target.remove_prefix(std::min(pair.size() + 1, target.size()));
    if (pair.empty()) continue;
    const auto middle = std::min(pair.find('='), pair.size());
    found.emplace(decoded(pair.substr(0, middle)), decoded(pair.substr(std::min(middle + 1, pair.size()))));
  }
  return found;
}

}  // namespace hwc::fake

#endif  // HWC_FAKE_ROUTE_MATCH_HPP
