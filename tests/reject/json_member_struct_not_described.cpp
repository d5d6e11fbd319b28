// SPDX-License-Identifier: BSL-1.0
// refused: hwc: describe the struct with BOOST_DESCRIBE_STRUCT(name, (), (members...)) to map it to JSON
// SPDX-License-Identifier: BSL-1.0
#include <hwc/json.hpp>

#include <boost/describe/class.hpp>

#include <string>
#include <vector>

struct user {
  std::string id;
};
#if !HWC_REJECT
BOOST_DESCRIBE_STRUCT(user, (), (id))
#endif

struct users {
  std::vector<user> items;
};
BOOST_DESCRIBE_STRUCT(users, (), (items))

// Read and written: one fault, one refusal.
int main() {
  hwc::json::reader reader;
  users value;
  std::string out;
  return reader.read_into("{}", value) || hwc::json::write(value, out) ? 0 : 1;
}
