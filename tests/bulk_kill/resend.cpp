// SPDX-License-Identifier: BSL-1.0
#include "bulk_kill/resend.hpp"

#include <hwc/bulk/events.hpp>
#include <hwc/bulk/file_journal.hpp>
#include <hwc/bulk/run.hpp>
#include <hwc/client.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <signal.h>
#include <sys/resource.h>

#include <ctime>
#include <iostream>
#include <ranges>
#include <stop_token>
#include <thread>
#include <vector>

namespace bulk_kill {
namespace {

// Has SIGINT end the run in order. Before any other thread begins, since those take over what is blocked.
class interruptible {
 public:
  interruptible() {
    ::sigemptyset(&wanted_);
    ::sigaddset(&wanted_, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &wanted_, nullptr);
    waits_ = std::jthread{[this](const std::stop_token& over) {
      constexpr timespec while_{.tv_sec = 0, .tv_nsec = 1'000'000};
      while (!over.stop_requested()) {
        if (::sigtimedwait(&wanted_, nullptr, &while_) == SIGINT) finish_.request_stop();
      }
    }};
  }
  [[nodiscard]] std::stop_token token() const { return finish_.get_token(); }

 private:
  sigset_t wanted_{};
  std::stop_source finish_;
  std::jthread waits_;
};

void limit_files_to(std::size_t bytes) {
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit most{.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};
  ::setrlimit(RLIMIT_FSIZE, &most);
}

}  // namespace

int resend(const errand& what) {
  const interruptible by_signal;
  if (what.room != 0) limit_files_to(what.room);
  auto journal = hwc::bulk::file_journal::open(what.journal, subject);
  if (!journal) {
    std::cout << journal.error() << '\n';
    return what.room != 0 && journal.error().cause == std::errc::file_too_large ? ended_early : failed;
  }
  std::vector<hwc::workspace::resend_email> all(what.users);
  for (std::size_t i = 0; i != all.size(); ++i) all[i].user_id = user_name(i);
  hwc::client client{hwc::endpoint{what.url, "project"}, hwc::curl::transport{}, hwc::token_signer{"token"},
                     hwc::return_result{}};
  const auto sum = hwc::bulk::run(client, all, &hwc::workspace::resend_email::user_id, *journal, [](const auto&) {},
                                  {.concurrency = 4, .finish = by_signal.token()});
  using hwc::bulk::ending;
  if (sum.why == ending::completed && sum.not_sent == 0 && sum.unknown == 0) return completed;
  if (sum.why == ending::finish || (sum.why == ending::journal && what.room != 0)) return ended_early;
  std::cout << to_string(sum.why) << ", " << sum.not_sent << " not sent, " << sum.unknown << " unknown\n";
  if (sum.error) std::cout << *sum.error << '\n';
  return failed;
}

}  // namespace bulk_kill
