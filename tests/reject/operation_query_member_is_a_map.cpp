// SPDX-License-Identifier: BSL-1.0
// refused: hwc: a member that goes to the query string must be
#include <hwc/build_request.hpp>

#include <map>

#include <boost/describe/class.hpp>

#include <string>

struct near_miss {
  using response = hwc::no_content;
  static constexpr auto route = hwc::get("/v2/{project_id}/users");
#if HWC_REJECT
  std::map<std::string, std::string> filter{};
#else
  std::string filter{};
#endif
};
BOOST_DESCRIBE_STRUCT(near_miss, (), (filter))

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
