// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_SPARE_HPP
#define HWC_DETAIL_SPARE_HPP

#include <array>
#include <atomic>
#include <cstddef>
#include <memory>

namespace hwc::inline v0_1::detail {

// Keeps a few objects that are costly to make, for whoever needs one next. Many threads may borrow at once: each gets
// one that is kept where there is one, else it makes its own. Nobody waits for anybody, and a thread that borrows again
// gets what it gave back, unless others took it.
//
// It is no part of the value of what it is in: it is not copied, and an assignment drops it.
template <class T>
class spare {
 public:
  spare() = default;
  spare(const spare&) noexcept {}
  spare& operator=(const spare&) noexcept {
    drop();
    return *this;
  }
  ~spare() { drop(); }

  // What is borrowed. Given back at its end after `keep`, else destroyed: what failed serves nobody else. `arguments`
  // are for one that has to be made.
  class loan {
   public:
    template <class... Arguments>
    explicit loan(spare& from, const Arguments&... arguments) : place_{from.places_[place_of_thread()].kept} {
      object_.reset(place_.exchange(nullptr));
      if (!object_) object_ = std::make_unique<T>(arguments...);
    }
    loan(const loan&) = delete;
    loan& operator=(const loan&) = delete;
    ~loan() {
      if (keep_) delete place_.exchange(object_.release());
    }

    void keep() noexcept { keep_ = true; }
    T& operator*() const noexcept { return *object_; }
    T* operator->() const noexcept { return object_.get(); }

   private:
    std::atomic<T*>& place_;
    std::unique_ptr<T> object_;
    bool keep_ = false;
  };

 private:
  static constexpr std::size_t place_count = 16;
  // Each thread has its place, and shares it with others where there are more threads than places.
  [[nodiscard]] static std::size_t place_of_thread() noexcept {
    static std::atomic<std::size_t> threads{0};
    thread_local const std::size_t own = threads.fetch_add(1, std::memory_order_relaxed) % place_count;
    return own;
  }
  void drop() noexcept {
    for (auto& each : places_) delete each.kept.exchange(nullptr);
  }

  // Apart from each other, so that threads do not wait for the same line of memory.
  struct alignas(64) place {
    std::atomic<T*> kept{nullptr};
  };
  std::array<place, place_count> places_{};
};

}  // namespace hwc::detail

#endif  // HWC_DETAIL_SPARE_HPP
