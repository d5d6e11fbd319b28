// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_CONSOLE_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_CONSOLE_HPP

#include "outcome.hpp"
#include "progress.hpp"

#include <hwc/advice.hpp>
#include <hwc/bulk/events.hpp>
#include <hwc/error.hpp>
#include <hwc/json/write.hpp>
#include <hwc/printable.hpp>

#include <unistd.h>

#include <cstddef>
#include <optional>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>

namespace tool {

enum class detail_of { everybody, problems };

// What a person calls a user.
inline std::string called(const job& who) {
  auto text = "user " + hwc::printable(who.user_id);
  if (!who.user_name.empty()) text += " (" + hwc::printable(who.user_name) + ')';
  return text;
}

// Tells people, or with JSON programs, what became of each user, as soon as it is known.
class console {
 public:
  // `out` is for the outcomes, `err` for what else is said.
  console(std::ostream& out, std::ostream& err, progress_line& line, bool json, detail_of what)
      : out_{out}, err_{err}, line_{line}, json_{json}, what_{what} {}

  void tell(const event& of, const std::optional<std::string>& reason) {
    if (of.what == hwc::bulk::fate::repeated) {
      warn("the " + called(of.op) + " is named more than once and is served once");
      return;
    }
    const auto text = json_ ? as_json(of, reason) : as_text(of, reason);
    if (text.empty()) return;
    line_.above([&] { out_ << text << std::flush; });
  }

  // A line of the tool itself.
  void warn(const std::string& text) {
    line_.above([&] { err_ << "resend-email: " << text << std::endl; });
  }

  // False once something could not be written, to a full disk for instance.
  [[nodiscard]] bool readable() const { return out_.good(); }

 private:
  static std::string as_json(const event& of, const std::optional<std::string>& reason) {
    std::string text;
    if (!hwc::json::write(line_of(of, reason), text)) return {};
    return text + '\n';
  }

  std::string as_text(const event& of, const std::optional<std::string>& reason) const {
    using enum hwc::bulk::fate;
    std::ostringstream text;
    switch (of.what) {
      case sent:
        if (what_ == detail_of::problems) return {};
        text << "The email to " << called(of.op) << " was resent";
        if (!of.info->request_id.empty()) text << " (request " << hwc::printable(of.info->request_id) << ')';
        text << ".\n";
        break;
      case not_sent:
        text << "The email to " << called(of.op) << " was not sent: " << *of.why << "\n  " << hwc::advice(*of.why)
             << '\n';
        break;
      case unknown:
        text << "It is not known whether the email to " << called(of.op) << " went out: " << *of.why << "\n  "
             << hwc::advice(*of.why) << '\n';
        break;
      case unknown_before:
        text << "It is not known whether the email to " << called(of.op) << " went out before, so it was left alone.\n";
        break;
      case sent_before:
      case repeated:
        return {};
    }
    if (reason) text << "  The reason of the denial: " << hwc::printable(*reason) << '\n';
    return text.str();
  }

  std::ostream& out_;
  std::ostream& err_;
  progress_line& line_;
  bool json_;
  detail_of what_;
};

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_CONSOLE_HPP
