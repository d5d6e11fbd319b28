// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_REPORT_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_REPORT_HPP

#include <boost/describe/class.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tool {

// What a report says of a user, in this order.
inline constexpr std::array<std::string_view, 10> report_columns{"user_id",    "user_name", "outcome",    "status",
                                                                 "error_code", "error_msg", "request_id", "attempts",
                                                                 "reason",     "advice"};
using report_row = std::array<std::string, report_columns.size()>;

// What a report says of the whole.
struct report_summary {
  std::string subject{};  // what was done, and where
  std::string begun{};    // local times with their zones
  std::string ended{};
  std::string ending{};  // why it ended, as a sentence
  std::uint64_t listed = 0;
  std::uint64_t sent = 0;
  std::uint64_t sent_before = 0;
  std::uint64_t not_sent = 0;
  std::uint64_t unknown = 0;
  std::uint64_t unknown_before = 0;
  std::uint64_t repeated = 0;
  std::uint64_t not_tried = 0;
};
BOOST_DESCRIBE_STRUCT(report_summary, (),
                      (subject, begun, ended, ending, listed, sent, sent_before, not_sent, unknown, unknown_before,
                       repeated, not_tried))

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_REPORT_HPP
