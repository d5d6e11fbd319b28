// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_NO_DESCRIPTORS_HPP
#define HWC_TESTS_SUPPORT_NO_DESCRIPTORS_HPP

#include <hwc/testing/detail/require.hpp>

#include <sys/resource.h>
#include <unistd.h>

namespace support {

// As long as it lives, this process gets no further descriptor: EMFILE.
class no_descriptors {
 public:
  no_descriptors() {
    const int lowest = ::dup(0);
    ::close(lowest);
    auto none = before_;
    none.rlim_cur = static_cast<rlim_t>(lowest);
    hwc::testing::detail::require(lowest >= 0 && ::setrlimit(RLIMIT_NOFILE, &none) == 0, "cannot limit descriptors");
  }
  no_descriptors(const no_descriptors&) = delete;
  no_descriptors& operator=(const no_descriptors&) = delete;
  ~no_descriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  static rlimit current() {
    rlimit limit{};
    hwc::testing::detail::require(::getrlimit(RLIMIT_NOFILE, &limit) == 0, "cannot read the limit of descriptors");
    return limit;
  }
  rlimit before_ = current();
};

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_NO_DESCRIPTORS_HPP
