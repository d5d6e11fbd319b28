// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_FAULTS_TABLE_HPP
#define HWC_TESTS_FAULTS_TABLE_HPP

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace faults {

// What one play of a row over one subject came to.
struct line {
  int row;
  std::string_view subject;
  std::string played;  // the variant of the fault
  std::size_t calls = 0;
  std::size_t requests = 0;  // complete ones at the server
  std::string verdicts{};    // of the calls, in order; or why the row was not played
  std::chrono::milliseconds took{0};
};

// The table of all that was played in this run. Not for several threads at once.
void record(line what);

// Why a row cannot be played over that subject; or one variant of it, while others are.
void not_made(int row, std::string_view subject, std::string reason);
void variant_not_made(int row, std::string_view subject, std::string variant, std::string reason);

// The table, sorted by row and subject.
[[nodiscard]] std::string as_markdown();

// The pairs of row and subject of which nothing was played although they are not said to be impossible, "row 7 over
// libcurl".
[[nodiscard]] std::vector<std::string> missing();

}  // namespace faults

#endif  // HWC_TESTS_FAULTS_TABLE_HPP
