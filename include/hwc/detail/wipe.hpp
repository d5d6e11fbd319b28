// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_WIPE_HPP
#define HWC_DETAIL_WIPE_HPP

#include <atomic>
#include <cstddef>
#include <memory>

namespace hwc::detail {

// Overwrites memory that held a secret. The volatile writes and the fence keep the compiler from dropping "dead"
// stores.
inline void wipe(void* memory, std::size_t size) noexcept {
  auto* bytes = static_cast<volatile unsigned char*>(memory);
  for (std::size_t i = 0; i != size; ++i) bytes[i] = 0;
  std::atomic_signal_fence(std::memory_order_seq_cst);
}

// An allocator whose memory is overwritten before it is given back, also when a container grows.
template <class T>
struct wiping_allocator {
  using value_type = T;

  wiping_allocator() = default;
  template <class U>
  constexpr wiping_allocator(const wiping_allocator<U>&) noexcept {}

  [[nodiscard]] T* allocate(std::size_t count) { return std::allocator<T>{}.allocate(count); }
  void deallocate(T* memory, std::size_t count) noexcept {
    wipe(memory, count * sizeof(T));
    std::allocator<T>{}.deallocate(memory, count);
  }

  template <class U>
  friend constexpr bool operator==(const wiping_allocator&, const wiping_allocator<U>&) noexcept {
    return true;
  }
};

}  // namespace hwc::detail

#endif  // HWC_DETAIL_WIPE_HPP
