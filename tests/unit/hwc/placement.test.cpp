// SPDX-License-Identifier: BSL-1.0
#include <hwc/placement.hpp>

#include <hwc/build_request.hpp>
#include <hwc/open_enum.hpp>
#include <hwc/timestamp.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

enum class shade { light, dark };
BOOST_DESCRIBE_ENUM(shade, light, dark)

struct remove_tags {
  using response = hwc::no_content;
  static constexpr auto route = hwc::delete_("/v1/{project_id}/things/{id}/tags");
  std::string id{};
  hwc::in_body<std::vector<std::string>> keys{};
  hwc::in_body<std::optional<int>> count{};
  std::optional<bool> force{};
  hwc::in_header<"X-Language", std::optional<std::string>> language{};
};
BOOST_DESCRIBE_STRUCT(remove_tags, (), (id, keys, count, force, language))

struct start_thing {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v1/things");
  std::optional<std::string> name{};
  hwc::in_query<std::vector<std::string>> zones{};
  hwc::in_query<std::optional<bool>> dry_run{};
  hwc::in_header<"X-Tries", std::optional<int>> tries{};
  hwc::in_header<"X-Shade", std::optional<shade>> of{};
};
BOOST_DESCRIBE_STRUCT(start_thing, (), (name, zones, dry_run, tries, of))

struct set_names {
  using response = hwc::no_content;
  static constexpr auto route = hwc::put("/v1/things/{id}/names");
  std::string id{};
  hwc::whole_body<std::vector<std::string>> names{};
};
BOOST_DESCRIBE_STRUCT(set_names, (), (id, names))

struct thing {
  std::string name{};
};
BOOST_DESCRIBE_STRUCT(thing, (), (name))

struct add_thing {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v1/things");
  hwc::whole_body<thing> what{};
};
BOOST_DESCRIBE_STRUCT(add_thing, (), (what))

struct drop_all {
  using response = hwc::no_content;
  static constexpr auto route = hwc::delete_("/v1/things");
  hwc::whole_body<std::optional<thing>> what{};
};
BOOST_DESCRIBE_STRUCT(drop_all, (), (what))

struct list_between {
  using response = hwc::no_content;
  static constexpr auto route = hwc::get("/v1/{of}/things");
  hwc::open_enum<shade> of{};
  std::optional<hwc::timestamp> since{};
};
BOOST_DESCRIBE_STRUCT(list_between, (), (of, since))

hwc::result<hwc::http_request> build(const auto& op) {
  hwc::http_request request;
  if (auto built = hwc::build_request(op, hwc::endpoint{"https://workspace.example", "p"}, request); !built) {
    return built.error();
  }
  return request;
}

}  // namespace

TEST_CASE("a placed member is used like what it holds") {
  remove_tags op{.id = "t", .keys = {"a", "b"}, .count = 3, .language = "en"};
  const auto copy = op;
  auto again{op};  // from one that is not const, which a constructor for anything would take
  CHECK(again.keys == std::vector<std::string>{"a", "b"});
  CHECK(copy.language == "en");
  CHECK(op.count == 3);
  op.keys.push_back("c");
  op.language = std::string{"zh"};
  op.count = std::nullopt;
  CHECK(op.keys.size() == 3);
  CHECK(op.language == "zh");
  CHECK(!op.count);
  start_thing no{.dry_run = false};
  auto moved = std::move(no);
  const auto same{moved};
  REQUIRE(same.dry_run.has_value());
  CHECK(!*same.dry_run);
}

TEST_CASE("in_body: a DELETE has a body then, with a type, and the others stay in the query") {
  const auto request = build(remove_tags{.id = "t", .keys = {"a", "b"}, .force = true}).value();
  CHECK(request.method == hwc::http_method::delete_);
  CHECK(request.target == "/v1/p/things/t/tags?force=true");
  CHECK(request.body == R"({"keys":["a","b"]})");
  CHECK(request.headers == hwc::http_headers{{"Content-Type", "application/json"}});
  CHECK(build(remove_tags{.id = "t"})->body == R"({"keys":[]})");
  CHECK(build(remove_tags{.id = "t", .count = 0})->body == R"({"keys":[],"count":0})");
}

TEST_CASE("in_query: of a POST, ordered by name, repeated where there are several") {
  const auto request = build(start_thing{.name = "n", .zones = {"b", "a b"}, .dry_run = false}).value();
  CHECK(request.target == "/v1/things?dry_run=false&zones=a%20b&zones=b");
  CHECK(request.body == R"({"name":"n"})");
  CHECK(build(start_thing{})->target == "/v1/things");
  CHECK(build(start_thing{})->body == "{}");
}

TEST_CASE("in_header: only what is given is sent") {
  CHECK(build(start_thing{.tries = 2, .of = shade::dark})->headers ==
        hwc::http_headers{{"Content-Type", "application/json"}, {"X-Tries", "2"}, {"X-Shade", "dark"}});
  CHECK(build(remove_tags{.id = "t", .language = "en-us"})->headers.find("X-Language") == "en-us");
  CHECK(build(start_thing{})->headers.size() == 1);
}

TEST_CASE("in_header: a value that would begin another header is refused by name, before anything is sent") {
  for (const auto& value : {std::string{"en\r\nX-Auth-Token: t"}, std::string{"en\n"}, std::string{"e\0n", 3}}) {
    CAPTURE(value);
    const auto built = build(remove_tags{.id = "t", .language = value});
    REQUIRE(!built);
    CHECK(built.error().kind == hwc::error_kind::invalid_argument);
    CHECK(built.error().message.starts_with("X-Language holds a control character"));
  }
  CHECK(build(start_thing{.of = static_cast<shade>(7)}).error().message ==
        "X-Shade is a value of its enum that has no name");
}

TEST_CASE("whole_body: an array, an object, or null") {
  const auto request = build(set_names{.id = "t", .names = {"a", "b"}}).value();
  CHECK(request.target == "/v1/things/t/names");
  CHECK(request.body == R"(["a","b"])");
  CHECK(request.headers.find("Content-Type") == "application/json");
  CHECK(build(set_names{.id = "t"})->body == "[]");
  CHECK(build(add_thing{.what = thing{.name = "n"}})->body == R"({"name":"n"})");
  CHECK(build(drop_all{})->body == "null");
  CHECK(build(drop_all{.what = thing{.name = "n"}})->body == R"({"name":"n"})");
  CHECK(build(set_names{.id = "t", .names = {"\xFF"}}).error().kind == hwc::error_kind::invalid_argument);
}

TEST_CASE("texts of their own in path and query") {
  using namespace std::chrono_literals;
  const hwc::wall_time since = std::chrono::sys_days{std::chrono::year{2020} / 4 / 10} + 6h;
  CHECK(build(list_between{.of = shade::dark, .since = since})->target ==
        "/v1/dark/things?since=2020-04-10T06%3A00%3A00Z");
  CHECK(build(list_between{.of = "new one"})->target == "/v1/new%20one/things");
  CHECK(build(list_between{}).error().message.starts_with("of is empty"));
}
