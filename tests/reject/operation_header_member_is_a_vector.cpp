// SPDX-License-Identifier: BSL-1.0
// refused: hwc: a member that goes to a header must be
#include <hwc/build_request.hpp>

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

struct near_miss {
  using response = hwc::no_content;
  static constexpr auto route = hwc::get("/v2/{project_id}/users");
#if HWC_REJECT
  hwc::in_header<"X-Language", std::vector<std::string>> language{};
#else
  hwc::in_header<"X-Language", std::string> language{};
#endif
};
BOOST_DESCRIBE_STRUCT(near_miss, (), (language))

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
