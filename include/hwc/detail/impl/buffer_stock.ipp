// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_IMPL_BUFFER_STOCK_IPP
#define HWC_DETAIL_IMPL_BUFFER_STOCK_IPP

#include <hwc/detail/buffer_stock.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::detail {

struct buffer_stock::shelf {
  // `take` made room, so this allocates nothing.
  void give_back(std::unique_ptr<call_buffers> buffers) noexcept {
    const std::lock_guard lock{mutex};
    free.push_back(std::move(buffers));
  }

  std::mutex mutex;
  std::vector<std::unique_ptr<call_buffers>> free;
  std::size_t made = 0;
  std::uint64_t number = 0;
};

HWC_DECL buffer_stock::lease::lease(std::shared_ptr<shelf> owner, std::unique_ptr<call_buffers> buffers) noexcept
    : owner_{std::move(owner)}, buffers_{std::move(buffers)} {}

HWC_DECL buffer_stock::lease::lease(lease&&) noexcept = default;

HWC_DECL buffer_stock::lease::~lease() {
  if (buffers_) owner_->give_back(std::move(buffers_));
}

HWC_DECL buffer_stock::buffer_stock() : shelf_{std::make_shared<shelf>()} {}

HWC_DECL buffer_stock::lease buffer_stock::take() {
  {
    const std::lock_guard lock{shelf_->mutex};
    auto& free = shelf_->free;
    if (!free.empty()) {
      auto buffers = std::move(free.back());
      free.pop_back();
      return {shelf_, std::move(buffers)};
    }
    free.reserve(++shelf_->made);
  }
  return {shelf_, std::make_unique<call_buffers>()};
}

HWC_DECL std::uint64_t buffer_stock::next_number() {
  const std::lock_guard lock{shelf_->mutex};
  return ++shelf_->number;
}

}  // namespace hwc::detail

#endif  // HWC_DETAIL_IMPL_BUFFER_STOCK_IPP
