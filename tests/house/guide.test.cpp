// SPDX-License-Identifier: BSL-1.0
// What the table "What is beside the rule" of the guide tells to write, as it is compiled.
#include <hwc/build_request.hpp>
#include <hwc/file.hpp>
#include <hwc/open_enum.hpp>
#include <hwc/operation.hpp>
#include <hwc/pages.hpp>
#include <hwc/placement.hpp>
#include <hwc/secret.hpp>
#include <hwc/timestamp.hpp>

#include "support/files.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace {

BOOST_DEFINE_ENUM_CLASS(thing_status, active, frozen)

struct tag {
  std::string key{};
  std::string value{};
};
BOOST_DESCRIBE_STRUCT(tag, (), (key, value))

struct thing {
  std::string id{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (id))

struct listed_things {
  std::optional<std::int64_t> total_count{};
  std::optional<std::vector<thing>> things{};
};
BOOST_DESCRIBE_STRUCT(listed_things, (), (total_count, things))

struct import_things {
  using response = hwc::no_content;
  static constexpr auto route = hwc::put("/v2/{project_id}/things");
  static constexpr bool idempotent = true;
  hwc::in_query<std::optional<std::string>> vpc_id{};
  hwc::in_header<"X-Language", std::optional<std::string>> language{};
  hwc::file file{};
  std::optional<hwc::open_enum<thing_status>> status{};
  std::optional<hwc::timestamp> created_at{};
};
BOOST_DESCRIBE_STRUCT(import_things, (), (vpc_id, language, file, status, created_at))

struct delete_things {
  using response = hwc::no_content;
  static constexpr auto route = hwc::delete_("/v2/{project_id}/things");
  hwc::in_body<std::vector<std::string>> otp_ids{};
  std::optional<hwc::secret> password{};
};
BOOST_DESCRIBE_STRUCT(delete_things, (), (otp_ids))

struct tag_things {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v2/{project_id}/things/tags");
  hwc::whole_body<std::vector<tag>> tags{};
};
BOOST_DESCRIBE_STRUCT(tag_things, (), (tags))

struct make_thing {
  using response = thing;
  static constexpr auto route = hwc::get("/v2/{project_id}/things/random");
  static constexpr bool idempotent = false;
};
BOOST_DESCRIBE_STRUCT(make_thing, (), ())

struct list_things {
  using response = listed_things;
  static constexpr auto route = hwc::get("/v2/{project_id}/things");
  static constexpr auto items = &listed_things::things;
  static constexpr auto item_key = &thing::id;
  std::optional<std::int64_t> offset{};
  std::optional<std::int64_t> limit{};
};
BOOST_DESCRIBE_STRUCT(list_things, (), (offset, limit))

static_assert(hwc::paged_operation<list_things> && hwc::detail::has_item_key<list_things>);

template <class Op>
void check_request(const Op& op) {
  hwc::http_request request;
  const auto built = hwc::build_request(op, hwc::endpoint{"https://things.example", "project"}, request);
  CHECK_MESSAGE(built.has_value(), built);
}

}  // namespace

TEST_CASE("the guide's table of what is beside the rule: each declaration stands in this test, word for word") {
  check_request(import_things{.file = {.name = "things.csv"}, .status = thing_status::active});
  check_request(delete_things{});
  check_request(tag_things{});
  check_request(make_thing{});
  check_request(list_things{});
  CHECK(hwc::is_idempotent_v<import_things>);
  CHECK(!hwc::is_idempotent_v<make_thing>);

  const auto self = support::read_file(support::source_dir() / "tests/house/guide.test.cpp");
  const auto guide = support::read_file(support::source_dir() / "examples/README.md");
  auto at = guide.find("What is beside the rule");
  const auto end = guide.find("\n## ", at);
  int declarations = 0;
  for (at = guide.find('`', at); at < end; at = guide.find('`', at)) {
    const auto close = guide.find('`', at + 1);
    const auto code = guide.substr(at + 1, close - at - 1);
    at = close + 1;
    if (!code.ends_with(';')) continue;
    CHECK_MESSAGE(self.find("\n  " + code) != std::string::npos, code);
    ++declarations;
  }
  CHECK(declarations >= 11);
}
