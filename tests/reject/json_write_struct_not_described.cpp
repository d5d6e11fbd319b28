// SPDX-License-Identifier: BSL-1.0
// refused: hwc: describe the struct with BOOST_DESCRIBE_STRUCT(name, (), (members...)) to map it to JSON
// SPDX-License-Identifier: BSL-1.0
#include <hwc/json.hpp>

#include <boost/describe/class.hpp>

#include <string>

struct user {
  std::string id;
};
#if !HWC_REJECT
BOOST_DESCRIBE_STRUCT(user, (), (id))
#endif

int main() {
  std::string out;
  return hwc::json::write(user{}, out) ? 0 : 1;
}
