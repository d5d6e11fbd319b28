// SPDX-License-Identifier: BSL-1.0
#include "faults/table.hpp"

#include "faults/rows.hpp"
#include "faults/subject.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace faults {
namespace {

std::vector<line>& lines() {
  static std::vector<line> all;
  return all;
}

std::size_t place_of(std::string_view subject) {
  const auto at = std::find_if(subjects.begin(), subjects.end(), [&](auto each) { return name_of(each) == subject; });
  return static_cast<std::size_t>(at - subjects.begin());
}

}  // namespace

void record(line what) { lines().push_back(std::move(what)); }

void not_made(int row, std::string_view subject, std::string reason) {
  variant_not_made(row, subject, "", std::move(reason));
}

void variant_not_made(int row, std::string_view subject, std::string variant, std::string reason) {
  record({.row = row, .subject = subject, .played = std::move(variant), .verdicts = "not made: " + std::move(reason)});
}

std::string as_markdown() {
  auto all = lines();
  std::stable_sort(all.begin(), all.end(), [](const line& a, const line& b) {
    return std::pair{a.row, place_of(a.subject)} < std::pair{b.row, place_of(b.subject)};
  });
  std::string text =
      "# The fault matrix\n\nEach row is a fault that was played against each subject; the server counted complete "
      "requests. Where \"given: \" stands, a fault that only a socket can have was not played: the transport in memory "
      "handed the call the failure as which the others report it, and what is shown is what the call makes of that. "
      "Time "
      "in memory is virtual.\n\n"
      "| row | fault | wanted | subject | played | calls | complete requests | verdict | ms |\n"
      "|--:|---|---|---|---|--:|--:|---|--:|\n";
  for (const auto& each : all) {
    const auto& row = rows.at(static_cast<std::size_t>(each.row) - 1);
    text += "| " + std::to_string(each.row) + " | ";
    for (const auto part : {row.fault, row.wanted, each.subject, std::string_view{each.played}}) {
      text += part;
      text += " | ";
    }
    if (each.calls == 0) {
      text += " | | " + each.verdicts + " | |\n";
    } else {
      text += std::to_string(each.calls) + " | " + std::to_string(each.requests) + " | " + each.verdicts + " | " +
              std::to_string(each.took.count()) + " |\n";
    }
  }
  text += "\n";
  for (const auto& row : rows) {
    if (!row.remark.empty()) text += "\nRow " + std::to_string(row.number) + ": " + std::string{row.remark} + "\n";
  }
  return text;
}

std::vector<std::string> missing() {
  std::set<std::pair<int, std::string_view>> there;
  for (const auto& each : lines()) {
    if (each.calls != 0 || each.played.empty()) there.emplace(each.row, each.subject);
  }
  std::vector<std::string> gaps;
  for (const auto& row : rows) {
    for (const auto who : subjects) {
      if (there.count({row.number, name_of(who)}) != 0) continue;
      gaps.push_back("row " + std::to_string(row.number) + " over " + std::string{name_of(who)});
    }
  }
  return gaps;
}

}  // namespace faults
