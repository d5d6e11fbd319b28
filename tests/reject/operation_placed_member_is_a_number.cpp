// SPDX-License-Identifier: BSL-1.0
// refused: hwc: in_query, in_body, in_header and whole_body hold a class
#include <hwc/build_request.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

struct near_miss {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v2/{project_id}/users");
#if HWC_REJECT
  hwc::in_query<int> limit{};
#else
  hwc::in_query<std::optional<int> > limit{};
#endif
};
BOOST_DESCRIBE_STRUCT(near_miss, (), (limit))

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
