// SPDX-License-Identifier: BSL-1.0
// refused: hwc: beside an hwc::file, a member that goes to the body must be
#include <hwc/build_request.hpp>

#include <boost/describe/class.hpp>

#include <vector>

struct near_miss {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v2/{project_id}/users");
#if HWC_REJECT
  std::vector<hwc::file> lists{};
#else
  hwc::file lists{};
#endif
};
BOOST_DESCRIBE_STRUCT(near_miss, (), (lists))

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
