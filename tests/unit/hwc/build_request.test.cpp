// SPDX-License-Identifier: BSL-1.0
#include <hwc/build_request.hpp>

#include <hwc/workspace/resend_email.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

enum class color { red, green };
BOOST_DESCRIBE_ENUM(color, red, green)

struct find_things {
  using response = hwc::no_content;
  static constexpr auto route = hwc::get("/v1/{project_id}/things/{kind}-{number}");
  color kind = color::red;
  int number = 0;
  std::vector<std::string> names{};
  std::optional<int> limit{};
  bool full = false;
  std::string after{};
};
BOOST_DESCRIBE_STRUCT(find_things, (), (kind, number, names, limit, full, after))

struct delete_thing {
  using response = hwc::no_content;
  static constexpr auto route = hwc::delete_("/things/{id}");
  std::string id{};
};
BOOST_DESCRIBE_STRUCT(delete_thing, (), (id))

// A class with `text()` whose text lives only until the next one of any of them.
struct numbered {
  static numbered from_text(std::string_view) { return {}; }
  [[nodiscard]] const std::string& text() const {
    static std::string shared;
    return shared = "n" + std::to_string(number);
  }
  int number = 0;
};

// The route has them in another order than the struct, and one of them twice.
struct move_thing {
  using response = hwc::no_content;
  static constexpr auto route = hwc::put("/things/{from}/to/{to}/and/{from}");
  numbered to{};
  numbered from{};
};
BOOST_DESCRIBE_STRUCT(move_thing, (), (to, from))

struct name_thing {
  using response = hwc::no_content;
  static constexpr auto route = hwc::get("/things/{first}/{second}");
  std::string second{};
  std::string first{};
};
BOOST_DESCRIBE_STRUCT(name_thing, (), (second, first))

class with_private_member {
 public:
  using response = hwc::no_content;
  static constexpr auto route = hwc::post("/things");
  int shown = 1;

 private:
  int hidden_ = 2;
  BOOST_DESCRIBE_CLASS(with_private_member, (), (shown), (), (hidden_))
};

const hwc::endpoint where{"https://workspace.example", "project"};

hwc::result<hwc::http_request> build(const auto& op, const hwc::endpoint& to = where) {
  hwc::http_request request;
  if (auto built = hwc::build_request(op, to, request); !built) return built.error();
  return request;
}

hwc::result<hwc::http_request> build_for_user(std::string user_id) {
  return build(hwc::workspace::resend_email{.user_id = std::move(user_id)});
}

}  // namespace

TEST_CASE("resend_email without template: method, path, and {} as body") {
  const auto request = build_for_user("user").value();
  CHECK(request.method == hwc::http_method::post);
  CHECK(request.origin.host == "workspace.example");
  CHECK(request.target == "/v2/project/users/user/resend-email");
  CHECK(request.headers.find("Content-Type") == "application/json");
  CHECK(request.headers.size() == 1);
  CHECK(request.body == "{}");
  CHECK(request.project_id == "project");
}

TEST_CASE("resend_email with templates: only what is given is in the body, an empty text too") {
  CHECK(build(hwc::workspace::resend_email{.user_id = "u", .template_id = "email01"})->body ==
        R"({"template_id":"email01"})");
  CHECK(build(hwc::workspace::resend_email{.user_id = "u", .template_id = ""})->body == R"({"template_id":""})");
  CHECK(build(hwc::workspace::resend_email{.user_id = "u", .template_id = "\"\xC3\xA9\n", .phone_template_id = "sms"})
            ->body == "{\"template_id\":\"\\\"\xC3\xA9\\n\",\"phone_template_id\":\"sms\"}");
}

TEST_CASE("a user_id that could change the path: encoded as one segment") {
  const auto path = [](std::string user_id) { return build_for_user(std::move(user_id))->target; };
  CHECK(path("a/b") == "/v2/project/users/a%2Fb/resend-email");
  CHECK(path("a?b=c") == "/v2/project/users/a%3Fb%3Dc/resend-email");
  CHECK(path("a#b") == "/v2/project/users/a%23b/resend-email");
  CHECK(path("a%2Fb") == "/v2/project/users/a%252Fb/resend-email");
  CHECK(path("../../x") == "/v2/project/users/..%2F..%2Fx/resend-email");
  CHECK(path("...") == "/v2/project/users/.../resend-email");
  CHECK(path(" ") == "/v2/project/users/%20/resend-email");
  CHECK(path("\xC3\xA9") == "/v2/project/users/%C3%A9/resend-email");
  CHECK(path(std::string(10240, 'x')).size() == 10240 + std::string{"/v2/project/users//resend-email"}.size());
}

TEST_CASE("a user_id that cannot be one: refused, with a sentence that names it") {
  for (const auto& user_id : {std::string{}, std::string{"."}, std::string{".."}, std::string{"a\r\nX-Evil: 1"},
                              std::string{"a\n"}, std::string{"a\0b", 3}, std::string{"a\tb"}, std::string{"a\x7f"},
                              std::string{"\xC3"}, std::string{"\xFF\xFE"}}) {
    CAPTURE(user_id);
    const auto request = build_for_user(user_id);
    REQUIRE_FALSE(request.has_value());
    CHECK(request.error().kind == hwc::error_kind::invalid_argument);
    CHECK(request.error().sent == hwc::delivery::not_sent);
    CHECK(request.error().message.starts_with("user_id "));
  }
}

TEST_CASE("a template_id that is not UTF-8: refused, with its name") {
  const auto request = build(hwc::workspace::resend_email{.user_id = "u", .template_id = "\xFF"});
  REQUIRE_FALSE(request.has_value());
  CHECK(request.error().kind == hwc::error_kind::invalid_argument);
  CHECK(request.error().message.find("template_id") != std::string::npos);
}

TEST_CASE("an endpoint that cannot be used, or lacks the project: refused with its reason") {
  const hwc::workspace::resend_email op{.user_id = "u"};
  CHECK(build(op, hwc::endpoint::unusable("because")).error().message == "because");
  CHECK(build(op, {"https://workspace.example", ""}).error().message.starts_with("project_id "));
  CHECK(build(op, {"https://workspace.example", ".."}).error().message.starts_with("project_id "));
}

TEST_CASE("a GET: integers and enums in the path, the other members in the query, ordered by name and value") {
  const auto request =
      build(
          find_things{
              .kind = color::green, .number = -7, .names = {"b", "a/", "a"}, .limit = 5, .full = true, .after = "x y"})
          .value();
  CHECK(request.method == hwc::http_method::get);
  CHECK(request.target == "/v1/project/things/green--7?after=x%20y&full=true&limit=5&names=a&names=a%2F&names=b");
  CHECK(request.body.empty());
  CHECK(request.headers.empty());
}

TEST_CASE("a GET with nothing to say: an absent optional and an empty list are left out, an empty text is not") {
  CHECK(build(find_things{})->target == "/v1/project/things/red-0?after=&full=false");
  CHECK_FALSE(build(find_things{.after = "\r\n"}).has_value());
}

TEST_CASE("a DELETE without parameters: neither body nor query") {
  const auto request = build(delete_thing{.id = "1"}, {"https://a.example", ""}).value();
  CHECK(request.method == hwc::http_method::delete_);
  CHECK(request.target == "/things/1");
  CHECK(request.body.empty());
}

TEST_CASE("members that are described but private: in the body like the others") {
  CHECK(build(with_private_member{}, {"https://a.example", ""})->body == R"({"shown":1,"hidden_":2})");
}

TEST_CASE("members in the path: each where the route names it, as often as it does, whatever their order") {
  CHECK(build(move_thing{.to = {7}, .from = {8}}).value().target == "/things/n8/to/n7/and/n8");
}

TEST_CASE("two parameters that cannot be one: the first of the route is named") {
  CHECK(build(name_thing{.second = "", .first = ".."}).error().message.starts_with("first must not be"));
  CHECK(build(name_thing{.second = "", .first = "a"}).error().message.starts_with("second is empty"));
}

TEST_CASE("an enum's value without a name: refused, in path and query") {
  const auto request = build(find_things{.kind = static_cast<color>(7)});
  REQUIRE_FALSE(request.has_value());
  CHECK(request.error().message == "kind is a value of its enum that has no name");
}

TEST_CASE("building into a used request: nothing of the old one is left") {
  hwc::http_request request{.method = hwc::http_method::put, .target = "/old", .body = "old", .project_id = "old"};
  request.headers.add("X-Old", "1");
  CHECK(hwc::build_request(delete_thing{.id = "1"}, {"https://a.example", ""}, request));
  CHECK(request.target == "/things/1");
  CHECK(request.headers.empty());
  CHECK((request.body + request.project_id).empty());
}
