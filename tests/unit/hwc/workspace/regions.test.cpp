// SPDX-License-Identifier: BSL-1.0
#include <hwc/workspace/regions.hpp>

#include <hwc/client.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/iam/regions.hpp>
#include <hwc/json.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/sts/regions.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/fetched.hpp"
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
  std::optional<std::string> iam;
  std::optional<std::string> sts;
};
BOOST_DESCRIBE_STRUCT(region_entry, (), (region, workspace, iam, sts))

struct region_table {
  std::vector<region_entry> regions;
};
BOOST_DESCRIBE_STRUCT(region_table, (), (regions))

}  // namespace

TEST_CASE("the region table: the vendor's, no more and no less, with its URLs") {
  const auto table = hwc::json::read<region_table>(support::read_data("endpoints.json")).value();
  std::size_t known = 0;
  for (const auto& entry : table.regions) {
    const auto& region = entry.region;
    const auto& url = entry.workspace;
    CAPTURE(region);
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

TEST_CASE("the tables of IAM and STS: the vendor's; without an IAM of its own, a region has the global one") {
  const auto table = hwc::json::read<region_table>(support::read_data("endpoints.json")).value();
  const support::environment nothing{{}};
  std::size_t with_iam = 0, with_sts = 0;
  for (const auto& entry : table.regions) {
    CAPTURE(entry.region);
    CHECK(hwc::iam::url_of(entry.region) == entry.iam.value_or("https://iam.myhuaweicloud.com"));
    const auto sts = hwc::sts::at(entry.region);
    CHECK(sts.problem().empty() == entry.sts.has_value());
    if (entry.sts) CHECK(sts.origin() == hwc::parse_url(*entry.sts).value());
    with_iam += entry.iam ? 1U : 0U;
    with_sts += entry.sts ? 1U : 0U;
  }
  CHECK(with_iam == std::size(hwc::iam::regions) + 1);  // eu-west-101 is under another domain
  CHECK(with_sts == std::size(hwc::sts::regions));
  CHECK(hwc::iam::at("mars-north-1").origin().host == "iam.myhuaweicloud.com");
  CHECK(hwc::iam::at("cn-north-4").problem().empty());
}

TEST_CASE("the IAM of a region: the variable's before the region's own, and the project is looked up there") {
  const auto asked = [] {
    std::string host;
    hwc::fake::transport over{[&](const hwc::http_request& request) {
      host = request.origin.host;
      return hwc::http_response{.status = 503};
    }};
    hwc::client client{hwc::workspace::at("cn-north-4"), over, hwc::token_signer{"token"}, hwc::return_result{}};
    CHECK(!client.send(hwc::workspace::resend_email{.user_id = "user"}));
    return host;
  };
  {
    const support::environment nothing{{}};
    CHECK(asked() == "iam.cn-north-4.myhuaweicloud.com");
  }
  const support::environment variables{{{"HUAWEICLOUD_SDK_IAM_ENDPOINT", "iam.example"}}};
  for (const auto* region : {"cn-north-4", "eu-west-101", "mars-north-1", ""}) {
    CHECK(hwc::iam::url_of(region) == "iam.example");
    CHECK(hwc::iam::at(region).origin() == hwc::parse_url("https://iam.example").value());
  }
  CHECK(asked() == "iam.example");
}

TEST_CASE("what the environment says of Workspace in a region, and of STS, wins over the tables, also for others") {
  const support::environment variables{{{"HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4", "w.example,https://b.example"},
                                        {"HUAWEICLOUD_SDK_REGION_WORKSPACE_MARS_1", "https://mars.example"},
                                        {"HUAWEICLOUD_SDK_STS_ENDPOINT", "https://sts.example"}}};
  CHECK(hwc::workspace::at("cn-north-4", "p").origin() == hwc::parse_url("https://w.example").value());
  CHECK(hwc::workspace::at("mars-1").origin().host == "mars.example");
  CHECK(hwc::workspace::url_of("cn-north-9") == "https://workspace.cn-north-9.myhuaweicloud.com");
  CHECK(hwc::sts::at("cn-north-4").origin().host == "sts.example");
  CHECK(hwc::sts::at("mars-1").problem().empty());
  const support::environment none{{{"HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4", ""}}};
  CHECK(hwc::workspace::url_of("cn-north-4") == "https://workspace.cn-north-4.myhuaweicloud.com");
}

TEST_CASE("a region that is not in the table: the error names those that are, and the way out") {
  const auto problem = hwc::workspace::at("mars-north-1", "project").problem();
  CHECK(problem.find("mars-north-1") != std::string::npos);
  CHECK(problem.find("ap-southeast-3") != std::string::npos);
  CHECK(problem.find("hwc::endpoint") != std::string::npos);
}
