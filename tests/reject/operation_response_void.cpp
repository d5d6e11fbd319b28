// SPDX-License-Identifier: BSL-1.0
// refused: hwc: the response cannot be void
#include <hwc/build_request.hpp>

#include <boost/describe/class.hpp>

#include <string>

struct near_miss {
#if HWC_REJECT
  using response = void;
#else
  using response = hwc::no_content;
#endif
  static constexpr auto route = hwc::post("/things");
};
BOOST_DESCRIBE_STRUCT(near_miss, (), ())

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
