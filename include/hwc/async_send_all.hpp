// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_ASYNC_SEND_ALL_HPP
#define HWC_ASYNC_SEND_ALL_HPP

#include <hwc/async_call.hpp>
#include <hwc/call.hpp>
#include <hwc/call_options.hpp>
#include <hwc/client_state.hpp>
#include <hwc/clock.hpp>
#include <hwc/detail/buffer_stock.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/http.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/send_all.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::detail {

// A call of many that has ended.
template <class Op>
struct arrival {
  Op op;
  result<typename Op::response> outcome;
  call_info info{};
  std::exception_ptr thrown{};
  bool has_left = false;
};

// Where calls that end, on whatever threads, tell the one that began them; it may be gone by then.
template <class Op>
class arrivals {
 public:
  explicit arrivals(std::size_t most) { ended_.reserve(most); }

  // Needs no memory.
  void put(arrival<Op> one) {
    wake([&] { ended_.push_back(std::move(one)); });
  }
  // The request of the call that was begun last may leave.
  void left() {
    wake([&] { left_ = true; });
  }
  // Something may be different.
  void wake() {
    wake([] {});
  }

  // Gives what ended since, into a vector with as much room, and whether the last one has left.
  bool take(std::vector<arrival<Op>>& into) {
    const std::lock_guard lock{mutex_};
    ended_.swap(into);
    return std::exchange(left_, false);
  }
  [[nodiscard]] bool any() const {
    const std::lock_guard lock{mutex_};
    return !ended_.empty() || left_;
  }

  // Before a wait: what was not taken, or comes from now on, ends it.
  void rest() {
    const std::lock_guard lock{mutex_};
    if (ended_.empty() && !left_ && waker_.stop_requested()) waker_ = std::stop_source{};
  }
  [[nodiscard]] std::stop_token waker() const {
    const std::lock_guard lock{mutex_};
    return waker_.get_token();
  }

  // Has the calls end promptly.
  std::stop_source stop{};

 private:
  // With the lock held `change` is made, and without it whoever waits is woken.
  template <class Change>
  void wake(Change change) {
    std::stop_source waker{std::nostopstate};
    {
      const std::lock_guard lock{mutex_};
      change();
      waker = waker_;
    }
    waker.request_stop();
  }

  mutable std::mutex mutex_;
  std::vector<arrival<Op>> ended_{};
  bool left_ = false;
  std::stop_source waker_{};
};

// One call of many, which the transport drives: at its end the handler is given the operation too.
template <class Op, class Signer>
class one_of_many : public async_call<Op, Signer, return_result> {
  using base = async_call<Op, Signer, return_result>;

 public:
  using signature = void(arrival<Op>);

  one_of_many(base call, std::shared_ptr<arrivals<Op>> to) : base{std::move(call)}, to_{std::move(to)} {}

  [[nodiscard]] call_action start(moment now) {
    this->options().info = &info_;  // from here on it stays where it is
    return base::start(now);
  }
  // Told by what makes exchanges wait, each time that one need not any more.
  void left() {
    if (!std::exchange(has_left_, true)) to_->left();
  }
  template <class Handler>
  void deliver(Handler&& handler) {
    auto outcome = this->take_outcome();
    std::forward<Handler>(handler)(arrival<Op>{std::move(this->operation()), std::move(outcome), std::move(info_),
                                               std::move(this->thrown()), has_left_});
  }

 private:
  std::shared_ptr<arrivals<Op>> to_;
  call_info info_{};
  bool has_left_ = false;
};

// What `client::async_send_all` has the transport drive: a job that sends nothing itself, but begins calls and waits
// for them. Its members are called through the handler's executor, so the range and the sink are, one at a time; the
// calls go through that of the transport.
template <class Op, class Signer, class Transport, class Operations, class Sink>
class async_all {
  static constexpr bool paces = has_accepts_from<Transport>;
  static constexpr bool summarizes = requires(Sink & sink) { sink.summarize(bool{}); };
  // What it completes with: a sink that has `summarize(bool stopped)` decides.
  static auto summary_of([[maybe_unused]] Sink& sink, const send_all_summary& sum, [[maybe_unused]] bool stopped) {
    if constexpr (summarizes)
      return sink.summarize(stopped);
    else
      return sum;
  }

 public:
  using summary = decltype(summary_of(std::declval<Sink&>(), send_all_summary{}, false));
  using signature = void(std::exception_ptr, summary);

  // All but the range and the sink outlive it, and an lvalue range does.
  async_all(Operations&& operations, Sink&& sink, const send_all_options& options, Transport& over,
            const endpoint& where, Signer& with, buffer_stock& memory, std::uint64_t seed, client_state& state)
      : operations_{std::forward<Operations>(operations)},
        sink_{std::move(sink)},
        each_{options.each},
        finish_{options.finish},
        slots_{std::max<std::size_t>(options.concurrency, 1)},
        over_{&over},
        where_{&where},
        with_{&with},
        memory_{&memory},
        seed_{seed},
        state_{&state} {
    each_.info = nullptr;
  }

  // Precondition: the other was not started.
  async_all(async_all&& other)
      : operations_{std::forward<Operations>(other.operations_)},
        sink_{std::move(other.sink_)},
        each_{std::move(other.each_)},
        finish_{std::move(other.finish_)},
        slots_{other.slots_},
        over_{other.over_},
        where_{other.where_},
        with_{other.with_},
        memory_{other.memory_},
        seed_{other.seed_},
        state_{other.state_} {}
  async_all& operator=(async_all&&) = delete;

  // Begins nothing yet, so that whoever cancels at once has nothing begun.
  [[nodiscard]] call_action start(moment now) {
    wake_at_ = now.steady;
    guarded([&] {
      batch_.reserve(slots_);
      arrived_ = std::make_shared<arrivals<Op>>(slots_);
      on_stop_.emplace(each_.stop, ending{arrived_, true});
      on_finish_.emplace(finish_, ending{arrived_, false});
      each_.stop = arrived_->stop.get_token();
    });
    return arrived_ ? call_action::wait : call_action::finished;  // where there was no memory for it
  }
  [[nodiscard]] call_action woke(moment) { return go_on(); }
  [[nodiscard]] call_action completed(exchange_result, moment) { return go_on(); }
  [[nodiscard]] call_action cancelled() {
    arrived_->stop.request_stop();
    return go_on();
  }
  [[nodiscard]] const http_request& request() const noexcept { return no_request_; }
  [[nodiscard]] http_response& response() noexcept { return no_response_; }
  [[nodiscard]] exchange_options exchange() const { return {}; }
  [[nodiscard]] steady_time wake_at() const noexcept { return wake_at_; }
  [[nodiscard]] std::stop_token waker() const { return arrived_->waker(); }

  template <class Handler>
  void deliver(Handler&& handler) {
    const bool stopped = arrived_ && arrived_->stop.stop_requested();
    std::forward<Handler>(handler)(std::move(thrown_), summary_of(sink_, sum_, stopped));
  }

 private:
  struct ending {
    std::shared_ptr<arrivals<Op>> of;
    bool now;
    void operator()() const {
      if (now) of->stop.request_stop();
      of->wake();
    }
  };

  [[nodiscard]] bool ends() const { return thrown_ || arrived_->stop.stop_requested() || finish_.stop_requested(); }
  [[nodiscard]] bool has_room() const { return more_ && active_ < slots_ && !leaving_ && !ends(); }
  [[nodiscard]] bool may_leave() const {
    if constexpr (paces) {
      decltype(auto) clock = clock_of(*over_);
      const auto from = detail::accepts_from(*over_);  // reads the clock itself, so before it is read here
      return from <= clock.now().steady;
    } else {
      return true;
    }
  }

  // One turn: what ended is told of, and what has room is begun, until something else ends; the next turn sees to that.
  call_action go_on() {
    guarded([&] {
      batch_.clear();
      if (arrived_->take(batch_)) leaving_ = false;
      active_ -= batch_.size();
      for (auto& one : batch_) {
        if (!one.has_left) leaving_ = false;
        if (!thrown_) end(one);
      }
      fill();
      // With room and no pace something has ended, or the waker has asked.
      wake_at_ = paces && has_room() ? detail::accepts_from(*over_) : steady_time::max();
      arrived_->rest();
    });
    return active_ == 0 && !has_room() ? call_action::finished : call_action::wait;
  }

  void end(arrival<Op>& one) {
#ifndef HWC_NO_EXCEPTIONS
    if (one.thrown) std::rethrow_exception(one.thrown);
#endif
    detail::tell(sink_, sum_, std::as_const(one.op), std::move(one.outcome), std::as_const(one.info));
  }

  void fill() {
    // With nothing under way the range may be asked early: if it has ended, there is no turn to wait for.
    while (has_room() && (active_ == 0 || may_leave()) && !arrived_->any()) {
      if (!next_) next_.emplace(begin_of(operations_));
      if (std::exchange(taken_, false)) ++*next_;
      more_ = *next_ != end_of(operations_);
      if (!has_room() || !may_leave()) break;
      if (more_ = detail::claimed(*next_); !more_) break;
      taken_ = true;
      begin(**next_);
    }
  }

  template <class Source>
  void begin(Source&& op) {
    over_->async_call(one_of_many<Op, Signer>{async_call<Op, Signer, return_result>{std::forward<Source>(op), *where_,
                                                                                    *with_, return_result{}, each_,
                                                                                    memory_->take(), seed_++, *state_},
                                              arrived_},
                      [to = arrived_](arrival<Op> one) { to->put(std::move(one)); });
    ++active_;
    leaving_ = paces;
  }

  // What the range, the sink or a call throws ends the rest, and completes the whole when all under way has ended.
  template <class F>
  void guarded(F f) {
#ifdef HWC_NO_EXCEPTIONS
    f();
#else
    try {
      f();
    } catch (...) {
      if (!thrown_) thrown_ = std::current_exception();
      if (arrived_) arrived_->stop.request_stop();
      wake_at_ = steady_time::max();
    }
#endif
  }

  Operations operations_;
  Sink sink_;
  call_options each_;
  std::stop_token finish_;
  std::size_t slots_;
  Transport* over_;
  const endpoint* where_;
  Signer* with_;
  buffer_stock* memory_;
  std::uint64_t seed_;
  client_state* state_;

  std::shared_ptr<arrivals<Op>> arrived_{};
  std::vector<arrival<Op>> batch_{};
  std::optional<iterator_of<std::remove_reference_t<Operations>>> next_{};
  bool taken_ = false;  // `next_` has begun; the range moves on only when another one is wanted
  bool more_ = true;
  bool leaving_ = false;  // the last one that was begun has not left yet
  std::size_t active_ = 0;
  steady_time wake_at_ = steady_time::max();
  send_all_summary sum_{};
  std::exception_ptr thrown_{};
  http_request no_request_{};
  http_response no_response_{};
  std::optional<std::stop_callback<ending>> on_stop_{};
  std::optional<std::stop_callback<ending>> on_finish_{};
};

}  // namespace hwc::detail

#endif  // HWC_ASYNC_SEND_ALL_HPP
