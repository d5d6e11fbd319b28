// SPDX-License-Identifier: BSL-1.0
// refused: hwc: the route is malformed
#include <hwc/build_request.hpp>

#include <boost/describe/class.hpp>

#include <string>

struct near_miss {
  using response = hwc::no_content;
#if HWC_REJECT
  static constexpr auto route = hwc::post("/v2/{}/users/{user_id}");
#else
  static constexpr auto route = hwc::post("/v2/{project_id}/users/{user_id}");
#endif
  std::string user_id{};
};
BOOST_DESCRIBE_STRUCT(near_miss, (), (user_id))

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
