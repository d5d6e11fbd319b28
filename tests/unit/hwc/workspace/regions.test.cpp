// SPDX-License-Identifier: BSL-1.0
#include <hwc/workspace/regions.hpp>

#include <hwc/json.hpp>

#include "support/files.hpp"

#include <boost/describe/class.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace {

struct region_entry {
  std::string region;
  std::optional<std::string> workspace;
};
BOOST_DESCRIBE_STRUCT(region_entry, (), (region, workspace))

struct region_table {
  std::vector<region_entry> regions;
};
BOOST_DESCRIBE_STRUCT(region_table, (), (regions))

}  // namespace

TEST_CASE("the region table: the vendor's, no more and no less, with its URLs") {
  const auto table = hwc::json::read<region_table>(support::read_data("endpoints.json")).value();
  std::size_t known = 0;
  for (const auto& [region, url] : table.regions) {
    const auto region_now = region;
    CAPTURE(region_now);
    const auto where = hwc::workspace::at(region, "project");
    CHECK(where.problem().empty() == url.has_value());
    if (!url) continue;
    ++known;
    CHECK(where.origin() == hwc::parse_url(*url).value());
    CHECK(where.project_id() == "project");
  }
  CHECK(known == std::size(hwc::workspace::regions));
  CHECK(std::is_sorted(std::begin(hwc::workspace::regions), std::end(hwc::workspace::regions)));
}

TEST_CASE("a region that is not in the table: the error names those that are, and the way out") {
  const auto problem = hwc::workspace::at("mars-north-1", "project").problem();
  CHECK(problem.find("mars-north-1") != std::string::npos);
  CHECK(problem.find("ap-southeast-3") != std::string::npos);
  CHECK(problem.find("hwc::endpoint") != std::string::npos);
}
