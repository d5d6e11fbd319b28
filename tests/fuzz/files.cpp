// SPDX-License-Identifier: BSL-1.0
// The names of files in answers, and forms with files, both ways.
#include <hwc/build_request.hpp>
#include <hwc/fake/form_parts.hpp>
#include <hwc/fake/read_operation.hpp>
#include <hwc/file.hpp>
#include <hwc/http.hpp>
#include <hwc/workspace/import_user_list.hpp>

#include "fuzz/target.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace {

// The input: a Content-Disposition, NUL, a media type, NUL, a body.
void run(std::string_view input) {
  const std::string disposition{fuzz::take(input)}, type{fuzz::take(input)}, body{input};
  hwc::http_response answer{.status = 200, .body = body};
  if (hwc::is_header_value(disposition)) answer.headers.add("Content-Disposition", disposition);
  const auto file = hwc::file::from_response(answer);
  fuzz::require(file.name.find_first_of("/\\:\r\n") == std::string::npos && file.name != "." && file.name != "..",
                "the name of a file names no folder");
  fuzz::require(file.content == body, "a file is the answer's body");

  hwc::http_request posted{.method = hwc::http_method::post, .body = body};
  if (hwc::is_header_value(type)) posted.headers.add("Content-Type", type);
  if (const auto parts = hwc::fake::read_form(posted)) {
    std::size_t size = 0;
    for (const auto& part : *parts) size += part.content.size();
    fuzz::require(size <= body.size(), "the parts of a form are in it");
  }

  // Blanks around a header's value are none of it.
  constexpr std::string_view blank = " \t";
  auto bare = std::string_view{type}.substr(0, type.find_last_not_of(blank) + 1);
  bare.remove_prefix(std::min(bare.find_first_not_of(blank), bare.size()));
  const hwc::workspace::import_user_list op{.file = {disposition, body, std::string{bare}}};
  hwc::http_request request;
  if (!hwc::build_request(op, hwc::endpoint{"https://workspace.example", "project"}, request)) return;
  const auto read = hwc::fake::read_operation<hwc::workspace::import_user_list>(request);
  fuzz::require(read.has_value(), "a form that was written is one that can be read");
  fuzz::require(read->file.content == body, "a file arrives as it was given");
  hwc::http_request again;
  fuzz::require(hwc::build_request(*read, hwc::endpoint{"https://workspace.example", "project"}, again).has_value() &&
                    again.body == request.body,
                "a form that was read is written the same");
}

const fuzz::target target{"files", run};

}  // namespace
