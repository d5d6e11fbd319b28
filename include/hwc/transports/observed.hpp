// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TRANSPORTS_OBSERVED_HPP
#define HWC_TRANSPORTS_OBSERVED_HPP

#include <hwc/call_fsm.hpp>
#include <hwc/clock.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <concepts>
#include <cstddef>
#include <optional>
#include <stop_token>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1 {
namespace detail {

// Takes lines of text one by one: what `logged` and `recorded` write to.
template <class T>
concept line_sink = std::invocable<T&, std::string_view>;

}  // namespace detail

// An exchange that ended, as an observer sees it. The references end with the call of the observer.
struct observed_exchange {
  const http_request& request;
  const http_response& response;  // means nothing after a failure
  const exchange_result& outcome;
  moment began;
  moment ended;
};

// A transport that holds a transport and tells an observer of each exchange after it ended:
// `observer(observed_exchange)`. It forwards all that the inner transport can: blocking, many at once, asynchronous,
// its clock.
//
// The observer changes nothing: what it throws is dropped. It is called on the thread that made the exchange, so with
// many threads it is called from many at once.
template <class Inner, class Observer>
class observed {
  static_assert(std::invocable<Observer&, const observed_exchange&>,
                "hwc: observed needs an observer that takes `(const hwc::observed_exchange&)`");

 public:
  static constexpr bool thread_safe = is_thread_safe_v<Inner>;
  static constexpr bool asynchronous = async_transport<Inner>;

  observed(Inner inner, Observer observer) : inner_{std::move(inner)}, observer_{std::move(observer)} {}

  [[nodiscard]] exchange_result send(const http_request& request, http_response& response,
                                     const exchange_options& options) requires transport<Inner> {
    const auto began = now();
    auto outcome = inner_.send(request, response, options);
    tell({request, response, outcome, began, now()});
    return outcome;
  }

  // Many exchanges at once. The object refers to this transport, which must outlive it.
  [[nodiscard]] auto multiplex(std::size_t concurrency) requires detail::has_multiplex<Inner> {
    return multiplexed<decltype(inner_.multiplex(concurrency))>{*this, inner_.multiplex(concurrency), concurrency};
  }

  [[nodiscard]] bool can_multiplex() { return detail::can_multiplex(inner_); }

  [[nodiscard]] steady_time accepts_from() requires(async_transport<Inner>&& detail::has_accepts_from<Inner>) {
    return inner_.accepts_from();
  }

  template <class Job, class Token>
  requires async_transport<Inner>
  auto async_call(Job job, Token&& token) {
    return inner_.async_call(watched<Job>{*this, std::move(job)}, std::forward<Token>(token));
  }

  [[nodiscard]] decltype(auto) clock() { return detail::clock_of(inner_); }
  [[nodiscard]] Inner& inner() noexcept { return inner_; }
  [[nodiscard]] Observer& observer() noexcept { return observer_; }

 private:
  [[nodiscard]] moment now() {
    decltype(auto) time = clock();
    return time.now();
  }

  void tell(const observed_exchange& ended) noexcept {
    if constexpr (std::invocable<Observer&, const observed_exchange&>) {
#ifdef HWC_NO_EXCEPTIONS
      observer_(ended);
#else
      try {
        observer_(ended);
      } catch (...) {  // what became of the request does not depend on who watches
      }
#endif
    }
  }

  template <class Many>
  class multiplexed {
   public:
    multiplexed(observed& owner, Many many, std::size_t concurrency)
        : owner_{&owner}, under_way_(concurrency), many_{std::move(many)} {}

    void start(std::size_t slot, const http_request& request, http_response& response,
               const exchange_options& options) {
      under_way_[slot] = {&request, &response, owner_->now()};
      many_.start(slot, request, response, options);
    }

    [[nodiscard]] std::optional<exchange_completion> next(steady_time until, const std::stop_token& stop) {
      auto ended = many_.next(until, stop);
      if (ended) {
        const auto& [request, response, began] = under_way_[ended->slot];
        owner_->tell({*request, *response, ended->outcome, began, owner_->now()});
      }
      return ended;
    }

    [[nodiscard]] steady_time accepts_from() const { return detail::accepts_from(many_); }

   private:
    struct watched_exchange {
      const http_request* request = nullptr;
      const http_response* response = nullptr;
      moment began{};
    };
    observed* owner_;
    std::vector<watched_exchange> under_way_;
    Many many_;
  };

  // A job that tells of each exchange on its way to the one that it holds.
  template <class Job>
  class watched : public Job {
   public:
    watched(observed& owner, Job job) : Job{std::move(job)}, owner_{&owner} {}
    [[nodiscard]] call_action start(moment now) { return note(Job::start(now), now); }
    [[nodiscard]] call_action woke(moment now) { return note(Job::woke(now), now); }
    [[nodiscard]] call_action completed(exchange_result outcome, moment now) {
      owner_->tell({this->request(), this->response(), outcome, began_, now});
      return note(Job::completed(std::move(outcome), now), now);
    }

   private:
    call_action note(call_action next, moment now) {
      if (next == call_action::send) began_ = now;
      return next;
    }
    observed* owner_;
    moment began_{};
  };

  Inner inner_;
  Observer observer_;
};

}  // namespace hwc

#endif  // HWC_TRANSPORTS_OBSERVED_HPP
