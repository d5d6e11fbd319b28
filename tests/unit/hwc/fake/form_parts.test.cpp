// SPDX-License-Identifier: BSL-1.0
#include <hwc/fake/form_parts.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace {

hwc::http_request form(std::string body, std::string_view type = "multipart/form-data; boundary=b") {
  hwc::http_request request{.method = hwc::http_method::post, .body = std::move(body)};
  request.headers.add("Content-Type", type);
  return request;
}

std::string why_not(const hwc::http_request& request) {
  const auto parts = hwc::fake::read_form(request);
  REQUIRE(parts.has_error());
  CHECK(parts.error().kind == hwc::error_kind::invalid_argument);
  return parts.error().message;
}

}  // namespace

TEST_CASE("a form: its fields and files in order, to the byte") {
  const std::string content{"a\r\n--\0\xFF\r\n", 9};
  const auto parts = hwc::fake::read_form(form(
      "a preamble\r\n--b\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n\r\n"
      "--b \r\ncontent-type:text/csv\r\nContent-Disposition: FORM-DATA; name=f; filename=\"a;\\%22b.csv\"\r\n\r\n" +
      content + "\r\n--b--\r\nan epilogue"));
  REQUIRE_MESSAGE(parts.has_value(), to_string(parts.error()));
  REQUIRE(parts->size() == 2);
  CHECK(parts->at(0).name == "n");
  CHECK_FALSE(parts->at(0).file_name);
  CHECK(parts->at(0).content.empty());
  CHECK(parts->at(1).name == "f");
  CHECK(parts->at(1).file_name == "a;\\\"b.csv");
  CHECK(parts->at(1).content_type == "text/csv");
  CHECK(parts->at(1).content == content);
  CHECK(hwc::fake::read_form(form("--b--", "Multipart/Form-Data;boundary=\"b\"")).value().empty());
}

TEST_CASE("what is no form: an error that says why") {
  CHECK(why_not(form("--b--", "text/plain; boundary=b")) == "the form is not multipart/form-data");
  for (const std::string type : {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; x",
                                 "multipart/form-data; boundary=\"b"}) {
    CHECK(why_not(form("--b--", type)) == "the form has no good boundary");
  }
  CHECK(why_not(form("--b--", "multipart/form-data; boundary=" + std::string(71, 'b'))).ends_with("good boundary"));
  CHECK(why_not(form("")) == "the form does not hold its boundary");
  CHECK(why_not(form("--b")) == "the form has something behind a boundary");
  CHECK(why_not(form("--bb\r\n")) == "the form has something behind a boundary");
  CHECK(why_not(form("--b\r\n")) == "the form ends before its last boundary");
  CHECK(why_not(form("--b\r\n\r\n--b--")) == "the form has a part without an end of its head");
  CHECK(why_not(form("--b\r\nno header\r\n\r\n\r\n--b--")) ==
        "the form has a part with a line in its head that is no header");
  CHECK(why_not(form("--b\r\n\r\nx\r\n--b--")) == "the form has a part without a name");
  CHECK(why_not(form("--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--")) ==
        "the form has a part without a name");
  CHECK(why_not(form("--b\r\nContent-Disposition: attachment; name=n\r\n\r\nx\r\n--b--")) ==
        "the form has a part without a name");
}

TEST_CASE("a form that is cut off anywhere, or has any byte changed: a value or an error") {
  const std::string whole =
      "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\nContent-Type: t\r\n\r\ncontent\r\n--b--";
  for (std::size_t size = 0; size != whole.size(); ++size)
    CHECK(hwc::fake::read_form(form(whole.substr(0, size))).has_error());
  for (std::size_t at = 0; at != whole.size(); ++at) {
    for (const char c : {'\0', '"', ';', '=', '\r', '\n', '-', '\xFF'}) {
      auto changed = whole;
      changed[at] = c;
      static_cast<void>(hwc::fake::read_form(form(changed)));
    }
  }
}

TEST_CASE("media types are compared without their parameters and their case") {
  CHECK(hwc::fake::has_media_type(form("", "application/json"), "application/json"));
  CHECK(hwc::fake::has_media_type(form("", " Application/JSON ;charset=utf-8"), "application/json"));
  CHECK_FALSE(hwc::fake::has_media_type(form("", "application/json5"), "application/json"));
  CHECK_FALSE(hwc::fake::has_media_type({}, "application/json"));
}
