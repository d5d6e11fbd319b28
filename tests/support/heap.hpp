// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_HEAP_HPP
#define HWC_TESTS_SUPPORT_HEAP_HPP

#include <atomic>
#include <cstddef>

// What operator new and delete do in this program, thread by thread: they count, and fail where they are told to.
namespace heap {

struct usage {
  std::size_t live = 0;  // bytes
  std::size_t most = 0;  // that were live at once
  std::size_t allocations = 0;
};
extern thread_local usage mine;

// While it lives, the allocation number `which` of this thread from now on fails, counted from 1; those after it
// succeed. One at a time for a thread.
class failure {
 public:
  // `watched` is a count whose value at that moment is kept.
  failure(std::size_t which, const std::atomic<int>& watched) noexcept;
  failure(const failure&) = delete;
  failure& operator=(const failure&) = delete;
  ~failure();

  // Whether so many allocations were made.
  [[nodiscard]] bool happened() const noexcept { return happened_; }
  [[nodiscard]] int watched_then() const noexcept { return watched_then_; }

  // For operator new.
  static bool is_due() noexcept;

 private:
  std::size_t left_;
  const std::atomic<int>& watched_;
  int watched_then_ = 0;
  bool happened_ = false;
};

}  // namespace heap

#endif  // HWC_TESTS_SUPPORT_HEAP_HPP
