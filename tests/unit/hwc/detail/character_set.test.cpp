// SPDX-License-Identifier: BSL-1.0
#include <hwc/detail/character_set.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>

using hwc::detail::count_leading;
using hwc::detail::has_only;
using hwc::detail::letters_digits_and;

TEST_CASE("a set: ASCII letters and digits, what is added, and no other byte") {
  constexpr auto set = letters_digits_and("-_");
  for (int i = 0; i != 256; ++i) {
    const auto c = static_cast<char>(i);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    CHECK(has_only({&c, 1}, set) == (plain || c == '-' || c == '_'));
  }
  static_assert(has_only("", set));
}

TEST_CASE("counting what leads: up to the first other character, wherever it stands") {
  constexpr auto set = letters_digits_and("");
  for (std::size_t size = 0; size != 20; ++size) {
    for (std::size_t other = 0; other <= size; ++other) {
      std::string text(size, 'a');
      if (other != size) text[other] = '\xff';
      CHECK(count_leading(text, set) == other);
    }
  }
}
