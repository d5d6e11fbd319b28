// SPDX-License-Identifier: BSL-1.0
// The program that libFuzzer drives: fuzz --target=NAME [options of libFuzzer] CORPUS…
#include "fuzz/target.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace {

const fuzz::target* chosen = nullptr;

}  // namespace

// libFuzzer itself passes over options that begin with two dashes.
extern "C" int LLVMFuzzerInitialize(int* count, char*** values) {
  constexpr std::string_view option = "--target=";
  for (int i = 1; i < *count; ++i) {
    const std::string_view value = (*values)[i];
    if (value.starts_with(option)) chosen = fuzz::target::find(value.substr(option.size()));
  }
  if (chosen) return 0;
  std::fprintf(stderr, "name one with --target=NAME:\n");
  for (const auto* each = fuzz::target::first(); each; each = each->next()) std::fprintf(stderr, "%s\n", each->name());
  std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (*chosen)({reinterpret_cast<const char*>(data), size});
  return 0;
}
