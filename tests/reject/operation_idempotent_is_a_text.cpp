// SPDX-License-Identifier: BSL-1.0
// refused: hwc: whether the operation may be repeated is said by `static constexpr bool idempotent`
#include <hwc/build_request.hpp>

#include <boost/describe/class.hpp>

#include <string>

struct near_miss {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v2/{project_id}/users");
#if HWC_REJECT
  static constexpr auto idempotent = "no";
#else
  static constexpr bool idempotent = false;
#endif
  std::string name{};
};
BOOST_DESCRIBE_STRUCT(near_miss, (), (name))

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
