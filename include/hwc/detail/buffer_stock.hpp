// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_BUFFER_STOCK_HPP
#define HWC_DETAIL_BUFFER_STOCK_HPP

#include <hwc/call_buffers.hpp>
#include <hwc/detail/config.hpp>

#include <cstdint>
#include <memory>

namespace hwc::inline v0_1::detail {

// Buffers that are made when none are free and kept for the next call. There are never more than were in use at once.
// May be used from many threads; the lock is held for a push or a pop.
class buffer_stock {
  struct shelf;

 public:
  // Access to one until it is destroyed. May outlive the stock.
  class lease {
   public:
    lease(lease&&) noexcept;
    lease& operator=(lease&&) = delete;
    ~lease();
    [[nodiscard]] call_buffers& operator*() const noexcept { return *buffers_; }

   private:
    friend buffer_stock;
    lease(std::shared_ptr<shelf> owner, std::unique_ptr<call_buffers> buffers) noexcept;
    std::shared_ptr<shelf> owner_;
    std::unique_ptr<call_buffers> buffers_;
  };

  buffer_stock();

  [[nodiscard]] lease take();

  // 1, 2, 3 and so on, over all threads.
  [[nodiscard]] std::uint64_t next_number();

 private:
  std::shared_ptr<shelf> shelf_;
};

}  // namespace hwc::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/detail/impl/buffer_stock.ipp>
#endif

#endif  // HWC_DETAIL_BUFFER_STOCK_HPP
