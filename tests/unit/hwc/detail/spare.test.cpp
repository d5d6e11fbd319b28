// SPDX-License-Identifier: BSL-1.0
#include <hwc/detail/spare.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace {

struct costly {
  explicit costly(std::shared_ptr<int> of) : made_of{std::move(of)} {}
  std::shared_ptr<int> made_of;
  std::atomic<int> users = 0;
};
using spare = hwc::detail::spare<costly>;

}  // namespace

TEST_CASE("spare: what is kept is lent again, what is not is gone, and two at once are two") {
  const auto alive = std::make_shared<int>();
  {
    spare kept;
    costly* first = nullptr;
    {
      spare::loan loan{kept, alive};
      first = &*loan;
      const spare::loan other{kept, alive};
      CHECK(&*other != first);
      CHECK(alive.use_count() == 3);
      loan.keep();
    }
    CHECK(alive.use_count() == 2);
    {
      const spare::loan again{kept, alive};
      CHECK(&*again == first);
    }
    CHECK(alive.use_count() == 1);
  }
  CHECK(alive.use_count() == 1);
}

TEST_CASE("spare: it is no part of the value: a copy has none, and an assignment drops it") {
  const auto alive = std::make_shared<int>();
  spare kept;
  spare::loan{kept, alive}.keep();
  CHECK(alive.use_count() == 2);
  const spare copy{kept};
  CHECK(alive.use_count() == 2);
  kept = copy;
  CHECK(alive.use_count() == 1);
}

TEST_CASE("spare: on many threads nobody shares one, and each has its own again, up to a few") {
  const auto alive = std::make_shared<int>();
  spare kept;
  std::atomic<int> shared = 0;
  {
    std::vector<std::jthread> all;
    for (int i = 0; i != 4; ++i) {
      all.emplace_back([&] {
        for (int j = 0; j != 1000; ++j) {
          spare::loan one{kept, alive};
          shared += one->users++;
          --one->users;
          one.keep();
        }
      });
    }
  }
  CHECK(shared == 0);
  CHECK(alive.use_count() == 1 + 4);
  for (int i = 0; i != 100; ++i) std::jthread{[&] { spare::loan{kept, alive}.keep(); }};
  CHECK(alive.use_count() <= 1 + 16);
}
