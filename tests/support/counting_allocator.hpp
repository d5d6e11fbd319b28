// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_COUNTING_ALLOCATOR_HPP
#define HWC_TESTS_SUPPORT_COUNTING_ALLOCATOR_HPP

#include <cstddef>
#include <memory>

namespace support {

// Memory that is counted, by which allocation and release of an operation show.
struct counting_memory {
  std::size_t taken = 0;
  std::size_t held = 0;
};

template <class T>
struct counting_allocator {
  using value_type = T;
  explicit counting_allocator(counting_memory& m) : memory{&m} {}
  template <class U>
  counting_allocator(const counting_allocator<U>& other) : memory{other.memory} {}
  T* allocate(std::size_t count) {
    ++memory->taken;
    ++memory->held;
    return std::allocator<T>{}.allocate(count);
  }
  void deallocate(T* place, std::size_t count) {
    --memory->held;
    std::allocator<T>{}.deallocate(place, count);
  }
  friend bool operator==(const counting_allocator&, const counting_allocator&) = default;
  counting_memory* memory;
};

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_COUNTING_ALLOCATOR_HPP
