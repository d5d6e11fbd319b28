// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_NUMBER_FROM_HPP
#define HWC_TESTS_SUPPORT_NUMBER_FROM_HPP

#include <chrono>
#include <cstddef>
#include <cstdlib>

namespace support {

// A number that the environment gives, or another one.
inline std::size_t number_from(const char* variable, std::size_t otherwise) {
  const char* const text = std::getenv(variable);
  return text != nullptr ? static_cast<std::size_t>(std::strtoull(text, nullptr, 10)) : otherwise;
}

// How many times slower the tests run, under valgrind for instance, which also has descriptors of its own: where none
// is left, there are other errors than without it.
inline std::size_t slowed_by() { return number_from("HWC_SLOWED_BY", 1); }

// What ends at once ends within this time.
inline std::chrono::seconds promptly() { return std::chrono::seconds{slowed_by()}; }

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_NUMBER_FROM_HPP
