// SPDX-License-Identifier: BSL-1.0
// refused: hwc: a member named in the route must be a std::string, an integer or a described enum
#include <hwc/build_request.hpp>

#include <optional>

#include <boost/describe/class.hpp>

#include <string>

struct near_miss {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v2/{project_id}/users/{user_id}");
#if HWC_REJECT
  std::optional<std::string> user_id{};
#else
  std::string user_id{};
#endif
};
BOOST_DESCRIBE_STRUCT(near_miss, (), (user_id))

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
