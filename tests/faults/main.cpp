// SPDX-License-Identifier: BSL-1.0
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "faults/table.hpp"

#include <fstream>
#include <iostream>

// Plays the cases, prints the table of what came of them and writes it where the build said. Without arguments all
// cases are played, and then no row may be missing for any subject.
int main(int argc, char** argv) {
  doctest::Context context{argc, argv};
  int failed = context.run();
  if (context.shouldExit()) return failed;
  const auto table = faults::as_markdown();
  std::cout << table;
  if (argc != 1) return failed;
  for (const auto& gap : faults::missing()) {
    std::cout << "MISSING: " << gap << '\n';
    failed = 1;
  }
  std::ofstream file{HWC_FAULT_MATRIX};
  if (!(file << table).flush()) {
    std::cout << "the table could not be written to " << HWC_FAULT_MATRIX << '\n';
    failed = 1;
  }
  return failed;
}
