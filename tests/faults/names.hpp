// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_FAULTS_NAMES_HPP
#define HWC_TESTS_FAULTS_NAMES_HPP

#include <map>
#include <string>
#include <vector>

namespace faults {

// What becomes of one lookup of a name.
enum class lookup : unsigned char {
  none,   // there is no such name
  again,  // the resolver fails at present
  hangs,  // takes as long as the object `names` lives, then fails
  here,   // 127.0.0.1
  two,    // 127.0.0.2, where nobody listens, then 127.0.0.1
};

// Answers the name lookups of the whole program as told, as long as it lives, so that no test depends on a resolver.
// The last answer of a name goes on; names that are not told of are looked up by the system.
class names {
 public:
  explicit names(std::map<std::string, std::vector<lookup>> told);
  names(const names&) = delete;
  names& operator=(const names&) = delete;
  // Waits for lookups that hang.
  ~names();
};

}  // namespace faults

#endif  // HWC_TESTS_FAULTS_NAMES_HPP
