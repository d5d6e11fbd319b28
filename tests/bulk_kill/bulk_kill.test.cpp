// SPDX-License-Identifier: BSL-1.0
// A run over many users that is broken off at moments drawn at random, and taken up with the same journal until it is
// through: by a process of its own that is killed, interrupted, or has no room for its journal. At the end each user
// has the email once, or is listed as one of whom nobody can say; and none has it twice.
//
// HWC_BULK_USERS and HWC_BULK_KILLS make it longer than the 300 users and 20 breaks that are the default.
#include <hwc/bulk/file_journal.hpp>
#include <hwc/testing/socket_server.hpp>

#include <doctest/doctest.h>

#include "bulk_kill/resend.hpp"
#include "support/journal_file.hpp"
#include "support/number_from.hpp"

#include <signal.h>
#include <spawn.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <thread>

namespace {

using bulk_kill::user_name;
using support::number_from;

// This program once more, at the errand of `resend`.
class process {
 public:
  explicit process(const bulk_kill::errand& what) {
    auto users = std::to_string(what.users), room = std::to_string(what.room);
    std::string name = "resend", url = what.url, journal = what.journal;
    char* const arguments[] = {name.data(),  name.data(), url.data(), journal.data(),
                               users.data(), room.data(), nullptr};
    REQUIRE(::posix_spawn(&id_, "/proc/self/exe", nullptr, nullptr, arguments, ::environ) == 0);
  }
  process(const process&) = delete;
  process& operator=(const process&) = delete;
  ~process() {
    if (id_ > 0) {
      signal(SIGKILL);
      static_cast<void>(wait());
    }
  }

  void signal(int which) const { ::kill(id_, which); }
  // The exit status, or minus the signal that ended it.
  [[nodiscard]] int wait() {
    int status = 0;
    while (::waitpid(id_, &status, 0) == -1 && errno == EINTR) {
    }
    id_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t id_ = 0;
};

enum class by { sigkill, sigint, full_disk };

struct outcome {
  std::size_t breaks = 0;     // that came while there was something to break off
  std::size_t unknown = 0;    // users of whom the journal cannot say
  std::size_t unsent = 0;     // of those, who have no email
  std::size_t most_each = 0;  // emails that one user has
  std::size_t missing = 0;    // users without an email of whom the journal does not say that it does not know
  bool readable = true;       // the journal, each time
};

// And checks what must hold however it is broken off.
outcome break_off(by how) {
  const auto users = number_from("HWC_BULK_USERS", 300), wanted = number_from("HWC_BULK_KILLS", 20);
  const auto seed = number_from("HWC_BULK_SEED", std::random_device{}());
  INFO("HWC_BULK_SEED=" << seed);
  std::mt19937_64 random{seed};
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>{0, limit - 1}(random);
  };
  hwc::testing::socket_server service;
  const support::journal_file journal;
  bulk_kill::errand what{.url = service.url(), .journal = journal.path(), .users = users};

  outcome came;
  for (bool through = false; !through;) {
    const bool breaks = came.breaks != wanted;
    const auto before = service.requests();
    what.room = 0;
    if (breaks && how == by::full_disk) {
      std::error_code none;
      const auto size = std::filesystem::file_size(journal.path(), none);
      what.room = (none ? 0 : size) + 1 + below(80 * users / wanted);
    }
    process run{what};
    if (breaks && how != by::full_disk) {
      // At so many requests more, or soon after, or in between.
      service.await_requests(std::min(users, before + below(users / wanted)));
      std::this_thread::sleep_for(std::chrono::microseconds{below(1'000)});
      run.signal(how == by::sigkill ? SIGKILL : SIGINT);
    }
    const int status = run.wait();
    came.breaks += status != bulk_kill::completed;
    through = status == bulk_kill::completed;
    came.readable = came.readable && status != bulk_kill::failed;
    if (!came.readable) break;
  }
  CHECK(service.await_no_connections());

  std::map<std::string, std::size_t, std::less<>> emails;
  for (std::size_t i = 0; i != service.requests(); ++i) {
    const auto request = service.request(i);
    constexpr std::string_view path = "POST /v2/project/users/";
    REQUIRE(request.starts_with(path));
    ++emails[request.substr(path.size(), request.find('/', path.size()) - path.size())];
  }
  for (const auto& [user, count] : emails) came.most_each = std::max(came.most_each, count);
  std::set<std::string, std::less<>> unknown;
  const auto notes = hwc::bulk::file_journal::open(journal.path(), bulk_kill::subject);
  REQUIRE(notes.has_value());
  CHECK(notes->for_each_unknown([&](std::string_view key) { unknown.emplace(key); }));
  came.unknown = unknown.size();
  for (std::size_t i = 0; i != users; ++i) {
    if (emails.contains(user_name(i))) continue;
    ++(unknown.contains(user_name(i)) ? came.unsent : came.missing);
  }
  MESSAGE(users << " users, " << came.breaks << " breaks, " << service.requests() << " emails, " << came.unknown
                << " listed as unknown, of whom " << came.unsent << " have none");
  CHECK(came.readable);
  CHECK(came.breaks > 0);
  CHECK(came.most_each == 1);
  CHECK(came.missing == 0);
  return came;
}

}  // namespace

TEST_CASE("killed at any moment: nobody has two emails, and who has none is listed as unknown") {
  const auto came = break_off(by::sigkill);
  CHECK(came.unknown <= 4 * came.breaks);  // as many as were under way
}

TEST_CASE("interrupted at any moment: everybody has one email, and nobody is unknown") {
  CHECK(break_off(by::sigint).unknown == 0);
}

TEST_CASE("no room for the journal at any byte: nobody has two emails, and who has none is listed as unknown") {
  const auto came = break_off(by::full_disk);
  CHECK(came.unknown <= 4 * came.breaks);
}
