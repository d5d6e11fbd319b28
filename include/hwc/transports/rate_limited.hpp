// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TRANSPORTS_RATE_LIMITED_HPP
#define HWC_TRANSPORTS_RATE_LIMITED_HPP

#include <hwc/call_fsm.hpp>
#include <hwc/clock.hpp>
#include <hwc/http.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/retry.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace hwc {

// How many requests may leave in which time.
struct rate_limit {
  int requests = 100;                                       // so many, evenly spread. Below 1 counts as 1
  std::chrono::milliseconds per = std::chrono::minutes{1};  // in this time. Default: the service's limit for changes
  int burst = 1;                                            // so many at once after a rest. Below 1 counts as 1
};

// A transport that holds a transport and lets requests leave no faster than a limit, as a token bucket does: over any
// stretch of time `per` there are at most `requests + burst - 1`. When the service answers 429 with Retry-After,
// nothing leaves until that time, whoever was throttled.
//
// Waiting for a turn is a part of the exchange: it counts against the deadline, a stop token ends it, and a request
// whose turn comes only after its deadline is given up at once as `timeout`, not sent. Time is the inner transport's.
// Copies share the limit if the inner transport can be copied. May be used from many threads if that one may.
template <class Inner>
class rate_limited {
 public:
  static constexpr bool thread_safe = is_thread_safe_v<Inner>;
  static constexpr bool asynchronous = async_transport<Inner>;

  rate_limited(Inner inner, rate_limit limit) : inner_{std::move(inner)}, turns_{std::make_shared<turns>(limit)} {}

  [[nodiscard]] exchange_result send(const http_request& request, http_response& response,
                                     const exchange_options& options) requires transport<Inner> {
    decltype(auto) time = clock();
    const auto turn = turns_->take(time.now().steady);
    if (turn >= options.deadline) return too_late();
    if (turn > time.now().steady && !time.wait_until(turn, options.stop)) return stopped();
    auto outcome = inner_.send(request, response, options);
    if (outcome) turns_->heed(response, time.now());
    return outcome;
  }

  // Many exchanges at once. The object refers to this transport, which must outlive it.
  [[nodiscard]] auto multiplex(std::size_t concurrency) requires detail::has_multiplex<Inner> {
    return multiplexed<decltype(inner_.multiplex(concurrency))>{*this, inner_.multiplex(concurrency), concurrency};
  }

  template <class Job, class Token>
  requires async_transport<Inner>
  auto async_call(Job job, Token&& token) {
    return inner_.async_call(paced<Job>{turns_, std::move(job)}, std::forward<Token>(token));
  }

  [[nodiscard]] decltype(auto) clock() { return detail::clock_of(inner_); }
  [[nodiscard]] Inner& inner() noexcept { return inner_; }

 private:
  class turns {
   public:
    explicit turns(const rate_limit& limit)
        : spacing_{std::chrono::duration_cast<steady_time::duration>(limit.per) / std::max(limit.requests, 1)},
          credit_{spacing_ * (std::max(limit.burst, 1) - 1)} {}

    // The time at which the next request may leave; the turn is then taken.
    [[nodiscard]] steady_time take(steady_time now) {
      const std::lock_guard lock{mutex_};
      const auto turn = std::max({now, next_ - credit_, blocked_until_});
      next_ = std::max(next_, turn) + spacing_;
      return turn;
    }

    // Whether the service asked everybody to wait.
    void heed(const http_response& answer, moment now) {
      if (answer.status != 429) return;
      const auto asked = answer.headers.find("Retry-After");
      if (!asked) return;
      const auto pause = parse_retry_after(*asked, now.wall, backoff{}.retry_after);
      if (!pause) return;
      const std::lock_guard lock{mutex_};
      blocked_until_ = std::max(blocked_until_, saturating_add(now.steady, *pause));
    }

   private:
    const steady_time::duration spacing_;
    const steady_time::duration credit_;
    std::mutex mutex_;
    steady_time next_{};
    steady_time blocked_until_{};
  };

  static transport_error too_late() {
    return {
        .kind = error_kind::timeout,
        .sent = delivery::not_sent,
        .message = "the rate limit lets the request leave only after the deadline; allow more time or a higher rate"};
  }
  static transport_error stopped() {
    return {.kind = error_kind::cancelled,
            .sent = delivery::not_sent,
            .message = "the caller asked to stop while the request waited for its turn"};
  }

  template <class Many>
  class multiplexed {
   public:
    multiplexed(rate_limited& owner, Many many, std::size_t concurrency)
        : owner_{&owner}, slots_(concurrency), many_{std::move(many)} {}

    void start(std::size_t slot, const http_request& request, http_response& response,
               const exchange_options& options) {
      const auto turn = owner_->turns_->take(now().steady);
      slots_[slot] = {&request, &response, options, turn, true};
      let_go(slot);
    }

    [[nodiscard]] std::optional<exchange_completion> next(steady_time until, const std::stop_token& stop) {
      for (;;) {
        auto wake = until;
        for (std::size_t i = 0; i != slots_.size(); ++i) {
          auto& each = slots_[i];
          if (!each.waits) continue;
          if (each.options.stop.stop_requested()) return give_up(i, stopped());
          if (each.turn >= each.options.deadline) return give_up(i, too_late());
          let_go(i);
          if (each.waits) wake = std::min(wake, each.turn);
        }
        auto ended = many_.next(wake, stop);
        if (ended) {
          if (ended->outcome) owner_->turns_->heed(*slots_[ended->slot].response, now());
          return ended;
        }
        if (stop.stop_requested() ? !waits() : now().steady >= until || wake == steady_time::max()) return std::nullopt;
      }
    }

   private:
    struct turn_taker {
      const http_request* request = nullptr;
      http_response* response = nullptr;
      exchange_options options{};
      steady_time turn{};
      bool waits = false;
    };

    [[nodiscard]] moment now() {
      decltype(auto) time = owner_->clock();
      return time.now();
    }
    // Among those that wait, is there one that a stop would end?
    [[nodiscard]] bool waits() const {
      return std::any_of(slots_.begin(), slots_.end(),
                         [](const turn_taker& each) { return each.waits && each.options.stop.stop_requested(); });
    }
    void let_go(std::size_t i) {
      auto& each = slots_[i];
      if (each.turn > now().steady || each.turn >= each.options.deadline) return;
      each.waits = false;
      many_.start(i, *each.request, *each.response, each.options);
    }
    exchange_completion give_up(std::size_t i, transport_error why) {
      slots_[i].waits = false;
      return {i, std::move(why)};
    }

    rate_limited* owner_;
    std::vector<turn_taker> slots_;
    Many many_;
  };

  // A job that waits for its turn before each exchange.
  template <class Job>
  class paced : public Job {
   public:
    paced(std::shared_ptr<turns> order, Job job) : Job{std::move(job)}, turns_{std::move(order)} {}
    [[nodiscard]] call_action start(moment now) { return pace(Job::start(now), now); }
    [[nodiscard]] call_action woke(moment now) {
      if (!std::exchange(waits_, false)) return pace(Job::woke(now), now);
      // The turn has come; whether the deadline has passed is the exchange's to see.
      return call_action::send;
    }
    [[nodiscard]] call_action completed(exchange_result outcome, moment now) {
      if (outcome) turns_->heed(this->response(), now);
      return pace(Job::completed(std::move(outcome), now), now);
    }
    [[nodiscard]] steady_time wake_at() const noexcept { return waits_ ? turn_ : Job::wake_at(); }

   private:
    call_action pace(call_action next, moment now) {
      if (next != call_action::send) return next;
      turn_ = turns_->take(now.steady);
      if (turn_ >= this->exchange().deadline) return pace(Job::completed(too_late(), now), now);
      waits_ = turn_ > now.steady;
      return waits_ ? call_action::wait : call_action::send;
    }
    std::shared_ptr<turns> turns_;
    steady_time turn_{};
    bool waits_ = false;
  };

  Inner inner_;
  std::shared_ptr<turns> turns_;
};

}  // namespace hwc

#endif  // HWC_TRANSPORTS_RATE_LIMITED_HPP
