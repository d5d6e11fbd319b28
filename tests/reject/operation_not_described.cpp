// SPDX-License-Identifier: BSL-1.0
// refused: hwc: describe the operation with BOOST_DESCRIBE_STRUCT(name, (), (members...))
#include <hwc/build_request.hpp>

#include <boost/describe/class.hpp>

#include <string>

struct near_miss {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v2/{project_id}/users/{user_id}");
  std::string user_id{};
};
#if !HWC_REJECT
BOOST_DESCRIBE_STRUCT(near_miss, (), (user_id))
#endif

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
