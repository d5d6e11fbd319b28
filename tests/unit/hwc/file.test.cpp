// SPDX-License-Identifier: BSL-1.0
#include <hwc/file.hpp>

#include <hwc/build_request.hpp>
#include <hwc/client.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/signers/token.hpp>

#include <boost/describe/class.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct send_report {
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/v1/reports");
  hwc::file report{};
  std::optional<hwc::file> annex{};
  std::optional<std::string> title{};
  hwc::in_query<std::optional<int>> year{};
};
BOOST_DESCRIBE_STRUCT(send_report, (), (report, annex, title, year))

struct get_report {
  using response = hwc::file;
  static constexpr auto route = hwc::get("/v1/reports/{id}");
  std::string id{};
};
BOOST_DESCRIBE_STRUCT(get_report, (), (id))

// A response that reads itself, and may not like what it reads.
struct counted_report {
  std::size_t lines = 0;
  std::string etag{};
  static hwc::result<counted_report> from_response(hwc::http_response& answer) {
    if (answer.body.empty()) return hwc::error{.message = "a report without a line"};
    return counted_report{static_cast<std::size_t>(std::count(answer.body.begin(), answer.body.end(), '\n')),
                          std::string{answer.headers.find("ETag").value_or("")}};
  }
};
struct count_report {
  using response = counted_report;
  static constexpr auto route = hwc::get("/v1/reports/{id}");
  std::string id{};
};
BOOST_DESCRIBE_STRUCT(count_report, (), (id))

hwc::result<hwc::http_request> build(const send_report& op) {
  hwc::http_request request;
  if (auto built = hwc::build_request(op, hwc::endpoint{"https://reports.example", "p"}, request); !built) {
    return built.error();
  }
  return request;
}

std::string name_in(std::string_view disposition) {
  hwc::http_response answer{.status = 200, .headers = {{"Content-Disposition", disposition}}, .body = {}};
  return hwc::file::from_response(answer).name;
}

}  // namespace

TEST_CASE("files to a service: multipart/form-data, to the byte") {
  const auto request =
      build({.report = {"users \"1\".csv", "a,b\r\n", "text/csv"}, .title = "T", .year = 2026}).value();
  CHECK(request.target == "/v1/reports?year=2026");
  CHECK(request.headers == hwc::http_headers{{"Content-Type", "multipart/form-data; boundary=hwc-form-data-0"}});
  CHECK(request.body ==
        "--hwc-form-data-0\r\n"
        "Content-Disposition: form-data; name=\"report\"; filename=\"users %221%22.csv\"\r\n"
        "Content-Type: text/csv\r\n"
        "\r\n"
        "a,b\r\n\r\n"
        "--hwc-form-data-0\r\n"
        "Content-Disposition: form-data; name=\"title\"\r\n"
        "\r\n"
        "T\r\n"
        "--hwc-form-data-0--\r\n");
}

TEST_CASE("files to a service: the boundary is in none of them") {
  const auto request = build({.report = {"r", "--hwc-form-data-0\r\n", {}},
                              .annex = hwc::file{"a", "x hwc-form-data-1 y", "text/plain"}})
                           .value();
  CHECK(request.headers.find("Content-Type") == "multipart/form-data; boundary=hwc-form-data-2");
  CHECK(request.body.find("name=\"annex\"; filename=\"a\"\r\nContent-Type: text/plain\r\n\r\nx hwc") !=
        std::string::npos);
  CHECK(request.body.find("Content-Type: application/octet-stream\r\n\r\n--hwc-form-data-0\r\n\r\n--hwc-form-data-2") !=
        std::string::npos);
}

TEST_CASE("files to a service: a boundary is found at once, however many a file holds") {
  std::string all;
  for (int i = 0; i != 100'000; ++i) all += "hwc-form-data-" + std::to_string(i) + '\n';
  CHECK(build({.report = {"r", all, {}}})->headers.find("Content-Type") ==
        "multipart/form-data; boundary=hwc-form-data-100000");
  // What begins with a number holds that number too.
  CHECK(build({.report = {"r", "hwc-form-data-01 hwc-form-data-25", {}}})->body.starts_with("--hwc-form-data-1\r\n"));
  CHECK(build({.report = {"r", "hwc-form-data-01 hwc-form-data-12 hwc-form-data-hwc-form-data-2", {}}})
            ->body.starts_with("--hwc-form-data-3\r\n"));
}

TEST_CASE("files to a service: what would not arrive as a file is refused, by name") {
  CHECK(build({}).error().message == "report is a file without a name; give it one");
  CHECK(build({.report = {"a\r\nb", "", ""}}).error().message.starts_with("report holds a control character"));
  CHECK(build({.report = {"a", "", "text/csv\r\nX: y"}}).error().message.starts_with("report has a content type"));
  CHECK(build({.report = {"\xFF", "", ""}}).error().message == "report is not valid UTF-8; convert it");
  CHECK(build({.report = {"a", "", ""}, .title = "\xFF"}).error().message == "title is not valid UTF-8; convert it");
  CHECK(build({.report = {"a", "", ""}, .title = "two\r\n\tlines"})->body.find("\r\n\r\ntwo\r\n\tlines\r\n--hwc") !=
        std::string::npos);
}

TEST_CASE("the name of a file from a service: of several the extended one, without folders") {
  CHECK(name_in("attachment; filename=users.xlsx") == "users.xlsx");
  CHECK(name_in("attachment;filename = \"a \\\"b\\\"; c.csv\" ; size=3") == "a \"b\"; c.csv");
  CHECK(name_in("attachment; FileName*=utf-8''%E7%94%A8%E6%88%B7.csv; filename=\"user.csv\"") == "\u7528\u6237.csv");
  CHECK(name_in("attachment; filename=\"user.csv\"; filename*=UTF-8'zh'%e7%94%a8") == "\u7528");
  CHECK(name_in("attachment; filename*=iso-8859-1''%A3; filename=\"pound\"") == "pound");
  CHECK(name_in("attachment; filename=\"../../etc/passwd\"") == "passwd");
  CHECK(name_in("attachment; filename=\"C:\\\\x\\\\y.csv\"") == "y.csv");
  CHECK(name_in("attachment; filename=\"C:\\x\\y.csv\"") == "y.csv");  // as it should not be written, and is
  CHECK(name_in("attachment; filename=C:y.csv") == "y.csv");
  CHECK(name_in("attachment; filename*=UTF-8''%FF; filename=good") == "good");
  CHECK(name_in("attachment; filename*=UTF-8''..%2Fx%2F..") == "");
  for (const auto none : {"", "attachment", "attachment;", "attachment; filename", "attachment; filename=",
                          "attachment; filename=\"", "attachment; filename=.", "attachment; filename=\"a\tb\"",
                          "attachment; filename*=UTF-8''%FF", "attachment; filename*=UTF-8'x", "filename=a",
                          "attachment; xfilename=a", "attachment; filename=\"a\\", "; ; =; ="}) {
    CAPTURE(none);
    CHECK(name_in(none).size() <= (std::string_view{none}.ends_with("a\\") ? 2U : 0U));
  }
}

TEST_CASE("the name of a file from a service: any cut and any byte changed gives a name without folders") {
  const std::string good = "attachment; filename=\"a/b \\\"c\"; filename*=UTF-8'en'%2Fd%0A";
  for (std::size_t size = 0; size <= good.size(); ++size) {
    for (int byte = 0; byte != 256; ++byte) {
      auto text = good.substr(0, size);
      if (size != 0) text.back() = static_cast<char>(byte);
      const auto name = name_in(text);
      CHECK(name.find_first_of(std::string_view{"/\\:\n\0", 5}) == std::string::npos);
    }
  }
}

TEST_CASE("files from a service: content, type and name as they came; 1 request") {
  hwc::fake::transport t;
  const std::string bytes{"PK\x03\x04\0\xFF", 6};
  t.expect({.request = "GET /v1/reports/7",
            .response = {.status = 200,
                         .headers = {{"Content-Type", "application/vnd.ms-excel"},
                                     {"Content-Disposition", "attachment; filename=t.xls"}},
                         .body = bytes}});
  hwc::client client{hwc::endpoint{"https://reports.example", "p"}, t, hwc::token_signer{"token"},
                     hwc::return_result{}};
  hwc::call_info info;
  CHECK(client.send(get_report{.id = "7"}, {.info = &info}).value() ==
        hwc::file{"t.xls", bytes, "application/vnd.ms-excel"});
  CHECK(info.status == 200);
  CHECK(t.requests().size() == 1);
  CHECK(t.violations().empty());
}

TEST_CASE("files from a service: XML and pictures begin as a web page does, and are none") {
  hwc::fake::transport t;
  hwc::client client{hwc::endpoint{"https://reports.example", "p"}, t, hwc::token_signer{"token"},
                     hwc::return_result{}};
  t.expect({.request = "GET /v1/reports/7",
            .response = {.status = 200, .headers = {{"Content-Type", "image/svg+xml"}}, .body = "<svg/>"}});
  const auto picture = client.send(get_report{.id = "7"});
  REQUIRE(picture.has_value());
  CHECK(picture->content == "<svg/>");
  CHECK(t.violations() == "");
}

TEST_CASE("files from a service: one over the limit, or a portal's page, is no file") {
  hwc::fake::transport t;
  hwc::client client{hwc::endpoint{"https://reports.example", "p"}, t, hwc::token_signer{"token"},
                     hwc::return_result{}};
  t.expect({.request = "GET /v1/reports/7", .response = {.status = 200, .body = std::string(2000, 'x')}});
  const auto big = client.send(get_report{.id = "7"}, {.response_limit = 1000});
  REQUIRE(!big);
  CHECK(big.error().kind == hwc::error_kind::malformed_response);
  t.expect({.request = "GET /v1/reports/7",
            .response = {.status = 200, .headers = {{"Content-Type", "text/html"}}, .body = "<html>sign in</html>"}});
  CHECK(client.send(get_report{.id = "7"}).error().kind == hwc::error_kind::malformed_response);
  CHECK(t.requests().size() == 2);
  CHECK(t.violations().empty());
}

TEST_CASE("a response that reads itself: its value, or the error that it names; 1 request each") {
  hwc::fake::transport t;
  hwc::client client{hwc::endpoint{"https://reports.example", "p"}, t, hwc::token_signer{"token"},
                     hwc::return_result{}};
  t.expect(
      {.request = "GET /v1/reports/7", .response = {.status = 200, .headers = {{"ETag", "e1"}}, .body = "a\nb\n"}});
  const auto good = client.send(count_report{.id = "7"});
  REQUIRE(good.has_value());
  CHECK(good->lines == 2);
  CHECK(good->etag == "e1");
  t.expect({.request = "GET /v1/reports/7", .response = {.status = 200, .headers = {{"X-Request-Id", "r1"}}}});
  const auto bad = client.send(count_report{.id = "7"});
  REQUIRE(!bad.has_value());
  CHECK(bad.error().kind == hwc::error_kind::malformed_response);
  CHECK(bad.error().message == "a report without a line");
  CHECK(bad.error().request_id == "r1");
  CHECK(bad.error().sent == hwc::delivery::unknown);
  CHECK(t.requests().size() == 2);
  CHECK(t.violations() == "");
}
