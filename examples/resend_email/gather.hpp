// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_GATHER_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_GATHER_HPP

#include "read_list.hpp"
#include "select.hpp"
#include "settings.hpp"
#include "work_list.hpp"

#include <hwc/build_request.hpp>
#include <hwc/call_options.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/pages.hpp>
#include <hwc/printable.hpp>
#include <hwc/workspace/list_users.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <cstddef>
#include <fstream>
#include <istream>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace tool {

// Tells what is wrong with a list, the first few lines at length.
class complaints {
 public:
  static constexpr std::size_t told_at_most = 20;

  complaints(std::ostream& err, std::string list) : err_{err}, list_{std::move(list)} {}

  // `line` 0: what is wrong is in none of them.
  void operator()(std::size_t line, const std::string& what) {
    if (++count_ > told_at_most) return;
    err_ << (line == 0 ? "resend-email" : list_);
    if (line != 0) err_ << ':' << line;
    err_ << ": " << hwc::printable(what) << '\n';
  }
  // What cannot be left out, as nobody knows where it ends.
  void give_up(std::size_t line, const std::string& what) {
    (*this)(line, what);
    is_hopeless_ = true;
  }
  void finish() {
    if (count_ > told_at_most) err_ << list_ << ": " << count_ - told_at_most << " more lines are wrong\n";
    err_ << std::flush;
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] bool is_hopeless() const { return is_hopeless_; }

 private:
  std::ostream& err_;
  std::string list_;
  std::size_t count_ = 0;
  bool is_hopeless_ = false;
};

// Why the email to somebody could never be sent; empty if it could.
inline std::string problem_of(const recipient& who) {
  // A line break, say, where a quote that is never closed took in the lines below.
  const auto is_good = [](const std::string& text) { return hwc::printable(text) == text; };
  if (!is_good(who.user_id) || !is_good(who.user_name) || !is_good(who.template_id.value_or("")))
    return "an id or a name holds a line break or another control character";
  if (who.user_id.empty()) return {};
  hwc::http_request request;
  const auto built =
      hwc::build_request(hwc::workspace::resend_email{.user_id = who.user_id, .template_id = who.template_id},
                         hwc::endpoint{"https://workspace.example", "p"}, request);
  return built ? std::string{} : built.error().message;
}

// Puts whom the command line and the list name on the work list. False: the list cannot be read.
inline bool gather_named(const settings& wanted, std::istream& standard_input, work_list& all, complaints& wrong) {
  for (const auto& id : wanted.user_ids) {
    // Those of the command line are told with all others; but what no journal can hold would end its run.
    if (const auto problem = problem_of({.user_id = id}); !problem.empty() && !wanted.journal.empty())
      wrong.give_up(0, "the user id '" + id + "' of the command line: " + problem);
    else
      all.add({.user_id = id}, 0);
  }
  if (wanted.users_file.empty()) return true;
  std::ifstream file;
  if (wanted.users_file != "-") file.open(wanted.users_file);
  auto& from = wanted.users_file == "-" ? standard_input : file;
  if (!from) return false;
  read_list(from, {.take =
                       [&](std::size_t line, recipient who) {
                         if (const auto problem = problem_of(who); !problem.empty())
                           wrong(line, problem);
                         else
                           all.add(who, line);
                       },
                   .complain = [&](std::size_t line, const std::string& what) { wrong(line, what); },
                   .give_up = [&](std::size_t line, const std::string& what) { wrong.give_up(line, what); }});
  return !from.bad();
}

// Asks the service for what the list leaves open: the ids of names, and whom --select means.
template <class Client>
hwc::result<void> look_up(Client& client, const settings& wanted, work_list& all, complaints& wrong) {
  const hwc::call_options each{.timeout = wanted.timeout};
  if (all.has_names()) {
    hwc::pages users{client, hwc::workspace::list_users{.is_query_total_desktops = false}, each};
    for (const auto& user : users) {
      if (user.user_name && user.id) all.name_is(*user.user_name, *user.id);
    }
    if (users.failure()) return *users.failure();
    all.check_names(wrong);
  }
  if (wanted.select) {
    hwc::pages users{client, wanted.select->query(), each};
    for (const auto& user : users) {
      if (!user.id || !wanted.select->matches(user)) continue;
      const recipient who{*user.id, user.user_name.value_or(""), {}};
      if (const auto problem = problem_of(who); !problem.empty())
        wrong(0, "the service lists the user '" + who.user_id + "', who cannot be served: " + problem);
      else
        all.add(who, 0);
    }
    if (users.failure()) return *users.failure();
  }
  return {};
}

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_GATHER_HPP
