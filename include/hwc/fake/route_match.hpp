// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_ROUTE_MATCH_HPP
#define HWC_FAKE_ROUTE_MATCH_HPP

#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>
#include <hwc/route.hpp>
#include <hwc/url.hpp>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hwc::inline v0_1::fake {

// The decoded values of a route's parameters, by name.
using route_parameters = std::map<std::string, std::string, std::less<>>;

// Reads a request backwards through the route that made it: the values of the route's parameters, if method and path
// fit. Each parameter takes the rest of its path segment, so literal text cannot follow it there. The query is not
// looked at.
[[nodiscard]] std::optional<route_parameters> match_route(const route& wanted, const http_request& request);

// The decoded parameters of a request's query, by name. One that comes several times is there as often.
using query_parameters = std::multimap<std::string, std::string, std::less<>>;

[[nodiscard]] query_parameters query_of(const http_request& request);

}  // namespace hwc::fake

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/impl/route_match.ipp>
#endif

#endif  // HWC_FAKE_ROUTE_MATCH_HPP
