// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_WIPE_HPP
#define HWC_DETAIL_WIPE_HPP

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <vector>

namespace hwc::inline v0_1::detail {

// Overwrites memory that held a secret, in a way that the compiler cannot drop as a dead store.
inline void wipe(void* memory, std::size_t size) noexcept {
#if defined(__GNUC__)
  if (size != 0) std::memset(memory, 0, size);
  __asm__ __volatile__("" : : "r"(memory) : "memory");  // the memory is read here, as far as the compiler knows
#else
  auto* bytes = static_cast<volatile unsigned char*>(memory);
  for (std::size_t i = 0; i != size; ++i) bytes[i] = 0;
#endif
}

inline void wipe(std::string& text) noexcept { wipe(text.data(), text.size()); }

// An allocator whose memory is overwritten before it is given back, also when a container grows. What a container makes
// without a value, as in `resize(size)`, has none: it is about to be written.
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
  void construct(U* object) noexcept {
    ::new (static_cast<void*>(object)) U;
  }

  template <class U>
  friend constexpr bool operator==(const wiping_allocator&, const wiping_allocator<U>&) noexcept {
    return true;
  }
};

using wiped_text = std::vector<char, wiping_allocator<char>>;

inline void append(wiped_text& text, std::string_view more) {
  const auto size = text.size();
  text.resize(size + more.size());
  more.copy(text.data() + size, more.size());
}

// Empties a text and overwrites it, with all that it ever held, but keeps its memory.
inline void wipe_and_clear(wiped_text& text) {
  text.resize(text.capacity());
  wipe(text.data(), text.size());
  text.clear();
}

}  // namespace hwc::detail

#endif  // HWC_DETAIL_WIPE_HPP
