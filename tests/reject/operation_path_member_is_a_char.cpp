// SPDX-License-Identifier: BSL-1.0
// refused: hwc: a member named in the route must be a std::string, an integer or a described enum
#include <hwc/build_request.hpp>

#include <boost/describe/class.hpp>

#include <string>

struct near_miss {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/things/{letter}");
#if HWC_REJECT
  char letter = 'a';
#else
  int letter = 1;
#endif
};
BOOST_DESCRIBE_STRUCT(near_miss, (), (letter))

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
