// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_HTTP_DATE_HPP
#define HWC_HTTP_DATE_HPP

#include <hwc/detail/config.hpp>
#include <hwc/time.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace hwc::inline v0_1 {

// Reads a date as HTTP headers carry it, in the three forms of RFC 9110 section 5.6.7:
// `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. A year of two
// digits counts as 1970 to 2069, and a
// time that the clock cannot show as the nearest one that it can. Nothing for any other text or a date that does not
// exist.
[[nodiscard]] std::optional<wall_time> parse_http_date(std::string_view text);

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/http_date.ipp>
#endif

#endif  // HWC_HTTP_DATE_HPP
