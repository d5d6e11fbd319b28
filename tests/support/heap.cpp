// SPDX-License-Identifier: BSL-1.0
#include "support/heap.hpp"

#include <cstdlib>
#include <new>

namespace heap {

thread_local usage mine;

namespace {

thread_local failure* planned = nullptr;

// In front of each allocation stands its size.
union alignas(std::max_align_t) header {
  std::size_t size;
};

}  // namespace

failure::failure(std::size_t which, const std::atomic<int>& watched) noexcept : left_{which}, watched_{watched} {
  planned = this;
}

failure::~failure() { planned = nullptr; }

bool failure::is_due() noexcept {
  if (planned == nullptr || planned->left_ == 0 || --planned->left_ != 0) return false;
  planned->happened_ = true;
  planned->watched_then_ = planned->watched_;
  return true;
}

}  // namespace heap

void* operator new(std::size_t size) {
  if (heap::failure::is_due()) throw std::bad_alloc{};
  auto* const at = static_cast<heap::header*>(std::malloc(sizeof(heap::header) + size));
  if (at == nullptr) throw std::bad_alloc{};
  at->size = size;
  heap::mine.live += size;
  if (heap::mine.live > heap::mine.most) heap::mine.most = heap::mine.live;
  ++heap::mine.allocations;
  return at + 1;
}

// As the standard library's would do it; a sanitizer brings one that does not.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void operator delete(void* memory) noexcept {
  if (memory == nullptr) return;
  auto* const at = static_cast<heap::header*>(memory) - 1;
  heap::mine.live -= at->size;
  std::free(at);
}

void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }

void operator delete(void* memory, const std::nothrow_t&) noexcept { operator delete(memory); }
