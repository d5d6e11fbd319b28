// SPDX-License-Identifier: BSL-1.0
// refused: hwc: a member named in the route must be
#include <hwc/build_request.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

struct near_miss {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v2/{project_id}/users/{id}");
#if HWC_REJECT
  hwc::in_query<std::string> id{};
#else
  std::string id{};
#endif
};
BOOST_DESCRIBE_STRUCT(near_miss, (), (id))

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
