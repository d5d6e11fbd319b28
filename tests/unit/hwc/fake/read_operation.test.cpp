// SPDX-License-Identifier: BSL-1.0
#include <hwc/fake/read_operation.hpp>

#include <hwc/hwc.hpp>

#include "support/every_operation.hpp"
#include "support/files.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/mp11/algorithm.hpp>
#include <boost/mp11/list.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using hwc::fake::read_operation;

namespace {

enum class shade { light, dark };
BOOST_DESCRIBE_ENUM(shade, light, dark)

struct paint {
  using response = hwc::no_content;
  static constexpr auto route = hwc::put("/v1/{project_id}/{of}/things/{id}");
  shade of = shade::light;
  std::int64_t id{};
  hwc::in_query<std::vector<std::int8_t>> tones{};
  hwc::in_query<std::string> why{};
  hwc::in_query<std::optional<bool>> dry_run{};
  hwc::in_header<"X-Tries", std::optional<unsigned>> tries{};
  hwc::in_header<"X-Shade", std::optional<hwc::open_enum<shade>>> again{};
  std::string name{};
  std::optional<std::vector<shade>> shades{};
};
BOOST_DESCRIBE_STRUCT(paint, (), (of, id, tones, why, dry_run, tries, again, name, shades))

struct set_names {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v1/names");
  hwc::whole_body<std::vector<std::string>> names{};
};
BOOST_DESCRIBE_STRUCT(set_names, (), (names))

struct drop_all {
  using response = hwc::no_content;
  static constexpr auto route = hwc::delete_("/v1/things");
  std::optional<bool> force{};
};
BOOST_DESCRIBE_STRUCT(drop_all, (), (force))

struct upload {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v1/files");
  hwc::file one{};
  std::optional<hwc::file> two{};
  std::string note{};
  std::optional<int> count{};
};
BOOST_DESCRIBE_STRUCT(upload, (), (one, two, note, count))

using own_operations = boost::mp11::mp_list<paint, set_names, drop_all, upload>;

template <class Op>
hwc::http_request build(const Op& op) {
  hwc::http_request request;
  const auto built = hwc::build_request(op, hwc::endpoint{"https://workspace.example", "p"}, request);
  REQUIRE_MESSAGE(built.has_value(), to_string(built.error()));
  return request;
}

template <class Op>
void check_round_trip(const Op& op) {
  const auto request = build(op);
  CAPTURE(request.target);
  CAPTURE(request.body);
  const auto read = read_operation<Op>(request);
  REQUIRE_MESSAGE(read.has_value(), to_string(read.error()));
  const auto again = build(*read);
  CHECK(again.method == request.method);
  CHECK(again.target == request.target);
  CHECK(again.headers == request.headers);
  CHECK(again.body == request.body);
}

template <class Op>
std::string why_not(const hwc::http_request& request) {
  const auto read = read_operation<Op>(request);
  REQUIRE(read.has_error());
  CHECK(read.error().kind == hwc::error_kind::invalid_argument);
  return read.error().message;
}

const paint painted{.of = shade::dark,
                    .id = -7,
                    .tones = {3, -128, 127},
                    .why = "a+b & c",
                    .dry_run = false,
                    .tries = 2U,
                    .again = "other",
                    .name = "n",
                    .shades = std::vector{shade::dark, shade::light}};

template <class Text>
hwc::http_request with_target(Text target) {
  auto request = build(painted);
  request.target = target;
  return request;
}

}  // namespace

TEST_CASE_TEMPLATE("an operation that is built, read and built again: the same bytes", Operations,
                   support::every_operation, own_operations) {
  boost::mp11::mp_for_each<Operations>([](auto op) {
    CAPTURE(op.route.path);
    support::fill(op, support::filling::what_must_be);
    check_round_trip(op);
    support::fill(op, support::filling::everything);
    check_round_trip(op);
  });
}

TEST_CASE("an operation that is read: its members") {
  const auto read = read_operation<paint>(build(painted)).value();
  CHECK(read.of == shade::dark);
  CHECK(read.id == -7);
  CHECK(read.tones == std::vector<std::int8_t>{-128, 127, 3});  // as texts are ordered
  CHECK(read.why == "a+b & c");
  CHECK(read.dry_run == false);
  CHECK(read.tries == 2U);
  CHECK(read.again == hwc::open_enum<shade>{"other"});
  CHECK(read.name == "n");
  CHECK(read.shades == std::vector{shade::dark, shade::light});

  const auto names = read_operation<set_names>(build(set_names{.names = {"a", "b"}})).value();
  CHECK(names.names == std::vector<std::string>{"a", "b"});
  const auto form = read_operation<upload>(build(upload{.one = {"a \"b\"\\c.csv", "1\r\n--x", "text/csv"},
                                                        .two = hwc::file{.name = "e", .content = ""},
                                                        .note = "n",
                                                        .count = -1}))
                        .value();
  CHECK(form.one == hwc::file{"a \"b\"\\c.csv", "1\r\n--x", "text/csv"});
  CHECK(form.two == hwc::file{"e", "", "application/octet-stream"});
  CHECK(form.note == "n");
  CHECK(form.count == -1);
}

TEST_CASE("another method or path: an error that names the wanted one") {
  auto request = build(drop_all{});
  request.method = hwc::http_method::get;
  CHECK(why_not<drop_all>(request) == "the request must be DELETE /v1/things");
  request = build(drop_all{});
  request.target = "/v1/things/";
  CHECK(why_not<drop_all>(request) == "the request must be DELETE /v1/things");
  request.target.clear();
  CHECK(why_not<drop_all>(request) == "the request must be DELETE /v1/things");
}

TEST_CASE("values of path and query that are none: an error that names the parameter") {
  CHECK(why_not<paint>(with_target("/v1/p/grey/things/7?why=")) == "of must be one of light, dark");
  CHECK(why_not<paint>(with_target("/v1/p/dark/things/7x?why=")) == "id must be an integer");
  CHECK(why_not<paint>(with_target("/v1/p/dark/things/9223372036854775808?why=")) ==
        "id must be an integer that is not as large");
  CHECK(why_not<paint>(with_target("/v1/p/dark/things/..?why=")).starts_with("id must not be '.' or '..'"));
  CHECK(why_not<paint>(with_target("/v1/p/dark/things/7")) == "why must be given");
  CHECK(why_not<paint>(with_target("/v1/p/dark/things/7?why=a&why=b")) == "why must be given once");
  CHECK(why_not<paint>(with_target("/v1/p/dark/things/7?why=%FF")).starts_with("why is not valid UTF-8"));
  CHECK(why_not<paint>(with_target("/v1/p/dark/things/7?why=a%0A")).starts_with("why holds a control character"));
  CHECK(why_not<paint>(with_target("/v1/p/dark/things/7?why=&tones=128")) ==
        "tones must be an integer that is not as large");
  CHECK(why_not<paint>(with_target("/v1/p/dark/things/7?why=&tones=")) == "tones must be an integer");
  CHECK(why_not<paint>(with_target("/v1/p/dark/things/7?why=&dry_run=yes")) == "dry_run must be true or false");
  CHECK(why_not<paint>(with_target("/v1/p/dark/things/7?why=&dryrun=true")) ==
        "the operation has no 'dryrun' as a query parameter");
}

TEST_CASE("headers that are none: an error that names the header") {
  auto request = build(painted);
  request.headers.add("x-tries", "3");
  CHECK(why_not<paint>(request) == "X-Tries must be given once");
  request.headers.set("X-Tries", "-3");
  CHECK(why_not<paint>(request) == "X-Tries must be an integer");
}

TEST_CASE("bodies that are none: an error with the place") {
  auto request = build(painted);
  request.body = R"({"shades":["grey"],"name":"n"})";
  CHECK(why_not<paint>(request) == "shades[0]: expected one of light, dark");
  request.body = "{}";
  CHECK(why_not<paint>(request) == "name: the field is missing");
  request.body = R"({"name":"n"}x)";
  CHECK_FALSE(why_not<paint>(request).empty());
  request.body.clear();
  CHECK_FALSE(why_not<paint>(request).empty());
  request.headers.set("Content-Type", "text/plain");
  CHECK(why_not<paint>(request) == "Content-Type must be application/json");
  request = build(drop_all{});
  request.body = "{}";
  CHECK(why_not<drop_all>(request) == "the body must be empty");
  request = build(set_names{});
  request.body = "{}";
  CHECK(why_not<set_names>(request).find("expected an array") != std::string::npos);
}

TEST_CASE("forms that are none: an error that names the part") {
  const auto sent = [](std::string_view parts) {
    hwc::http_request request{.method = hwc::http_method::post, .target = "/v1/files"};
    request.headers.add("Content-Type", "multipart/form-data; boundary=b");
    for (; !parts.empty(); parts.remove_prefix(std::min(parts.find(',') + 1, parts.size()))) {
      request.body.append("--b\r\nContent-Disposition: form-data; name=").append(parts.substr(0, parts.find(',')));
      request.body += "\r\n\r\nx\r\n";
      if (parts.find(',') == std::string_view::npos) break;
    }
    request.body += "--b--\r\n";
    return request;
  };
  CHECK(read_operation<upload>(sent("one; filename=f,note")).value().one.content == "x");
  CHECK(why_not<upload>(sent("")) == "one must be given");
  CHECK(why_not<upload>(sent("one,note")) == "one must be a file, with a file name");
  CHECK(why_not<upload>(sent("one; filename=\"\",note")).starts_with("one is a file without a name"));
  CHECK(why_not<upload>(sent("one; filename=f,note; filename=f")) == "note must be a text, not a file");
  CHECK(why_not<upload>(sent("one; filename=f,note,note")) == "note must be given once");
  CHECK(why_not<upload>(sent("one; filename=f,note,count")) == "count must be an integer");
  CHECK(why_not<upload>(sent("one; filename=f,note,other")) == "the operation has no 'other' as a part of the form");
  auto request = sent("one; filename=f,note");
  request.headers.set("Content-Type", "application/json");
  CHECK(why_not<upload>(request) == "the form is not multipart/form-data");
}

TEST_CASE("requests with any byte changed: a value that builds, or an error") {
  std::mt19937 random{8};
  const auto changed = [&](std::string text) {
    for (int times = 0; times != 2 && !text.empty(); ++times) {
      text[random() % text.size()] = static_cast<char>(random() % 256);
    }
    return text;
  };
  boost::mp11::mp_for_each<boost::mp11::mp_append<support::every_operation, own_operations>>([&]<class Op>(Op op) {
    support::fill(op, support::filling::everything);
    const auto whole = build(op);
    for (int times = 0; times != 200; ++times) {
      auto request = whole;
      if (random() % 2 == 0) request.target = changed(request.target);
      if (random() % 2 == 0) request.body = changed(request.body);
      if (const auto read = read_operation<Op>(request)) static_cast<void>(build(*read));
    }
  });
}

TEST_CASE("the list of every operation lacks none of the folder") {
  std::size_t routes = 0;
  for (const auto& entry : std::filesystem::directory_iterator{support::source_dir() / "include/hwc/workspace"}) {
    if (support::read_file(entry.path()).find(" auto route = ") != std::string::npos) ++routes;
  }
  CHECK(routes == boost::mp11::mp_size<support::every_operation>::value);
}
