// SPDX-License-Identifier: BSL-1.0
// refused: hwc: with hwc::whole_body no other member goes to the body
#include <hwc/build_request.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

struct near_miss {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v2/{project_id}/users");
#if HWC_REJECT
  hwc::whole_body<std::vector<std::string>> names{};
  std::optional<std::string> filter{};
#else
  hwc::whole_body<std::vector<std::string>> names{};
  hwc::in_query<std::optional<std::string>> filter{};
#endif
};
BOOST_DESCRIBE_STRUCT(near_miss, (), (names, filter))

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
