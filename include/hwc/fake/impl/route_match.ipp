// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IMPL_ROUTE_MATCH_IPP
#define HWC_FAKE_IMPL_ROUTE_MATCH_IPP

#include <hwc/fake/route_match.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::fake {

HWC_DECL std::optional<route_parameters> match_route(const route& wanted, const http_request& request) {
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

HWC_DECL query_parameters query_of(const http_request& request) {
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

#endif  // HWC_FAKE_IMPL_ROUTE_MATCH_IPP
