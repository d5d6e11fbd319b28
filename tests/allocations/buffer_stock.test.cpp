// SPDX-License-Identifier: BSL-1.0
// Buffers that are given back: it needs no memory, so it cannot fail.
#include <hwc/detail/buffer_stock.hpp>

#include "support/heap.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

TEST_CASE("buffers given back: no allocation, in whatever order") {
  hwc::detail::buffer_stock stock;
  std::vector<std::optional<hwc::detail::buffer_stock::lease>> leases(5);
  for (auto& lease : leases) lease.emplace(stock.take());
  const auto before = heap::mine.allocations;
  for (auto& lease : leases) lease.reset();
  CHECK(heap::mine.allocations == before);
  {
    const auto again = stock.take();
    CHECK(heap::mine.allocations == before);
  }
  CHECK(heap::mine.allocations == before);
}
