// SPDX-License-Identifier: BSL-1.0
#include <hwc/detail/flight.hpp>

#include <doctest/doctest.h>

#include <cstdint>

using hwc::detail::flight;
using turn = hwc::detail::flight::turn;

TEST_CASE("the first one fetches, others wait, and after it landed the next one may") {
  flight f;
  std::uint64_t a = 0, b = 0;
  CHECK(f.ask(a) == turn::fetch);
  CHECK(f.ask(b) == turn::wait);
  CHECK(f.ask(b) == turn::wait);
  f.land({});
  CHECK(f.ask(b) == turn::fetch);
}

TEST_CASE("a failure is shared by those who waited for it, and by nobody else") {
  flight f;
  std::uint64_t first = 0, waited = 0, late = 0;
  CHECK(f.ask(first) == turn::fetch);
  CHECK(f.ask(waited) == turn::wait);
  f.land(hwc::error{.message = "no"});
  CHECK(f.ask(waited) == turn::failed);
  CHECK(f.failure().message == "no");
  CHECK(f.ask(late) == turn::fetch);
}

TEST_CASE("one that is abandoned leaves its turn, and no failure") {
  flight f;
  std::uint64_t first = 0, waited = 0;
  CHECK(f.ask(first) == turn::fetch);
  CHECK(f.ask(waited) == turn::wait);
  f.abandon();
  CHECK(f.ask(waited) == turn::fetch);
}
