// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_RECYCLER_HPP
#define HWC_DETAIL_RECYCLER_HPP

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace hwc::detail {

// Objects that are made when none is free and kept for the next user, so that their memory serves again. There are
// never more than were in use at once. The lock is held for a push or a pop.
template <class T>
class recycler {
 public:
  // Access to one object until it is destroyed, which must be before the recycler is.
  class lease {
   public:
    lease(recycler& owner, std::unique_ptr<T> object) : owner_{&owner}, object_{std::move(object)} {}
    lease(lease&&) noexcept = default;
    lease& operator=(lease&&) = delete;
    ~lease() {
      if (object_) owner_->give_back(std::move(object_));
    }
    T& operator*() const noexcept { return *object_; }

   private:
    recycler* owner_;
    std::unique_ptr<T> object_;
  };

  [[nodiscard]] lease take() {
    {
      const std::lock_guard lock{mutex_};
      if (!free_.empty()) {
        auto object = std::move(free_.back());
        free_.pop_back();
        return {*this, std::move(object)};
      }
      free_.reserve(++made_);
    }
    return {*this, std::make_unique<T>()};
  }

  // 1, 2, 3 and so on, over all threads.
  [[nodiscard]] std::uint64_t next_number() {
    const std::lock_guard lock{mutex_};
    return ++number_;
  }

 private:
  // `take` made room, so this allocates nothing.
  void give_back(std::unique_ptr<T> object) noexcept {
    const std::lock_guard lock{mutex_};
    free_.push_back(std::move(object));
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> free_;
  std::size_t made_ = 0;
  std::uint64_t number_ = 0;
};

}  // namespace hwc::detail

#endif  // HWC_DETAIL_RECYCLER_HPP
