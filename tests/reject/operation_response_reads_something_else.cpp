// SPDX-License-Identifier: BSL-1.0
// refused: hwc: a response's `from_response` must be
#include <hwc/build_request.hpp>

#include <boost/describe/class.hpp>

#include <string>

struct page {
  std::string text{};
#if HWC_REJECT
  static std::string from_response(hwc::http_response& answer) { return answer.body; }
#else
  static page from_response(hwc::http_response& answer) { return {answer.body}; }
#endif
};

struct near_miss {
  using response = page;
  static constexpr auto route = hwc::get("/v2/{project_id}/page");
};
BOOST_DESCRIBE_STRUCT(near_miss, (), ())

int main() {
  hwc::http_request request;
  return hwc::build_request(near_miss{}, hwc::endpoint{"https://workspace.example", "project"}, request) ? 0 : 1;
}
