// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_REPORT_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_REPORT_HPP

#include "users.hpp"

#include <hwc/advice.hpp>
#include <hwc/call_options.hpp>
#include <hwc/error.hpp>
#include <hwc/json/write.hpp>
#include <hwc/operation.hpp>
#include <hwc/printable.hpp>

#include <boost/describe/class.hpp>

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace tool {

// What became of one user, as a line of --json says it.
struct outcome_line {
  std::string user_id{};
  std::string outcome{};  // sent, not_sent or unknown
  int status = 0;         // HTTP status; 0 when there was no answer
  std::string error_code{};
  std::string error_msg{};
  std::string request_id{};
  int attempts = 0;
  std::optional<std::string> reason{};  // of a denial, with --explain
};
BOOST_DESCRIBE_STRUCT(outcome_line, (), (user_id, outcome, status, error_code, error_msg, request_id, attempts, reason))

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

// Tells people, or with JSON programs, what became of each user, as soon as it is known.
class report {
 public:
  report(std::ostream& out, bool json) : out_{out}, json_{json} {}

  // `reason` is what STS says of a denial, or why it says nothing.
  void add(const std::string& user_id, const hwc::call_info& info, const hwc::result<hwc::no_content>& sent,
           const std::optional<std::string>& reason = std::nullopt) {
    const auto why = sent ? std::optional<hwc::error>{} : sent.error();
    const bool unknown = why && why->sent == hwc::delivery::unknown;
    ++(why ? unknown ? unknown_ : not_sent_ : sent_);
    if (json_) {
      outcome_line line{.user_id = as_utf8(user_id),
                        .outcome = why ? unknown ? "unknown" : "not_sent" : "sent",
                        .status = info.status,
                        .request_id = as_utf8(info.request_id),
                        .attempts = info.attempts};
      if (why) {
        line.error_code = as_utf8(why->code);
        line.error_msg = as_utf8(why->message);
      }
      if (reason) line.reason = as_utf8(*reason);
      std::string text;
      if (hwc::json::write(line, text)) out_ << text << '\n' << std::flush;
      return;
    }
    if (!why) {
      out_ << "The email to user " << hwc::printable(user_id) << " was resent";
      if (!info.request_id.empty()) out_ << " (request " << hwc::printable(info.request_id) << ')';
      out_ << ".\n";
    } else if (unknown) {
      out_ << "It is not known whether the email to user " << hwc::printable(user_id) << " went out: " << *why << "\n  "
           << hwc::advice(*why) << '\n';
    } else {
      out_ << "The email to user " << hwc::printable(user_id) << " was not sent: " << *why << "\n  "
           << hwc::advice(*why) << '\n';
    }
    if (reason) out_ << "  The reason of the denial: " << hwc::printable(*reason) << '\n';
    out_ << std::flush;
  }

  // The sum, for people who asked for more than one.
  void finish() {
    if (json_ || sent_ + not_sent_ + unknown_ < 2) return;
    out_ << sent_ << " sent, " << not_sent_ << " not sent, " << unknown_ << " unknown.\n" << std::flush;
  }

  // False once something could not be written, to a full disk for instance.
  [[nodiscard]] bool readable() const { return out_.good(); }

  [[nodiscard]] bool all_sent() const { return not_sent_ + unknown_ == 0; }

 private:
  std::ostream& out_;
  bool json_;
  std::size_t sent_ = 0;
  std::size_t not_sent_ = 0;
  std::size_t unknown_ = 0;
};

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_REPORT_HPP
