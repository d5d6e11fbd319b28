// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TRANSPORTS_RATE_LIMITED_HPP
#define HWC_TRANSPORTS_RATE_LIMITED_HPP

#include <hwc/call_fsm.hpp>
#include <hwc/clock.hpp>
#include <hwc/http.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/time.hpp>
#include <hwc/token_bucket.hpp>
#include <hwc/transport.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace hwc::inline v0_1 {

// A transport that holds a transport and lets requests leave no faster than a limit, as a token bucket does: over any
// stretch of time `per` there are at most `requests + burst - 1`. When the service answers 429 with Retry-After,
// nothing leaves until that time, whoever was throttled. It is their turns that are spread: behind a thread or a
// connection that is slow, requests leave later than these, and then closer together.
//
// Waiting for a turn is a part of the exchange: it counts against the deadline, a stop token ends it, and a request
// whose turn comes only after its deadline is given up at once, as `timeout`; neither counts as an attempt. The latter
// takes no turn, and one that is stopped while it waits hands its turn back (see <hwc/token_bucket.hpp>). Time is the
// inner transport's.
//
// `send_all`, and `async_send_all` as well, takes an operation from its range only when the next turn has come, so that
// its request leaves at once and its timeout need not allow for the limit. What waits for turns there are repetitions,
// the fetching of credentials and the operation after it, and a call whose turn another thread was given first. Calls
// that are begun otherwise need time for all that wait before them.
//
// Copies share the limit if the inner transport can be copied. May be used from many threads if that one may.
template <class Inner>
class rate_limited {
 public:
  static constexpr bool thread_safe = is_thread_safe_v<Inner>;
  static constexpr bool asynchronous = async_transport<Inner>;

  rate_limited(Inner inner, rate_limit limit)
      : inner_{std::move(inner)}, turns_{std::make_shared<token_bucket>(limit)} {}

  [[nodiscard]] exchange_result send(const http_request& request, http_response& response,
                                     const exchange_options& options) requires transport<Inner> {
    decltype(auto) time = clock();
    auto own = turns_->take(time.now().steady, options.deadline);
    while (!turns_->may_leave(own, time.now().steady, options.deadline)) {
      if (!own) return too_late();
      if (!time.wait_until(own.at(), options.stop)) return stopped();
    }
    auto outcome = inner_.send(request, response, options);
    if (outcome) turns_->heed(response, time.now());
    return outcome;
  }

  // Many exchanges at once. The object refers to this transport, which must outlive it.
  [[nodiscard]] auto multiplex(std::size_t concurrency) requires transport<Inner> {
    auto many = detail::multiplexer_of(inner_, concurrency);
    return multiplexed<decltype(many)>{*this, std::move(many), concurrency};
  }

  [[nodiscard]] bool can_multiplex() { return detail::can_multiplex(inner_); }

  // When a call that is begun can leave at once.
  [[nodiscard]] steady_time accepts_from() requires async_transport<Inner> {
    decltype(auto) time = clock();
    return std::max(detail::accepts_from(inner_), turns_->next_turn(time.now().steady));
  }

  template <class Job, class Token>
  requires async_transport<Inner>
  auto async_call(Job job, Token&& token) {
    return inner_.async_call(paced<Job>{turns_, std::move(job)}, std::forward<Token>(token));
  }

  [[nodiscard]] decltype(auto) clock() { return detail::clock_of(inner_); }
  [[nodiscard]] Inner& inner() noexcept { return inner_; }

 private:
  static transport_error too_late() {
    return {
        .kind = error_kind::timeout,
        .sent = delivery::not_sent,
        .message = "the rate limit lets the request leave only after the deadline; allow more time or a higher rate",
        .begun = false};
  }
  static transport_error stopped() {
    return {.kind = error_kind::cancelled,
            .sent = delivery::not_sent,
            .message = "the caller asked to stop while the request waited for its turn",
            .begun = false};
  }

  template <class Many>
  class multiplexed {
   public:
    multiplexed(rate_limited& owner, Many many, std::size_t concurrency)
        : owner_{&owner}, slots_(concurrency), many_{std::move(many)} {}

    void start(std::size_t slot, const http_request& request, http_response& response,
               const exchange_options& options) {
      slots_[slot] = {&request, &response, options, owner_->turns_->take(now().steady, options.deadline), true};
      let_go(slot);
    }

    [[nodiscard]] std::optional<exchange_completion> next(steady_time until, const std::stop_token& stop) {
      for (;;) {
        auto wake = until;
        for (std::size_t i = 0; i != slots_.size(); ++i) {
          auto& each = slots_[i];
          if (!each.waits) continue;
          if (each.options.stop.stop_requested()) return give_up(i, stopped());
          let_go(i);
          if (!each.waits) continue;
          if (!each.own) return give_up(i, too_late());
          wake = std::min(wake, each.own.at());
        }
        auto ended = many_.next(wake, stop);
        if (ended) {
          if (ended->outcome) owner_->turns_->heed(*slots_[ended->slot].response, now());
          return ended;
        }
        if (stop.stop_requested() ? !waits() : now().steady >= until || wake == steady_time::max()) return std::nullopt;
      }
    }

    [[nodiscard]] steady_time accepts_from() const {
      return std::max(detail::accepts_from(many_), owner_->turns_->next_turn(now().steady));
    }

   private:
    struct turn_taker {
      const http_request* request = nullptr;
      http_response* response = nullptr;
      exchange_options options{};
      token_bucket::turn own{};
      bool waits = false;
    };

    [[nodiscard]] moment now() const {
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
      if (!owner_->turns_->may_leave(each.own, now().steady, each.options.deadline)) return;
      each.waits = false;
      many_.start(i, *each.request, *each.response, each.options);
    }
    exchange_completion give_up(std::size_t i, transport_error why) {
      slots_[i].own = {};
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
    paced(std::shared_ptr<token_bucket> turns, Job job) : Job{std::move(job)}, turns_{std::move(turns)} {}
    [[nodiscard]] call_action start(moment now) { return pace(Job::start(now), now); }
    [[nodiscard]] call_action woke(moment now) { return own_ ? leave(now) : pace(Job::woke(now), now); }
    [[nodiscard]] call_action cancelled() {
      own_ = {};
      return Job::cancelled();
    }
    [[nodiscard]] call_action completed(exchange_result outcome, moment now) {
      if (outcome) turns_->heed(this->response(), now);
      return pace(Job::completed(std::move(outcome), now), now);
    }
    [[nodiscard]] steady_time wake_at() const noexcept { return own_ ? own_.at() : Job::wake_at(); }

   private:
    call_action pace(call_action next, moment now) {
      if (next != call_action::send) return next;
      own_ = turns_->take(now.steady, this->exchange().deadline);
      return leave(now);
    }
    // Whether the deadline has passed is the exchange's to see.
    call_action leave(moment now) {
      if (turns_->may_leave(own_, now.steady, this->exchange().deadline)) {
        if constexpr (requires(Job & job) { job.left(); }) this->left();
        return call_action::send;
      }
      return own_ ? call_action::wait : pace(Job::completed(too_late(), now), now);
    }
    std::shared_ptr<token_bucket> turns_;
    token_bucket::turn own_{};  // held while it waits
  };

  Inner inner_;
  std::shared_ptr<token_bucket> turns_;
};

}  // namespace hwc

#endif  // HWC_TRANSPORTS_RATE_LIMITED_HPP
