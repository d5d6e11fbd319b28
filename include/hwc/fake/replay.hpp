// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_REPLAY_HPP
#define HWC_FAKE_REPLAY_HPP

#include <hwc/detail/config.hpp>
#include <hwc/error.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/json/read.hpp>
#include <hwc/recording.hpp>

#include <boost/system/result.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::fake {

// A transport in memory that expects the exchanges of a recording (see `hwc::recorded`), in their order, and answers as
// was answered then, after as much virtual time. Requests are recognised by method and target.
//
// Errors: `invalid_argument` for a line that is no recording, with its number. Empty lines are skipped.
[[nodiscard]] result<transport> replay(std::string_view lines);

}  // namespace hwc::fake

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/impl/replay.ipp>
#endif

#endif  // HWC_FAKE_REPLAY_HPP
