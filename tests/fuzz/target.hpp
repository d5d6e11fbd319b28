// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_FUZZ_TARGET_HPP
#define HWC_TESTS_FUZZ_TARGET_HPP

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace fuzz {

// A function that is given any bytes, and aborts where a promise is broken. One more is one more source file with an
// object of this kind, and a folder of its name in tests/fuzz/corpus:
//
//   const fuzz::target dates{"dates", [](std::string_view input) { … fuzz::require(…); }};
class target {
 public:
  using function = void (*)(std::string_view input);

  target(const char* name, function run) : name_{name}, run_{run}, next_{first()} { first() = this; }
  target(const target&) = delete;
  target& operator=(const target&) = delete;

  [[nodiscard]] const char* name() const { return name_; }
  void operator()(std::string_view input) const { run_(input); }

  // All targets of the program: `first()`, then each `next()` until null.
  static const target*& first() {
    static const target* head = nullptr;
    return head;
  }
  [[nodiscard]] const target* next() const { return next_; }

  // The target of that name, or null.
  static const target* find(std::string_view name) {
    const auto* each = first();
    while (each && name != each->name()) each = each->next();
    return each;
  }

 private:
  const char* name_;
  function run_;
  const target* next_;
};

// Ends the program where a promise is broken.
inline void require(bool kept, const char* promise) {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

// Takes the input apart: up to the next mark, which is dropped.
inline std::string_view take(std::string_view& input, char mark = '\0') {
  const auto part = input.substr(0, input.find(mark));
  input.remove_prefix(std::min(part.size() + 1, input.size()));
  return part;
}

}  // namespace fuzz

#endif  // HWC_TESTS_FUZZ_TARGET_HPP
