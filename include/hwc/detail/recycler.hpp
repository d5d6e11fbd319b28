// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_RECYCLER_HPP
#define HWC_DETAIL_RECYCLER_HPP

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::detail {

// Objects that are made when none is free and kept for the next user, so that their memory serves again. There are
// never more than were in use at once. The lock is held for a push or a pop.
template <class T>
class recycler {
  struct stock;

 public:
  // Access to one object until it is destroyed. May outlive the recycler.
  class lease {
   public:
    lease(std::shared_ptr<stock> owner, std::unique_ptr<T> object)
        : owner_{std::move(owner)}, object_{std::move(object)} {}
    lease(lease&&) noexcept = default;
    lease& operator=(lease&&) = delete;
    ~lease() {
      if (object_) owner_->give_back(std::move(object_));
    }
    T& operator*() const noexcept { return *object_; }

   private:
    std::shared_ptr<stock> owner_;
    std::unique_ptr<T> object_;
  };

  [[nodiscard]] lease take() {
    {
      const std::lock_guard lock{stock_->mutex};
      auto& free = stock_->free;
      if (!free.empty()) {
        auto object = std::move(free.back());
        free.pop_back();
        return {stock_, std::move(object)};
      }
      free.reserve(++stock_->made);
    }
    return {stock_, std::make_unique<T>()};
  }

  // 1, 2, 3 and so on, over all threads.
  [[nodiscard]] std::uint64_t next_number() {
    const std::lock_guard lock{stock_->mutex};
    return ++stock_->number;
  }

 private:
  struct stock {
    // `take` made room, so this allocates nothing.
    void give_back(std::unique_ptr<T> object) noexcept {
      const std::lock_guard lock{mutex};
      free.push_back(std::move(object));
    }

    std::mutex mutex;
    std::vector<std::unique_ptr<T>> free;
    std::size_t made = 0;
    std::uint64_t number = 0;
  };
  std::shared_ptr<stock> stock_ = std::make_shared<stock>();
};

}  // namespace hwc::detail

#endif  // HWC_DETAIL_RECYCLER_HPP
