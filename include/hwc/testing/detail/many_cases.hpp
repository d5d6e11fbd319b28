// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_DETAIL_MANY_CASES_HPP
#define HWC_TESTING_DETAIL_MANY_CASES_HPP

#include <hwc/http.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/testing/detail/caught.hpp>
#include <hwc/testing/detail/time_cases.hpp>
#include <hwc/testing/detail/trial.hpp>
#include <hwc/testing/scripted_server.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>
#include <hwc/transports/any.hpp>

#include <atomic>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// Many exchanges at once: on many threads, and from one.
namespace hwc::inline v0_1::testing::detail {

inline void eight_threads(trial& t) {
  t.play({}, {.echo = true});
  constexpr std::size_t threads = 8, calls = 50;
  std::atomic<std::size_t> good = 0;
  {
    std::vector<std::jthread> all;
    for (std::size_t thread = 0; thread != threads; ++thread) {
      all.emplace_back([&t, &good, thread] {
        const auto threw = caught([&] {
          for (std::size_t call = 0; call != calls; ++call) {
            const auto request = t.request(http_method::post, std::to_string(thread) + "/" + std::to_string(call));
            const auto o = t.send(request);
            if (o.answered(200) && o.response.body == request.body) ++good;
          }
        });
        if (threw) t.expect(false, "a thread threw: " + *threw);
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
    std::optional<exchange_completion> ended;
    t.watched("`next`", seconds{5}, [&] { ended = many.next(steady_time::max(), {}); });
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

// Some exchanges of one multiplexer, each with what it refers to.
class exchanges {
 public:
  explicit exchanges(trial& t) : trial_{t}, many_{t.transport().multiplex(slots)} {}
  ~exchanges() {
    trial_.watched("the multiplexer's destructor", {}, [&] { many_.reset(); });
  }
  exchanges(const exchanges&) = delete;
  exchanges& operator=(const exchanges&) = delete;

  void start(std::size_t slot, const exchange_options& options) {
    trial_.watched("`start`", {}, [&] { many_->start(slot, requests_[slot], outcomes_[slot].response, options); });
  }

  // The slot of an exchange that ended, if one did.
  std::optional<std::size_t> next(milliseconds span, const std::stop_token& stop = {}) {
    const auto until = trial_.within(span).deadline;
    std::optional<exchange_completion> ended;
    trial_.watched("`next`", span, [&] { ended = many_->next(until, stop); });
    if (!ended) return std::nullopt;
    if (ended->slot >= slots) {
      trial_.expect(false, "`next` told of an exchange that was not begun");
      return std::nullopt;
    }
    outcomes_[ended->slot].result = std::move(ended->outcome);
    outcomes_[ended->slot].ended = trial_.transport().clock().now();
    return ended->slot;
  }

  // Lets them go on until the server has so many requests. None may end meanwhile.
  void await_requests(std::size_t count) {
    for (int round = 0; round != 500 && trial_.server.requests() < count; ++round) {
      if (next(milliseconds{10})) return trial_.expect(false, "an exchange ended that had not been answered");
    }
    trial_.expect_requests(count);
  }

  [[nodiscard]] const outcome& of(std::size_t slot) const { return outcomes_[slot]; }

 private:
  static constexpr std::size_t slots = 2;
  trial& trial_;
  std::vector<http_request> requests_{slots, trial_.request()};
  std::vector<outcome> outcomes_{slots};
  std::optional<any_transport::held_multiplexer> many_;
};

inline void next_comes_back_in_time(trial& t) {
  expect_prompt(t, [&] {
    t.play({{{.afterwards = then::stall}}});
    exchanges under_way{t};
    under_way.start(0, t.within(seconds{5}));
    under_way.await_requests(1);
    const auto until = t.within(milliseconds{50}).deadline;
    t.expect(!under_way.next(milliseconds{50}), "`next` told of an exchange that was still under way");
    const auto now = t.transport().clock().now().steady;
    t.expect(now >= until - milliseconds{1}, "`next` came back before its time");
    return now - until;
  });
}

inline void next_is_stopped(trial& t) {
  expect_prompt(t, [&] {
    std::stop_source stop;
    steady_time asked;
    t.play({{{.afterwards = then::stall, .meanwhile = [&] {
                asked = t.transport().clock().now().steady;
                stop.request_stop();
              }}}});
    exchanges under_way{t};
    under_way.start(0, t.within(seconds{5}));
    t.expect(!under_way.next(seconds{1}, stop.get_token()), "`next` told of an exchange that was still under way");
    t.expect(stop.stop_requested(), "`next` came back before it was asked to");
    t.expect_requests(1);
    return t.transport().clock().now().steady - asked;
  });
}

inline void one_of_two_is_stopped(trial& t) {
  expect_prompt(t, [&] {
    std::stop_source stop;
    steady_time asked;
    t.play({{{.afterwards = then::stall}}, {{.answer = std::string{ok_answer}, .meanwhile = [&] {
                                               asked = t.transport().clock().now().steady;
                                               stop.request_stop();
                                             }}}});
    exchanges under_way{t};
    under_way.start(0, t.with(stop.get_token()));
    under_way.await_requests(1);
    under_way.start(1, t.within(seconds{5}));
    for (int i = 0; i != 2; ++i) t.expect(under_way.next(seconds{6}).has_value(), "an exchange was not told of");
    t.expect_failed(under_way.of(0), error_kind::cancelled, delivery::unknown);
    t.expect_answered(under_way.of(1));
    t.expect_requests(2);
    return under_way.of(0).ended.steady - asked;
  });
}

// As `send_all` does: the token that stops the exchanges is the one that `next` is given, each time.
inline void one_token_for_all(trial& t) {
  expect_prompt(t, [&] {
    std::stop_source stop;
    steady_time asked;
    t.play({{{.afterwards = then::stall}}, {{.afterwards = then::stall, .meanwhile = [&] {
                                               asked = t.transport().clock().now().steady;
                                               stop.request_stop();
                                             }}}});
    exchanges under_way{t};
    under_way.start(0, t.with(stop.get_token()));
    under_way.await_requests(1);
    under_way.start(1, t.with(stop.get_token()));
    int told = 0;
    const auto enough = t.within(seconds{2}).deadline;
    for (int round = 0; told != 2 && round != 1'000'000 && !t.hung();
         ++round) {  // where time is virtual, none may pass
      if (under_way.next(seconds{1}, stop.get_token())) ++told;
      if (t.transport().clock().now().steady >= enough) break;
    }
    t.expect(told == 2, "`next`, with a token that had asked, did not tell of each exchange that was stopped");
    for (std::size_t slot = 0; told == 2 && slot != 2; ++slot) {
      t.expect_failed(under_way.of(slot), error_kind::cancelled, delivery::unknown);
    }
    t.expect_requests(2);
    return t.transport().clock().now().steady - asked;
  });
}

inline void destroyed_under_way(trial& t) {
  t.play({{{.afterwards = then::stall}}, {{.afterwards = then::stall}}});
  {
    exchanges under_way{t};
    under_way.start(0, t.within(seconds{60}));
    under_way.start(1, t.within(seconds{60}));
    under_way.await_requests(2);
  }
  t.expect_answered(t.send());
  t.expect_requests(3);
}

inline constexpr test_case many_cases[] = {
    {"8 threads with 50 calls each: each gets the answer to its own request; 400 requests", need::threads,
     eight_threads},
    {"4 exchanges at once from one thread: each is told once, with its own answer; 100 requests", need::nothing,
     many_from_one_thread},
    {"`next` gives nothing when its time comes while an exchange is under way; 1 request", need::multiplexer,
     next_comes_back_in_time},
    {"`next` gives nothing, at once, when its stop token asks; 1 request", need::multiplexer, next_is_stopped},
    {"one exchange of two is stopped: cancelled, unknown, at once, and the other answered; 2 requests",
     need::multiplexer, one_of_two_is_stopped},
    {"two exchanges and `next` are stopped by one token: both told, cancelled, unknown, at once; 2 requests",
     need::multiplexer, one_token_for_all},
    {"a multiplexer is destroyed with exchanges under way: at once; 2 requests, and 1 for the next call",
     need::multiplexer, destroyed_under_way},
};

}  // namespace hwc::testing::detail

#endif  // HWC_TESTING_DETAIL_MANY_CASES_HPP
