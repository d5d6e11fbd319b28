// SPDX-License-Identifier: BSL-1.0
#include <hwc/detail/recycler.hpp>

#include <doctest/doctest.h>

#include <string>

TEST_CASE("a recycled object: the next user gets it as it was left") {
  hwc::detail::recycler<std::string> strings;
  const std::string* first = nullptr;
  {
    const auto lease = strings.take();
    *lease = "kept";
    first = &*lease;
  }
  const auto again = strings.take();
  CHECK(&*again == first);
  CHECK(*again == "kept");
  const auto other = strings.take();
  CHECK(&*other != first);
  CHECK((*other).empty());
}

TEST_CASE("numbers: never the same twice") {
  hwc::detail::recycler<int> some;
  CHECK(some.next_number() == 1);
  CHECK(some.next_number() == 2);
}
