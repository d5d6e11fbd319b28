// SPDX-License-Identifier: BSL-1.0
// refused: hwc:
#include <hwc/build_request.hpp>

#include <boost/describe/class.hpp>

#include <string>

#if HWC_REJECT
using callback = void (*)();
#else
using callback = int;
#endif
struct near_miss {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v2/{project_id}/users");
  callback member{};
};
BOOST_DESCRIBE_STRUCT(near_miss, (), (member))

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
