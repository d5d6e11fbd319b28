// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_SERVE_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_SERVE_HPP

#include "console.hpp"
#include "gather.hpp"
#include "interrupt.hpp"
#include "progress.hpp"
#include "report_file.hpp"
#include "settings.hpp"
#include "work_list.hpp"

#include <hwc/bulk/file_journal.hpp>
#include <hwc/bulk/memory_journal.hpp>
#include <hwc/bulk/run.hpp>
#include <hwc/client.hpp>
#include <hwc/credentials/chain.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/explain.hpp>
#include <hwc/http.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/printable.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/signers/refreshing.hpp>
#include <hwc/transports/any.hpp>
#include <hwc/transports/rate_limited.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <chrono>
#include <cstddef>
#include <ctime>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

namespace tool {

using keys = hwc::credentials::chain<hwc::access_key>;
using key_signer = hwc::refreshing_signer<hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256>>;

// Where the calls go, and how they get there.
struct connection {
  hwc::endpoint where;
  hwc::endpoint sts;
  std::function<hwc::any_transport()> connect;
};

// A client that calls no faster than that; 0: as fast as it can.
inline auto paced_client(const hwc::endpoint& where, hwc::any_transport over, const key_signer& with, int per_minute) {
  const hwc::rate_limit pace{.requests = per_minute, .per = std::chrono::minutes{per_minute == 0 ? 0 : 1}};
  return hwc::client{where, hwc::rate_limited{std::move(over), pace}, with, hwc::return_result{}};
}

// Whether the error is one of configuration, which is the same for every user and stays until somebody mends it.
inline bool is_configuration(const hwc::error& why) {
  using enum hwc::error_kind;
  return why.kind == credentials || why.kind == invalid_argument || why.kind == unauthorized || why.kind == forbidden;
}

// The time of day where the person is, with its zone.
inline std::string local_time() {
  const auto now = std::time(nullptr);
  std::tm parts{};
  char text[64];
  if (::localtime_r(&now, &parts) == nullptr || std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %z", &parts) == 0)
    return {};
  return text;
}

// What a journal, and a report, is about: the same for every run that goes on with it.
inline std::string subject_of(const settings& wanted, const std::string& project_id) {
  std::string subject = "resend-email, ";
  if (wanted.demo)
    subject += "demo";
  else
    hwc::append_authority(subject, wanted.where.origin());
  subject += ", project " + project_id;
  if (wanted.template_id) subject += ", template " + *wanted.template_id;
  return subject;
}

// One run over a list.
class service_run {
 public:
  service_run(const settings& wanted, connection to, const keys& from, work_list& all, complaints& wrong)
      : wanted_{wanted},
        to_{std::move(to)},
        with_{from},
        all_{all},
        wrong_{wrong},
        client_{paced_client(to_.where, to_.connect(), with_, wanted.per_minute)} {}

  // The exit status.
  int run() {
    if (!rehearse() || !look_up() || !check()) return 2;
    if (wanted_.journal.empty()) {
      hwc::bulk::memory_journal none;
      return wanted_.dry_run ? rehearse_all(none) : send_all(none);
    }
    if (wanted_.dry_run && !std::filesystem::exists(wanted_.journal)) {
      hwc::bulk::memory_journal none;
      return rehearse_all(none);
    }
    if (project_id().empty()) {
      std::cerr << "resend-email: which project it is could not be found out, so whether the journal is about it; try "
                   "again, or give --project-id\n";
      return 1;
    }
    auto journal = hwc::bulk::file_journal::open(wanted_.journal, subject_of(wanted_, project_id()));
    if (!journal) {
      std::cerr << "resend-email: " << journal.error() << '\n';
      return 2;
    }
    if (wanted_.dry_run) return rehearse_all(*journal);
    auto status = send_all(*journal);
    if (!say_unknown(*journal)) status = 1;
    if (const auto closed = journal->close(); !closed) {
      std::cerr << "resend-email: " << closed.error() << '\n';
      status = 1;
    }
    return status;
  }

 private:
  using summary = hwc::bulk::summary;

  // What is wrong for every user is said once instead of for each. A fault that may pass is left to the calls.
  bool rehearse() {
    const auto ready = client_.rehearse(hwc::workspace::resend_email{.user_id = "user"}, {.timeout = wanted_.timeout});
    if (ready || !is_configuration(ready.error())) return true;
    std::cerr << "resend-email: " << ready.error() << '\n';
    if (wanted_.project_id.empty() && ready.error().message.find("project id") != std::string::npos)
      std::cerr << "  The project id is given with --project-id, the region with --region.\n";
    return false;
  }

  // The project that is called: as it was given, as the credentials know it, or as it was found; empty: not known yet.
  [[nodiscard]] std::string project_id() const {
    if (!to_.where.project_id().empty()) return to_.where.project_id();
    if (auto known = with_.project_id(); !known.empty()) return known;
    const auto& finder = to_.where.finder();
    const auto* const found = finder ? finder->found() : nullptr;
    return found != nullptr ? *found : std::string{};
  }

  bool look_up() {
    if (!all_.has_names() && !wanted_.select) return true;
    // The service's limit for queries.
    auto lister = paced_client(to_.where, to_.connect(), with_, wanted_.per_minute == 0 ? 0 : 200);
    const auto found = tool::look_up(lister, wanted_, all_, wrong_);
    if (!found) {
      std::cerr << "resend-email: the users cannot be listed, so nothing was sent: " << found.error() << "\n  "
                << hwc::advice(found.error()) << '\n';
    }
    return found.has_value();
  }

  // Whether the list is as it should be.
  bool check() {
    wrong_.finish();
    if (wrong_.is_hopeless() || (wrong_.count() != 0 && !wanted_.lenient)) {
      std::cerr << "resend-email: nothing was sent; mend the list, or leave wrong lines out with --lenient\n";
      return false;
    }
    if (all_.begin() != all_.end()) return true;
    std::cerr << "resend-email: "
              << (wanted_.select ? "--select fits nobody" : "name at least one user id; the list is empty") << '\n';
    return false;
  }

  // Says what `send_all` would do.
  template <class Journal>
  int rehearse_all(Journal& journal) {
    std::size_t count = 0;
    std::size_t before = 0;
    journal.begin_run();
    for (const auto& one : all_) {
      const auto known = journal.meet(one.user_id);
      const bool goes = is_due(known, wanted_.allow_duplicates);
      before += !goes && known != hwc::bulk::past::repeated;
      if (!goes) continue;
      ++count;
      if (wanted_.quiet) continue;
      if (wanted_.json) {
        std::string text;
        const would_send line{as_utf8(one.user_id), "would_send", as_utf8(one.user_name)};
        if (hwc::json::write(line, text)) std::cout << text << '\n';
        continue;
      }
      std::cout << "Would resend the email to " << called(one);
      if (one.template_id) std::cout << " with the template " << hwc::printable(*one.template_id);
      std::cout << ".\n";
    }
    if (!wanted_.json) {
      std::cout << count << " would be sent";
      if (before != 0) std::cout << ", " << before << " were sent before, or nobody can say, and are left alone";
      std::cout << ". Nothing was sent.\n";
    }
    std::cout << std::flush;
    return std::cout && wrong_.count() == 0 ? 0 : 1;
  }

  template <class Journal>
  int send_all(Journal& journal) {
    std::optional<report_file> file;
    if (!wanted_.report.empty()) file.emplace(wanted_.report);
    progress_line line{all_.size(), !wanted_.quiet && all_.size() > 1};
    const bool bar_tells = line.shown() && ::isatty(STDOUT_FILENO) == 1;
    console people{std::cout, std::cerr, line, wanted_.json,
                   wanted_.quiet || bar_tells ? detail_of::problems : detail_of::everybody};
    interrupt by_signal{[&](std::string_view what) { people.warn(std::string{what}); }};
    hwc::client sts{to_.sts, to_.connect(), with_, hwc::return_result{}};
    std::string untold;   // what became of those whom the output did not take
    std::string no_file;  // why there will be no report

    const auto begun = local_time();
    const auto sum = hwc::bulk::run(
        client_, all_, &job::user_id, journal,
        [&](const event& one) {
          std::optional<std::string> reason;
          if (wanted_.explain && one.why != nullptr && !one.why->encoded_authorization_message.empty())
            reason = reason_of(sts, *one.why, by_signal.stop());
          try {
            if (file) file->add(one, reason);
          } catch (const std::exception& why) {
            no_file = why.what();
            file.reset();
            by_signal.request_finish();
          }
          line.count(one.what);
          people.tell(one, reason);
          if (people.readable()) return;
          // Nobody would learn what became of the next ones.
          untold += "\n  " + called(one.op) + ": " +
                    (one.why != nullptr ? to_string(*one.why) : std::string{to_string(one.what)});
          by_signal.request_finish();
        },
        {.concurrency = wanted_.concurrency,
         .each = {.timeout = wanted_.timeout, .stop = by_signal.stop(), .allow_duplicates = wanted_.allow_duplicates},
         .finish = by_signal.finish(),
         .stop_after = wanted_.stop_after});
    line.finish();

    const auto not_tried =
        all_.size() - (sum.sent + sum.not_sent + sum.unknown + sum.sent_before + sum.unknown_before + sum.repeated);
    say_sum(sum, not_tried, untold);
    if (file) try {
        add_not_tried(*file, all_.size() - not_tried);
        file->write({.subject = subject_of(wanted_, project_id()),
                     .begun = begun,
                     .ended = local_time(),
                     .ending = sentence_of(sum, not_tried),
                     .listed = all_.size(),
                     .sent = sum.sent,
                     .sent_before = sum.sent_before,
                     .not_sent = sum.not_sent,
                     .unknown = sum.unknown,
                     .unknown_before = sum.unknown_before,
                     .repeated = sum.repeated,
                     .not_tried = not_tried});
      } catch (const std::exception& why) {
        no_file = why.what();
      }
    if (!no_file.empty()) std::cerr << "resend-email: there is no report: " << no_file << '\n';
    const bool all_sent = sum.not_sent + sum.unknown + sum.unknown_before + not_tried == 0;
    const bool all_told = untold.empty() && no_file.empty() && std::cout;
    return all_sent && all_told && sum.why != hwc::bulk::ending::journal && wrong_.count() == 0 ? 0 : 1;
  }

  // Those behind the first so many of the list: each of these was told of.
  void add_not_tried(report_file& file, std::size_t told) const {
    for (const auto& one : all_) {
      if (told == 0) file.add_not_tried(one);
      told -= told != 0;
    }
  }

  // Lists those of whom the journal cannot say whether they were served, of this list or an earlier one.
  bool say_unknown(const hwc::bulk::file_journal& journal) const {
    constexpr std::size_t listed_at_most = 20;
    std::size_t count = 0;
    std::string ids;
    const auto read = journal.for_each_unknown([&](std::string_view id) {
      if (++count <= listed_at_most) ids += (count == 1 ? " " : ", ") + hwc::printable(id);
    });
    if (!read) std::cerr << "resend-email: " << read.error() << '\n';
    if (count == 0) return read.has_value();
    std::cerr << "resend-email: nobody can say whether these were sent the email, so ask them:" << ids;
    if (count > listed_at_most) std::cerr << " and " << count - listed_at_most << " more, see the report or --json";
    std::cerr << "\n  The same command with --allow-duplicates tries them again.\n";
    return read.has_value();
  }

  // Why a call was denied, in a few words where there are some.
  template <class Client>
  std::string reason_of(Client& sts, const hwc::error& denied, const std::stop_token& stop) const {
    const auto reason = hwc::explain(sts, denied, {.timeout = wanted_.timeout, .stop = stop});
    if (!reason) return "STS did not tell: " + to_string(reason.error());
    return reason->failure.empty() ? reason->text : reason->failure;
  }

  // Why a run ended, and how to go on.
  [[nodiscard]] std::string sentence_of(const summary& sum, std::size_t not_tried) const {
    std::string text;
    using enum hwc::bulk::ending;
    switch (sum.why) {
      case completed:
        text = "All of the list was gone through.";
        break;
      case failures:
        text = "Ended early, after " + std::to_string(wanted_.stop_after) +
               " users who were not served; the last: " + to_string(*sum.error) + '.';
        break;
      case refused:
        text = "Ended early, as it concerns all: " + to_string(*sum.error) + '.';
        break;
      case finish:
        text = "Ended early, as asked.";
        break;
      case stop:
        text = "Stopped, as asked.";
        break;
      case journal:
        text = "Ended early, as the journal cannot be written: " + to_string(*sum.error) + '.';
        break;
    }
    if (not_tried == 0 && sum.why == completed) return text;
    if (not_tried != 0) text += ' ' + std::to_string(not_tried) + " were not tried.";
    text += wanted_.journal.empty() ? " No --journal was given, so no later run knows who was served."
                                    : " The same command goes on where this one ended.";
    return text;
  }

  void say_sum(const summary& sum, std::size_t not_tried, const std::string& untold) const {
    const auto tried = sum.sent + sum.not_sent + sum.unknown;
    if (!wanted_.json && (tried >= 2 || sum.sent_before + sum.unknown_before + not_tried != 0)) {
      std::cout << sum.sent << " sent, " << sum.not_sent << " not sent, " << sum.unknown << " unknown";
      if (sum.sent_before != 0) std::cout << ", " << sum.sent_before << " sent before";
      if (sum.unknown_before != 0) std::cout << ", " << sum.unknown_before << " unknown from before";
      std::cout << ".\n" << std::flush;
    }
    if (!untold.empty())
      std::cerr << "resend-email: the output cannot be written; ended. What it does not tell:" << untold << '\n';
    else if (sum.why != hwc::bulk::ending::completed)
      std::cerr << "resend-email: " << sentence_of(sum, not_tried) << '\n';
  }

  struct would_send {
    std::string user_id{};
    std::string outcome{};
    std::string user_name{};
    BOOST_DESCRIBE_CLASS(would_send, (), (user_id, outcome, user_name), (), ())
  };

  const settings& wanted_;
  connection to_;
  key_signer with_;
  work_list& all_;
  complaints& wrong_;
  hwc::client<hwc::rate_limited<hwc::any_transport>, key_signer, hwc::return_result> client_;
};

inline int serve(const settings& wanted, connection to, const keys& from, work_list& all, complaints& wrong) {
  return service_run{wanted, std::move(to), from, all, wrong}.run();
}

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_SERVE_HPP
