// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_CALL_LOOP_HPP
#define HWC_BEAST_DETAIL_CALL_LOOP_HPP

#include <hwc/beast/detail/pause.hpp>
#include <hwc/beast/detail/pending.hpp>
#include <hwc/beast/detail/pool.hpp>
#include <hwc/call_fsm.hpp>
#include <hwc/clock.hpp>
#include <hwc/transport.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>

#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace hwc::inline v0_1::beast::detail {

template <class Signature>
struct arguments_of;
template <class Return, class... Args>
struct arguments_of<Return(Args...)> {
  using type = std::tuple<std::decay_t<Args>...>;
};

// The asynchronous driver of a call: a completion handler for each of its exchanges and pauses, with the executor, the
// allocator and the cancellation of the final handler. Each turn runs on that executor.
//
// Not made with `async_compose`, whose work guard outlives the final handler: with `use_future` that runs on a thread
// of Asio's own, and whoever waited may destroy the context while the guard still refers to it. For the same reason
// each turn moves the loop to its own frame: what a turn throws, Asio puts into the future, after all has been
// destroyed here.
template <class Job, class Handler>
class call_loop {
 public:
  using executor_type = asio::associated_executor_t<Handler, asio::any_io_executor>;
  using allocator_type = asio::associated_allocator_t<Handler>;
  using cancellation_slot_type = asio::cancellation_slot;

  call_loop(std::shared_ptr<pool> connections, Job&& job, Handler&& handler)
      : executor_{asio::get_associated_executor(handler, connections->executor())},
        busy_{std::in_place, connections->executor()},
        cancellation_{asio::get_associated_cancellation_slot(handler), asio::enable_total_cancellation()},
        connections_{std::move(connections)},
        job_{std::make_unique<Job>(std::move(job))},
        handler_{std::move(handler)} {}

  [[nodiscard]] executor_type get_executor() const noexcept { return executor_; }
  [[nodiscard]] allocator_type get_allocator() const noexcept { return asio::get_associated_allocator(handler_); }
  [[nodiscard]] cancellation_slot_type get_cancellation_slot() const noexcept { return cancellation_.slot(); }

  // The first turn, posted.
  void operator()() {
    auto own = std::move(*this);
    own.proceed(own.job_->start(real_clock{}.now()));
  }

  void operator()(exchange_result outcome) {
    auto own = std::move(*this);
    own.proceed(own.job_->completed(std::move(outcome), real_clock{}.now()));
  }

  // A pause ended.
  void operator()(boost::system::error_code) {
    auto own = std::move(*this);
    own.proceed(own.is_cancelled() ? own.job_->cancelled() : own.job_->woke(real_clock{}.now()));
  }

 private:
  // The slot's word counts once: a job that goes on after that, to wait for others, is not asked again.
  [[nodiscard]] bool is_cancelled() {
    const bool by_slot = cancellation_.cancelled() != asio::cancellation_type::none;
    if (by_slot) cancellation_.clear();
    return by_slot || job_->exchange().stop.stop_requested();
  }

  void proceed(call_action next) {
    while (next != call_action::finished && is_cancelled()) next = job_->cancelled();
    auto& job = *job_;
    if (next == call_action::send) {
      auto connections = connections_;
      begin_on(std::move(connections), std::move(*this), &job.request(), &job.response(), job.exchange());
    } else if (next == call_action::wait) {
      if (!pause_) pause_ = std::make_shared<pause>(connections_->executor());
      auto waits = pause_;
      pause::wait(std::move(waits), job.wake_at(), job.waker(), std::move(*this));
    } else {
      finish();
    }
  }

  // All that belongs to the call is gone, and its memory free, before the handler is called.
  void finish() {
    std::optional<typename arguments_of<typename Job::signature>::type> told;
    job_->deliver([&](auto&&... args) { told.emplace(std::forward<decltype(args)>(args)...); });
    job_.reset();
    pause_.reset();
    connections_.reset();
    busy_.reset();
    auto handler = std::move(handler_);
    if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) slot.clear();
    std::apply([&](auto&&... args) { std::move(handler)(std::move(args)...); }, *std::move(told));
  }

  executor_type executor_;
  // Also while a turn runs on another context. Its own `reset` would keep the executor, which may be a strand.
  std::optional<asio::executor_work_guard<asio::any_io_executor>> busy_;
  asio::cancellation_state cancellation_;
  std::shared_ptr<pool> connections_;
  std::unique_ptr<Job> job_;  // on the heap, as it may hold addresses into itself
  std::shared_ptr<pause> pause_;
  Handler handler_;
};

// Begins a call whose end the handler is told. The first turn is posted, so that nothing happens inside the initiating
// function.
struct begin_call {
  std::shared_ptr<pool> connections;

  template <class Handler, class Job>
  void operator()(Handler&& given, Job&& job) const {
    using handler_type = std::decay_t<Handler>;
    using job_type = std::decay_t<Job>;
    handler_type handler{std::forward<Handler>(given)};
    asio::post(call_loop<job_type, handler_type>{connections, std::forward<Job>(job), std::move(handler)});
  }
};

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_CALL_LOOP_HPP
