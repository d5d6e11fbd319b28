// SPDX-License-Identifier: BSL-1.0
#include <hwc/detail/buffer_stock.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <utility>

TEST_CASE("buffers given back: the next call gets them as they were left") {
  hwc::detail::buffer_stock stock;
  const hwc::call_buffers* first = nullptr;
  {
    const auto lease = stock.take();
    (*lease).request.body = "kept";
    first = &*lease;
  }
  const auto again = stock.take();
  CHECK(&*again == first);
  CHECK((*again).request.body == "kept");
  const auto other = stock.take();
  CHECK(&*other != first);
  CHECK((*other).request.body.empty());
}

TEST_CASE("buffers on loan: moved with their lease, and given back once, also after the stock is gone") {
  std::optional<hwc::detail::buffer_stock> stock{std::in_place};
  std::optional<hwc::detail::buffer_stock::lease> later;
  {
    auto lease = stock->take();
    const auto* buffers = &*lease;
    later.emplace(std::move(lease));
    CHECK(&**later == buffers);
  }
  CHECK(&*stock->take() != &**later);
  stock.reset();
  (**later).request.body = "still there";
  later.reset();
}

TEST_CASE("numbers: never the same twice") {
  hwc::detail::buffer_stock stock;
  CHECK(stock.next_number() == 1);
  CHECK(stock.next_number() == 2);
}
