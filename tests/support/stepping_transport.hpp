// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_STEPPING_TRANSPORT_HPP
#define HWC_TESTS_SUPPORT_STEPPING_TRANSPORT_HPP

#include <hwc/call_fsm.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/transport.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <stop_token>
#include <utility>
#include <vector>

namespace support {

// An asynchronous transport over the fake that has many calls under way in virtual time. Nothing moves, and no handler
// is called, but in `run`. Copies are the same one.
class stepping_transport {
 public:
  static constexpr bool asynchronous = true;

  explicit stepping_transport(hwc::fake::transport over) : all_{std::make_shared<everything>(std::move(over))} {}

  template <class Job, class Handler>
  void async_call(Job given, Handler handler) {
    auto job = std::make_shared<Job>(std::move(given));
    later(clock().now().steady, {}, [this, job, handler] { proceed(job, handler, job->start(clock().now())); });
  }

  // Does something at that time, or as soon as the token asks.
  void later(hwc::steady_time at, std::stop_token stop, std::function<void()> run) {
    all_->waiting.push_back({at, std::move(stop), std::move(run)});
  }

  // Until nothing is left to do.
  void run() {
    while (step()) {
    }
  }

  // One thing. Whether there was one.
  bool step() {
    auto& waiting = all_->waiting;
    const auto asks = [](const pause& each) { return each.stop.stop_requested(); };
    auto first = std::find_if(waiting.begin(), waiting.end(), asks);
    if (first == waiting.end()) {
      first =
          std::min_element(waiting.begin(), waiting.end(), [](const pause& a, const pause& b) { return a.at < b.at; });
      const bool only_exchanges = first == waiting.end() || first->at == hwc::steady_time::max();
      if (only_exchanges && all_->under_way == 0) return false;
      const auto until = first == waiting.end() ? hwc::steady_time::max() : first->at;
      if (all_->under_way != 0) {
        if (auto ended = all_->many.next(until, {})) {
          --all_->under_way;
          auto then = std::exchange(all_->slots[ended->slot], nullptr);
          then(std::move(ended->outcome));
          return true;
        }
      } else {
        clock().wait_until(until, {});
      }
    }
    const auto next = std::move(*first);
    waiting.erase(first);
    next.run();
    return true;
  }

  // The handlers are not called any more, as when a context is destroyed.
  void drop() {
    all_->many = all_->inner.multiplex(most);
    all_->under_way = 0;
    all_->slots.assign(most, nullptr);
    all_->waiting.clear();
  }

  [[nodiscard]] std::size_t under_way() const noexcept { return all_->under_way; }
  [[nodiscard]] hwc::fake::clock& clock() { return all_->inner.clock(); }

 private:
  static constexpr std::size_t most = 200;

  struct pause {
    hwc::steady_time at;
    std::stop_token stop;  // does not wait for that time
    std::function<void()> run;
  };
  struct everything {
    explicit everything(hwc::fake::transport over) : inner{std::move(over)} {}
    hwc::fake::transport inner;
    hwc::fake::transport::multiplexed many = inner.multiplex(most);
    std::deque<pause> waiting{};
    std::vector<std::function<void(hwc::exchange_result)>> slots =
        std::vector<std::function<void(hwc::exchange_result)>>(most);
    std::size_t under_way = 0;
  };

  template <class Job, class Handler>
  void proceed(std::shared_ptr<Job> job, Handler handler, hwc::call_action next) {
    while (next != hwc::call_action::finished && job->exchange().stop.stop_requested()) next = job->cancelled();
    if (next == hwc::call_action::send) {
      const auto free = std::find(all_->slots.begin(), all_->slots.end(), nullptr);
      *free = [this, job, handler](hwc::exchange_result outcome) {
        proceed(job, handler, job->completed(std::move(outcome), clock().now()));
      };
      ++all_->under_way;
      all_->many.start(static_cast<std::size_t>(free - all_->slots.begin()), job->request(), job->response(),
                       job->exchange());
    } else if (next == hwc::call_action::wait) {
      later(job->wake_at(), job->waker(), [this, job, handler] {
        const bool stopped = job->exchange().stop.stop_requested();
        proceed(job, handler, stopped ? job->cancelled() : job->woke(clock().now()));
      });
    } else {
      job->deliver(handler);
    }
  }

  std::shared_ptr<everything> all_;
};

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_STEPPING_TRANSPORT_HPP
