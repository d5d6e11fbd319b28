// SPDX-License-Identifier: BSL-1.0
// refused: hwc: beside an hwc::file, a member that goes to the body must be
#include <hwc/build_request.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

struct near_miss {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v2/{project_id}/users");
#if HWC_REJECT
  hwc::file list{};
  std::vector<std::string> names{};
#else
  hwc::file list{};
  std::optional<std::string> names{};
#endif
};
BOOST_DESCRIBE_STRUCT(near_miss, (), (list, names))

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
