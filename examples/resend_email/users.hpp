// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_USERS_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_USERS_HPP

#include <istream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

// Appends the ids of a users' file: one per line, without the blanks around it. Empty lines, lines that begin with '#',
// a byte order mark and the line ends of other systems are no part of an id.
inline void append_user_ids(std::istream& file, std::vector<std::string>& user_ids) {
  constexpr std::string_view blank = " \t\r";
  bool first = true;
  for (std::string line; std::getline(file, line); first = false) {
    std::string_view id = line;
    if (first && id.starts_with("\xEF\xBB\xBF")) id.remove_prefix(3);
    const auto begin = id.find_first_not_of(blank);
    if (begin == std::string_view::npos || id[begin] == '#') continue;
    user_ids.emplace_back(id.substr(begin, id.find_last_not_of(blank) - begin + 1));
  }
}

// Keeps the first of equal ids, and gives those that stood there again, each once.
inline std::set<std::string> remove_repeated(std::vector<std::string>& user_ids) {
  std::set<std::string> seen;
  std::set<std::string> repeated;
  std::vector<std::string> kept;
  for (auto& id : user_ids) {
    if (seen.insert(id).second)
      kept.push_back(std::move(id));
    else
      repeated.insert(id);
  }
  user_ids = std::move(kept);
  return repeated;
}

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_USERS_HPP
