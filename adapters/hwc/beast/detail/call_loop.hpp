// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_CALL_LOOP_HPP
#define HWC_BEAST_DETAIL_CALL_LOOP_HPP

#include <hwc/beast/detail/pause.hpp>
#include <hwc/beast/detail/pending.hpp>
#include <hwc/beast/detail/pool.hpp>
#include <hwc/call_fsm.hpp>
#include <hwc/clock.hpp>
#include <hwc/transport.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/error_code.hpp>

#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace hwc::beast::detail {

template <class Signature>
struct arguments_of;
template <class Return, class... Args>
struct arguments_of<Return(Args...)> {
  using type = std::tuple<std::decay_t<Args>...>;
};

// The asynchronous driver of a call, for `async_compose`: each member function is one turn, on the executor of the
// final handler.
template <class Job>
class call_loop {
 public:
  call_loop(std::shared_ptr<pool> connections, Job&& job)
      : connections_{std::move(connections)}, job_{std::make_unique<Job>(std::move(job))} {}

  // Called by the initiating function, and once more by way of the executor.
  template <class Self>
  void operator()(Self& self) {
    if (!std::exchange(posted_, true)) {
      self.reset_cancellation_state(asio::enable_total_cancellation());
      return asio::post(std::move(self));
    }
    proceed(self, job_->start(real_clock{}.now()));
  }

  template <class Self>
  void operator()(Self& self, exchange_result outcome) {
    proceed(self, job_->completed(std::move(outcome), real_clock{}.now()));
  }

  // A pause ended.
  template <class Self>
  void operator()(Self& self, boost::system::error_code) {
    proceed(self, is_cancelled(self) ? job_->cancelled() : job_->woke(real_clock{}.now()));
  }

 private:
  template <class Self>
  bool is_cancelled(Self& self) {
    return self.cancelled() != asio::cancellation_type::none || job_->exchange().stop.stop_requested();
  }

  template <class Self>
  void proceed(Self& self, call_action next) {
    while (next != call_action::finished && is_cancelled(self)) next = job_->cancelled();
    auto& job = *job_;
    if (next == call_action::send) {
      const begin_exchange begin{connections_};
      begin(std::move(self), &job.request(), &job.response(), job.exchange());
    } else if (next == call_action::wait) {
      if (!pause_) pause_ = std::make_shared<pause>(connections_->executor());
      const auto waits = pause_;
      waits->wait(job.wake_at(), job.exchange().stop, std::move(self));
    } else {
      finish(self);
    }
  }

  // The job is gone, and its memory free, before the handler is called.
  template <class Self>
  void finish(Self& self) {
    std::optional<typename arguments_of<typename Job::signature>::type> told;
    job_->deliver([&](auto&&... args) { told.emplace(std::forward<decltype(args)>(args)...); });
    job_.reset();
    pause_.reset();
    std::apply([&](auto&&... args) { self.complete(std::move(args)...); }, *std::move(told));
  }

  std::shared_ptr<pool> connections_;
  std::unique_ptr<Job> job_;  // on the heap, as it may hold addresses into itself
  std::shared_ptr<pause> pause_;
  bool posted_ = false;
};

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_CALL_LOOP_HPP
