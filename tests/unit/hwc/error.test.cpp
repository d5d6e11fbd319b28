// SPDX-License-Identifier: BSL-1.0
#include <hwc/error.hpp>

#include <doctest/doctest.h>

#include <set>
#include <sstream>
#include <string>

namespace {

hwc::error full_error() {
  return {.kind = hwc::error_kind::bad_request,
          .status = 400,
          .code = "WKS.00170312",
          .message = "The user does not exist",
          .request_id = "7f1b",
          .sent = hwc::delivery::answered,
          .attempts = 1,
          .cause = std::make_error_code(std::errc::timed_out)};
}

}  // namespace

TEST_CASE("printing an error: one line with all that helps") {
  std::ostringstream out;
  out << full_error();
  CHECK(out.str() == "bad_request: 400 WKS.00170312 The user does not exist [" +
                         std::make_error_code(std::errc::timed_out).message() +
                         "] (request 7f1b, answered, 1 attempt)");
  CHECK(to_string(hwc::error{.kind = hwc::error_kind::timeout, .sent = hwc::delivery::unknown, .attempts = 2}) ==
        "timeout: (unknown, 2 attempts)");
}

TEST_CASE("printing an error with control characters: they cannot break the line") {
  const auto line = to_string(hwc::error{.code = "A\nB", .message = "x\r\n\x1b[2Jy\x7f", .request_id = "1\n2"});
  CHECK(line == "connection: A?B x???[2Jy? (request 1?2, not_sent, 0 attempts)");
}

#ifndef HWC_NO_EXCEPTIONS
TEST_CASE("the value of a result that holds an error: an exception with the error and its line") {
  const hwc::result<int> failed = full_error();
  try {
    static_cast<void>(failed.value());
    FAIL("no exception");
  } catch (const hwc::exception& thrown) {
    CHECK(thrown.error() == full_error());
    CHECK(thrown.what() == to_string(full_error()));
  }
}
#endif

TEST_CASE("the names of kinds and deliveries: all different, none empty") {
  std::set<std::string_view> names;
  for (int kind = 0; kind <= static_cast<int>(hwc::error_kind::credentials); ++kind) {
    names.insert(to_string(static_cast<hwc::error_kind>(kind)));
  }
  CHECK(names.size() == static_cast<std::size_t>(hwc::error_kind::credentials) + 1);
  CHECK(names.count("") == 0);
  CHECK(to_string(hwc::delivery::not_sent) == "not_sent");
  CHECK(to_string(hwc::delivery::unknown) == "unknown");
  CHECK(to_string(hwc::delivery::answered) == "answered");
}
