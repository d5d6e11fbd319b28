// SPDX-License-Identifier: BSL-1.0
#include <hwc/secret.hpp>

#include <doctest/doctest.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <ostream>
#include <string>
#include <string_view>

namespace {

template <class T>
concept printable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!printable<hwc::secret>);
static_assert(!std::equality_comparable<hwc::secret>);
static_assert(!std::convertible_to<hwc::secret, std::string>);
static_assert(!std::convertible_to<hwc::secret, std::string_view>);
static_assert(std::convertible_to<const char*, hwc::secret> && std::convertible_to<std::string, hwc::secret>);

}  // namespace

TEST_CASE("a secret: its text only through reveal") {
  const hwc::secret none;
  CHECK(none.empty());
  const hwc::secret some{std::string{"sesame"}};
  CHECK(some.reveal() == "sesame");
  const auto copy = some;
  CHECK(copy.reveal() == "sesame");
}

TEST_CASE("a secret from an environment variable that is not set: empty") {
  const char* unset = nullptr;
  CHECK(hwc::secret{unset}.empty());
}

TEST_CASE("a secret that is assigned: the new text, in memory of its own") {
  hwc::secret some{std::string(64, 's')};
  const auto* const old = some.reveal().data();
  const hwc::secret other{"x"};
  some = other;
  CHECK(some.reveal() == "x");
  CHECK(some.reveal().data() != old);
  some = hwc::secret{"y"};
  CHECK(some.reveal() == "y");
}

TEST_CASE("a text that held a secret: emptied as a whole, also beyond what it holds now") {
  hwc::detail::wiped_text text(64, 's');
  text.resize(1);
  hwc::detail::wipe_and_clear(text);
  CHECK(text.empty());
  text.resize(64);
  for (const char c : text) CHECK(c == 0);
}

TEST_CASE("wiping: memory that held a secret is overwritten before it is given back") {
  std::array<char, 8> memory{'s', 'e', 's', 'a', 'm', 'e', '!', '!'};
  hwc::detail::wipe(memory.data(), 6);
  CHECK(std::string_view{memory.data(), 8} == std::string_view{"\0\0\0\0\0\0!!", 8});
}
