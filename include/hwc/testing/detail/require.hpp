// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_DETAIL_REQUIRE_HPP
#define HWC_TESTING_DETAIL_REQUIRE_HPP

#include <hwc/detail/config.hpp>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace hwc::inline v0_1::testing::detail {

// Where what a test stands on fails: throws std::runtime_error, or without exceptions prints that and ends the program.
inline void require(bool good, const std::string& what) {
  if (good) return;
#ifdef HWC_NO_EXCEPTIONS
  std::fprintf(stderr, "%s\n", what.c_str());
  std::abort();
#else
  throw std::runtime_error{what};
#endif
}

}  // namespace hwc::testing::detail

#endif  // HWC_TESTING_DETAIL_REQUIRE_HPP
