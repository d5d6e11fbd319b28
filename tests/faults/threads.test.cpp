// SPDX-License-Identifier: BSL-1.0
#include <hwc/errand.hpp>
#include <hwc/http.hpp>

#include "faults/stage.hpp"
#include "faults/tokens.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

// Threads that share a client. This is for ThreadSanitizer too.

using namespace faults;

namespace {

constexpr std::size_t threads = 8;
constexpr int calls = 10;  // of each thread

// Calls that wait for what another one fetches.
class waiting_calls {
 public:
  void note(const hwc::preparation_ticket& of) {
    const std::lock_guard lock{mutex_};
    all_.insert(&of);
    changed_.notify_all();
  }
  // False after 5 s.
  bool await(std::size_t count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, 5s, [&] { return all_.size() >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<const hwc::preparation_ticket*> all_;
};

}  // namespace

TEST_CASE("row 63: 8 threads, and a token that the first fetches while the others wait: 1 request for all; 80 emails") {
  for (const auto who : subjects) {
    check(63, who, "8 threads, refresh stampede", {"sent x80", threads * calls}, [](stage& s) {
      // The answer with the token is held back until every other call waits for it.
      const auto waiting = std::make_shared<waiting_calls>();
      const auto met = std::make_shared<std::atomic<bool>>(false);
      s.play({{{.answer = ok, .meanwhile = [=] { *met = waiting->await(threads - 1); }}}});
      const auto fetched = std::make_shared<std::atomic<int>>(0);
      s.signs.refreshing = fetching_signer(fetched, s.server().origin());
      s.signs.waits = [waiting](const hwc::preparation_ticket& of) { waiting->note(of); };
      auto& client = s.client();
      // In virtual time threads that wait for one another use up hours.
      const hwc::call_options options{.timeout = s.in_memory() ? std::chrono::milliseconds{2400h} : 10'000ms};
      {
        std::vector<std::jthread> running;
        for (std::size_t thread = 0; thread != threads; ++thread) {
          running.emplace_back([&] {
            for (int i = 0; i != calls; ++i) s.note(client.send({.user_id = "u"}, options));
          });
        }
      }
      CHECK(*met);
      CHECK(*fetched == 1);
      s.hang_up();
      if (!s.in_memory()) CHECK(s.sockets().await_no_connections());
      std::size_t tokens = 0;
      for (std::size_t i = 0; i != s.server().requests(); ++i) {
        tokens += s.server().request(i).starts_with("GET /token ") ? 1U : 0U;
      }
      CHECK(tokens == 1);
      CHECK(s.server().requests() == 1 + threads * calls);
    });
  }
}
