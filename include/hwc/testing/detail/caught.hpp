// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_DETAIL_CAUGHT_HPP
#define HWC_TESTING_DETAIL_CAUGHT_HPP

#include <hwc/detail/config.hpp>

#include <exception>
#include <optional>
#include <string>

namespace hwc::inline v0_1::testing::detail {

// Calls it. What it threw, in words; nothing if it did not.
template <class F>
std::optional<std::string> caught(F call) {
#ifdef HWC_NO_EXCEPTIONS
  call();
#else
  try {
    call();
  } catch (const std::exception& why) {
    return why.what();
  } catch (...) {
    return "something that is no std::exception";
  }
#endif
  return std::nullopt;
}

}  // namespace hwc::testing::detail

#endif  // HWC_TESTING_DETAIL_CAUGHT_HPP
