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
// whose turn comes only after its deadline is given up at once as `timeout`, not sent. It then takes no turn, and one
// that is stopped while it waits hands its turn back: the next request to come may have it. Those that wait already
// keep theirs, unless a 429 puts them off: then each takes another one when its own has come, in no certain order.
// Time is the inner transport's.
//
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
  [[nodiscard]] auto multiplex(std::size_t concurrency) requires detail::has_multiplex<Inner> {
    return multiplexed<decltype(inner_.multiplex(concurrency))>{*this, inner_.multiplex(concurrency), concurrency};
  }

  [[nodiscard]] bool can_multiplex() { return detail::can_multiplex(inner_); }

  template <class Job, class Token>
  requires async_transport<Inner>
  auto async_call(Job job, Token&& token) {
    return inner_.async_call(paced<Job>{turns_, std::move(job)}, std::forward<Token>(token));
  }

  [[nodiscard]] decltype(auto) clock() { return detail::clock_of(inner_); }
  [[nodiscard]] Inner& inner() noexcept { return inner_; }

 private:
  class turns;

  // A time at which one request may leave, or none. Unless it is used it is handed back in the end.
  class turn {
   public:
    turn() = default;
    turn(turns& order, steady_time at) : order_{&order}, at_{at} {}
    turn(turn&& other) noexcept : order_{std::exchange(other.order_, nullptr)}, at_{other.at_} {}
    turn& operator=(turn&& other) noexcept {
      if (order_) order_->release(at_, false);
      order_ = std::exchange(other.order_, nullptr);
      at_ = other.at_;
      return *this;
    }
    ~turn() {
      if (order_) order_->release(at_, false);
    }

    explicit operator bool() const noexcept { return order_ != nullptr; }
    [[nodiscard]] steady_time at() const noexcept { return at_; }
    void use() noexcept { std::exchange(order_, nullptr)->release(at_, true); }

   private:
    turns* order_ = nullptr;
    steady_time at_{};
  };

  class turns {
   public:
    explicit turns(const rate_limit& limit)
        : spacing_{divide_up(limit.per, std::max(limit.requests, 1))},
          credit_{spacing_ * (std::max(limit.burst, 1) - 1)} {}

    // The next turn, if it comes before the deadline. One that was handed back is as good as a new one: it is a time at
    // which a request might have left.
    [[nodiscard]] turn take(steady_time now, steady_time deadline) {
      const std::lock_guard lock{mutex_};
      const auto earliest = std::max(now, blocked_until_);
      std::erase_if(handed_back_, [&](steady_time at) { return at < earliest; });
      // So that handing back needs no memory.
      handed_back_.reserve(handed_back_.size() + taken_ + 1);
      const auto found = std::min_element(handed_back_.begin(), handed_back_.end());
      const bool fresh = found == handed_back_.end();
      const auto at = fresh ? std::max(earliest, next_ - credit_) : *found;
      if (at >= deadline) return {};
      if (fresh)
        next_ = std::max(next_, at) + spacing_;
      else
        handed_back_.erase(found);
      ++taken_;
      return {*this, at};
    }

    // Whether a turn has come; it is used then. If it came while the service wants everybody to wait, it is lost, and
    // `own` is a later one or, where none comes before the deadline, none.
    [[nodiscard]] bool may_leave(turn& own, steady_time now, steady_time deadline) {
      if (!own || own.at() > now) return false;
      own.use();
      if (!blocks(now)) return true;
      own = take(now, deadline);
      return false;
    }

    void release(steady_time at, bool used) noexcept {
      const std::lock_guard lock{mutex_};
      --taken_;
      if (!used) handed_back_.push_back(at);
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
    static steady_time::duration divide_up(steady_time::duration whole, int parts) {
      return (whole + steady_time::duration{parts - 1}) / parts;
    }
    [[nodiscard]] bool blocks(steady_time now) {
      const std::lock_guard lock{mutex_};
      return blocked_until_ > now;
    }

    const steady_time::duration spacing_;
    const steady_time::duration credit_;
    std::mutex mutex_;
    steady_time next_{};
    steady_time blocked_until_{};
    std::size_t taken_ = 0;  // and neither used nor handed back
    std::vector<steady_time> handed_back_;
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

   private:
    struct turn_taker {
      const http_request* request = nullptr;
      http_response* response = nullptr;
      exchange_options options{};
      turn own{};
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
    paced(std::shared_ptr<turns> order, Job job) : Job{std::move(job)}, turns_{std::move(order)} {}
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
      if (turns_->may_leave(own_, now.steady, this->exchange().deadline)) return call_action::send;
      return own_ ? call_action::wait : pace(Job::completed(too_late(), now), now);
    }
    std::shared_ptr<turns> turns_;
    turn own_{};  // held while it waits
  };

  Inner inner_;
  std::shared_ptr<turns> turns_;
};

}  // namespace hwc

#endif  // HWC_TRANSPORTS_RATE_LIMITED_HPP
