// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_OUTCOME_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_OUTCOME_HPP

#include "work_list.hpp"

#include <hwc/bulk/events.hpp>
#include <hwc/call_options.hpp>
#include <hwc/error.hpp>
#include <hwc/json/write.hpp>

#include <boost/describe/class.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tool {

// What became of one user, as a line of --json says it. All texts are UTF-8.
struct outcome_line {
  std::string user_id{};
  std::string outcome{};  // sent, not_sent or unknown; with a journal also sent_before and unknown_before
  int status = 0;         // HTTP status; 0 when there was no answer
  std::string error_code{};
  std::string error_msg{};
  std::string request_id{};
  int attempts = 0;
  std::optional<std::string> user_name{};  // if it is known
  std::optional<std::string> reason{};     // of a denial, with --explain
};
BOOST_DESCRIBE_STRUCT(outcome_line, (),
                      (user_id, outcome, status, error_code, error_msg, request_id, attempts, user_name, reason))

// The text as UTF-8: bytes that are no part of it become U+FFFD, since JSON has no place for them.
inline std::string as_utf8(std::string_view text) {
  std::string good;
  while (!text.empty()) {
    std::size_t size = text.size() < 4 ? text.size() : 4;
    std::string trial;
    while (size != 0 && !hwc::json::write(std::string{text.substr(0, size)}, trial)) --size;
    good += size == 0 ? std::string_view{"\xEF\xBF\xBD"} : text.substr(0, size);
    text.remove_prefix(size == 0 ? 1 : size);
  }
  return good;
}

using event = hwc::bulk::event<job>;

// `reason` is what STS says of a denial, or why it says nothing.
inline outcome_line line_of(const event& told, const std::optional<std::string>& reason) {
  outcome_line line{.user_id = as_utf8(told.op.user_id), .outcome = std::string{to_string(told.what)}};
  if (told.info != nullptr) {
    line.status = told.info->status;
    line.request_id = as_utf8(told.info->request_id);
    line.attempts = told.info->attempts;
  }
  if (told.why != nullptr) {
    line.error_code = as_utf8(told.why->code);
    line.error_msg = as_utf8(told.why->message);
  }
  if (!told.op.user_name.empty()) line.user_name = as_utf8(told.op.user_name);
  if (reason) line.reason = as_utf8(*reason);
  return line;
}

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_OUTCOME_HPP
