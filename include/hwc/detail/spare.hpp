// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_SPARE_HPP
#define HWC_DETAIL_SPARE_HPP

#include <atomic>
#include <memory>

namespace hwc::detail {

// Keeps one object that is costly to make, for whoever needs one next. Many threads may borrow at once: one of them
// gets what is kept, the others make their own, and the last to be given back is kept. Nobody waits for anybody.
//
// It is no part of the value of what it is in: it is not copied, and an assignment drops it.
template <class T>
class spare {
 public:
  spare() = default;
  spare(const spare&) noexcept {}
  spare& operator=(const spare&) noexcept {
    delete kept_.exchange(nullptr);
    return *this;
  }
  ~spare() { delete kept_.load(); }

  // What is borrowed. Given back at its end after `keep`, else destroyed: what failed serves nobody else. `arguments`
  // are for one that has to be made.
  class loan {
   public:
    template <class... Arguments>
    explicit loan(spare& from, const Arguments&... arguments) : from_{from}, object_{from.kept_.exchange(nullptr)} {
      if (!object_) object_ = std::make_unique<T>(arguments...);
    }
    loan(const loan&) = delete;
    loan& operator=(const loan&) = delete;
    ~loan() {
      if (keep_) delete from_.kept_.exchange(object_.release());
    }

    void keep() noexcept { keep_ = true; }
    T& operator*() const noexcept { return *object_; }
    T* operator->() const noexcept { return object_.get(); }

   private:
    spare& from_;
    std::unique_ptr<T> object_;
    bool keep_ = false;
  };

 private:
  std::atomic<T*> kept_{nullptr};
};

}  // namespace hwc::detail

#endif  // HWC_DETAIL_SPARE_HPP
