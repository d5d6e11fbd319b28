// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_DETAIL_MANY_CASES_HPP
#define HWC_TESTING_DETAIL_MANY_CASES_HPP

#include <hwc/http.hpp>
#include <hwc/testing/detail/trial.hpp>
#include <hwc/testing/scripted_server.hpp>
#include <hwc/time.hpp>

#include <atomic>
#include <cstddef>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

// Many exchanges at once: on many threads, and from one.
namespace hwc::testing::detail {

inline void eight_threads(trial& t) {
  t.play({}, {.echo = true});
  constexpr std::size_t threads = 8, calls = 50;
  std::atomic<std::size_t> good = 0;
  {
    std::vector<std::jthread> all;
    for (std::size_t thread = 0; thread != threads; ++thread) {
      all.emplace_back([&t, &good, thread] {
        for (std::size_t call = 0; call != calls; ++call) {
          const auto request = t.request(http_method::post, std::to_string(thread) + "/" + std::to_string(call));
          const auto o = t.send(request);
          if (o.answered(200) && o.response.body == request.body) ++good;
        }
      });
    }
  }
  t.expect(good == threads * calls, "only " + std::to_string(good) + " calls got the answer to their own request");
  t.expect_requests(threads * calls);
}

inline void many_from_one_thread(trial& t) {
  t.play({}, {.echo = true});
  constexpr std::size_t slots = 4, calls = 100;
  http_request requests[slots];
  http_response responses[slots];
  auto many = t.transport().multiplex(slots);
  std::size_t begun = 0, good = 0, told = 0;
  const auto start = [&](std::size_t slot) {
    requests[slot] = t.request(http_method::post, std::to_string(begun++));
    many.start(slot, requests[slot], responses[slot], t.within(seconds{5}));
  };
  for (std::size_t slot = 0; slot != slots; ++slot) start(slot);
  while (told != begun) {
    const auto ended = many.next(steady_time::max(), {});
    if (!ended || ended->slot >= slots) break;
    ++told;
    const auto& body = requests[ended->slot].body;
    if (ended->outcome && responses[ended->slot].body == body) ++good;
    if (begun != calls) start(ended->slot);
  }
  t.expect(told == calls, "only " + std::to_string(told) + " exchanges were told of");
  t.expect(good == calls, "only " + std::to_string(good) + " exchanges brought the answer to their own request");
  t.expect_requests(calls);
}

inline constexpr test_case many_cases[] = {
    {"8 threads with 50 calls each: each gets the answer to its own request; 400 requests", need::threads,
     eight_threads},
    {"4 exchanges at once from one thread: each is told once, with its own answer; 100 requests", need::nothing,
     many_from_one_thread},
};

}  // namespace hwc::testing::detail

#endif  // HWC_TESTING_DETAIL_MANY_CASES_HPP
