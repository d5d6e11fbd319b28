// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TIMESTAMP_HPP
#define HWC_TIMESTAMP_HPP

#include <hwc/detail/config.hpp>
#include <hwc/time.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

namespace hwc {

// Reads a time as the services write it: RFC 3339 section 5.6 in UTC, `2020-01-04T09:05:22.701000Z`, with a fraction of
// a second of up to nine digits or none. A time that the clock cannot show counts as the nearest one that it can, and a
// leap second as the next one. Nothing for any other text or a time that does not exist.
[[nodiscard]] std::optional<wall_time> parse_timestamp(std::string_view text);

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/timestamp.ipp>
#endif

#endif  // HWC_TIMESTAMP_HPP
