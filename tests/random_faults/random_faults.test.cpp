// SPDX-License-Identifier: BSL-1.0
#include <hwc/call_options.hpp>
#include <hwc/client.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/transports/any.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "random_faults/book.hpp"
#include "random_faults/faulty_memory.hpp"
#include "random_faults/faulty_server.hpp"
#include "random_faults/plan.hpp"
#include "support/callers.hpp"
#include "support/number_from.hpp"

// Calls through faults that are drawn at random: of the answer, of the connection, of time, of the caller. Whatever is
// played, no email goes out twice unless that was allowed, no verdict contradicts what the service has, and every call
// ends. Where the faults leave only one verdict, it is that one.
//
// Each run draws another seed, which it names before the first call: HWC_RANDOM_SEED repeats what was played then, if
// not the order in which threads got to it. HWC_RANDOM_EXCHANGES makes more calls than the 100,000 that are the
// default, or fewer.

namespace {

using namespace std::chrono_literals;
using hwc::workspace::resend_email;
using random_faults::book;
using random_faults::call_plan;
using std::chrono::steady_clock;

constexpr std::size_t threads = 48;  // most of them wait at any time
constexpr std::size_t batch_threads = 8;
constexpr std::size_t batch = 10;  // calls of one `send_all`

std::uint64_t seed() {
  static const auto drawn = [] {
    std::random_device device;
    const auto number = support::number_from("HWC_RANDOM_SEED", (std::uint64_t{device()} << 32U) | device());
    // At once, as a program that crashes or is ended says no more.
    std::fprintf(stderr, "HWC_RANDOM_SEED=%llu\n", static_cast<unsigned long long>(number));
    std::fflush(stderr);
    return number;
  }();
  return drawn;
}

// A share of all calls.
std::size_t calls(std::size_t percent) { return support::number_from("HWC_RANDOM_EXCHANGES", 100'000) * percent / 100; }

// How late calls end. The machine holds up some that end by their deadlines, among many threads, but no fault may; and
// none is held up for long, whatever ends it: 2 s, or HWC_LATEST_MS where all is slow, as under ThreadSanitizer.
class lateness {
 public:
  static constexpr auto slack = 100ms;

  void note(steady_clock::time_point deadline) {
    const auto late = std::chrono::ceil<std::chrono::milliseconds>(steady_clock::now() - deadline);
    if (late < 0ms) return;
    ++ended_;
    if (late > slack) ++late_;
    for (auto worst = worst_.load(); late.count() > worst && !worst_.compare_exchange_weak(worst, late.count());) {
    }
  }
  void check() const {
    const auto late = late_.load(), ended = ended_.load();
    MESSAGE("of " << ended << " calls that ended by their deadlines " << late << " did so over " << slack.count()
                  << " ms after them; the latest by " << worst_.load() << " ms");
    CHECK(late * 4 <= ended);
    CHECK(static_cast<std::size_t>(worst_.load()) <= support::number_from("HWC_LATEST_MS", 2000));
  }

 private:
  std::atomic<std::size_t> ended_ = 0;
  std::atomic<std::size_t> late_ = 0;
  std::atomic<std::chrono::milliseconds::rep> worst_ = 0;
};

// Ends the program, with what it hangs in, when one of the threads is not heard of for longer than it may take.
class watchdog {
 public:
  void expect(std::size_t thread, std::size_t call, std::chrono::milliseconds within) {
    calls_[thread] = call;
    until_[thread] = (steady_clock::now() + within + 60s).time_since_epoch().count();
  }
  void dismiss(std::size_t thread) { until_[thread] = steady_clock::duration::max().count(); }

 private:
  void watch(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(20ms);
      const auto now = steady_clock::now().time_since_epoch().count();
      for (std::size_t i = 0; i != threads; ++i) {
        if (now < until_[i]) continue;
        std::fprintf(stderr, "seed %llu: the call of u%zu does not end\n", static_cast<unsigned long long>(seed()),
                     calls_[i].load());
        std::abort();
      }
    }
  }

  std::vector<std::atomic<std::size_t>> calls_ = std::vector<std::atomic<std::size_t>>(threads);
  std::vector<std::atomic<steady_clock::rep>> until_ = [] {
    std::vector<std::atomic<steady_clock::rep>> never(threads);
    for (auto& each : never) each = steady_clock::duration::max().count();
    return never;
  }();
  std::jthread thread_{[this](const std::stop_token& stop) { watch(stop); }};
};

random_faults::told told_of(const hwc::result<hwc::no_content>& outcome, const hwc::call_info& info) {
  return {.success = outcome.has_value(),
          .sent = outcome ? hwc::delivery::answered : outcome.error().sent,
          .sent_by_info = info.sent,
          .attempts = info.attempts,
          .text = outcome ? "sent" : to_string(outcome.error()),
          .request_id = info.request_id};
}

resend_email operation(std::size_t call) {
  return {.user_id = random_faults::user_of(call),
          .template_id = std::string(random_faults::text_size_of(seed(), call), 't')};
}

std::size_t number_of(const resend_email& op) { return std::strtoull(op.user_id.c_str() + 1, nullptr, 10); }

// The stop source of a call, in the state in which it begins.
std::stop_source stop_source_of(const call_plan& how) {
  if (!how.stopped) return std::stop_source{std::nostopstate};
  std::stop_source stop;
  if (!how.stop_at) stop.request_stop();
  return stop;
}

void check(const book& notes) {
  const auto complaints = notes.complaints();
  INFO("seed " << seed() << ", " << notes.calls() << " calls");
  for (std::size_t i = 0; i != std::min<std::size_t>(complaints.size(), 20); ++i) FAIL_CHECK(complaints[i]);
  CHECK(complaints.empty());
  if (notes.calls() < 1'000) return;
  // The draws leave enough to be checked to the word, enough that is not, and enough that was tried again.
  CHECK(notes.certain() > notes.calls() / 3);
  CHECK(notes.certain() < notes.calls() * 9 / 10);
  CHECK(notes.repeated() > notes.calls() / 40);
}

// Each call by itself, from many threads, on one client.
void play_one_by_one(const hwc::tests::way& way, std::size_t count) {
  book notes{seed(), count};
  lateness late;
  random_faults::faulty_server server{notes, threads + 32};
  {
    const auto client = way.make(hwc::endpoint{server.url(), "p"});
    watchdog dog;
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> running;
    for (std::size_t thread = 0; thread != threads; ++thread) {
      running.emplace_back([&, thread] {
        for (auto call = next++; call < count; call = next++) {
          const auto how = random_faults::call_plan_of(seed(), call, random_faults::is_patient(seed(), call));
          auto options = how.options;
          const auto stop = stop_source_of(how);
          options.stop = stop.get_token();
          notes.begin(call, how, stop);
          dog.expect(thread, call, options.timeout);
          const std::vector<resend_email> one(1, operation(call));  // its text may be long, and is not the call's time
          const auto deadline = steady_clock::now() + options.timeout;
          client->call(one, options, [&](const auto&, const auto& outcome, const auto& info) {
            late.note(deadline);
            notes.end(call, told_of(outcome, info));
          });
        }
        dog.dismiss(thread);
      });
    }
    running.clear();
  }
  server.stop();
  check(notes);
  late.check();
}

// The calls from `first` on that are patient, or those that are not, by one `send_all`.
void send_batch(hwc::tests::caller& client, book& notes, lateness& late, watchdog& dog, std::size_t thread,
                std::size_t first, bool patient) {
  std::vector<resend_email> all;
  for (auto call = first; call != std::min(first + batch, notes.calls()); ++call) {
    if (random_faults::is_patient(seed(), call) == patient) all.push_back(operation(call));
  }
  if (all.empty()) return;
  const auto how = random_faults::call_plan_of(seed(), number_of(all.front()), patient);
  auto options = how.options;
  const auto stop = stop_source_of(how);
  options.stop = stop.get_token();
  // One of them has all stopped.
  const auto stopping = number_of(all[all.size() / 2]);
  for (const auto& op : all) {
    auto own = how;
    if (number_of(op) != stopping) own.stop_at.reset();
    notes.begin(number_of(op), own, stop);
  }
  dog.expect(thread, number_of(all.front()), options.timeout);
  // So many begin at once, and each of the others when one has ended.
  constexpr auto at_once = threads / batch_threads;
  std::vector<steady_clock::time_point> begun(std::min(at_once, all.size()), steady_clock::now());
  client.call(
      all, options,
      [&](const resend_email& op, const auto& outcome, const auto& info) {
        const auto place = std::find_if(all.begin(), all.end(), [&](const auto& o) { return o.user_id == op.user_id; });
        late.note(begun.at(static_cast<std::size_t>(place - all.begin())) + options.timeout);
        begun.push_back(steady_clock::now());
        notes.end(number_of(op), told_of(outcome, info));
        dog.expect(thread, number_of(op), options.timeout);
      },
      at_once);
}

// Many calls at once from each of a few threads. Those that may end by their deadline are called apart.
void play_together(const hwc::tests::way& way, std::size_t count) {
  book notes{seed(), count};
  lateness late;
  random_faults::faulty_server server{notes, 2 * threads + 32};
  {
    const auto client = way.make(hwc::endpoint{server.url(), "p"});
    watchdog dog;
    std::atomic<std::size_t> next = 0;
    std::vector<std::jthread> running;
    for (std::size_t thread = 0; thread != batch_threads; ++thread) {
      running.emplace_back([&, thread] {
        for (auto first = next.fetch_add(batch); first < count; first = next.fetch_add(batch)) {
          send_batch(*client, notes, late, dog, thread, first, true);
          send_batch(*client, notes, late, dog, thread, first, false);
        }
        dog.dismiss(thread);
      });
    }
    running.clear();
  }
  server.stop();
  check(notes);
  late.check();
}

}  // namespace

TEST_SUITE_BEGIN("faults at random: no email twice, no verdict that is not so, no call without end");

TEST_CASE("libcurl") { play_one_by_one(hwc::tests::over_curl, calls(22)); }
TEST_CASE("Beast") { play_one_by_one(hwc::tests::over_beast, calls(20)); }
TEST_CASE("Beast, asynchronous") { play_one_by_one(hwc::tests::over_async_beast, calls(20)); }
TEST_CASE("libcurl, send_all") { play_together(hwc::tests::all_over_curl, calls(11)); }
TEST_CASE("Beast, send_all") { play_together(hwc::tests::all_over_beast, calls(11)); }

// In virtual time, which does not pass for others: one thread, and no call may end late at all.
TEST_CASE("in memory") {
  book notes{seed(), calls(16)};
  random_faults::faulty_memory memory{notes};
  auto clock = memory.clock();
  std::size_t late = 0;
  hwc::client client{hwc::endpoint{"https://workspace.example", "p"}, hwc::any_transport{std::move(memory)},
                     hwc::tests::token(), hwc::return_result{}};
  for (std::size_t call = 0; call != notes.calls(); ++call) {
    const auto how = random_faults::call_plan_of(seed(), call, random_faults::is_patient(seed(), call));
    auto options = how.options;
    hwc::call_info info;
    const auto stop = stop_source_of(how);
    options.stop = stop.get_token();
    options.info = &info;
    notes.begin(call, how, stop);
    const auto deadline = clock.now().steady + options.timeout;
    const auto outcome = client.send(resend_email{.user_id = random_faults::user_of(call)}, options);
    late += clock.now().steady > deadline ? 1U : 0U;
    notes.end(call, told_of(outcome, info));
  }
  check(notes);
  CHECK(late == 0);
}

TEST_SUITE_END();
