// SPDX-License-Identifier: BSL-1.0
// refused: hwc: an operation cannot have a member project_id
#include <hwc/build_request.hpp>

#include <boost/describe/class.hpp>

#include <string>

struct near_miss {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v2/{project_id}/things");
#if HWC_REJECT
  std::string project_id{};
#else
  std::string project{};
#endif
};
#if HWC_REJECT
BOOST_DESCRIBE_STRUCT(near_miss, (), (project_id))
#else
BOOST_DESCRIBE_STRUCT(near_miss, (), (project))
#endif

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
