// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_ASYNC_CALL_HPP
#define HWC_ASYNC_CALL_HPP

#include <hwc/call.hpp>
#include <hwc/call_options.hpp>
#include <hwc/client_state.hpp>
#include <hwc/detail/buffer_stock.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <concepts>
#include <cstdint>
#include <exception>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>

namespace hwc::inline v0_1 {
namespace detail {

// The signature of a completion, as Asio writes it: with `throw_on_error` an exception pointer and the value, otherwise
// what the policy makes of the result. Such a policy must not throw here, as nobody would catch it.
template <class T, class ErrorPolicy,
          class Given = decltype(std::declval<const ErrorPolicy&>().complete(std::declval<result<T>>()))>
struct completion_of {
  using type = void(Given);
};
template <class T, class ErrorPolicy>
struct completion_of<T, ErrorPolicy, void> {
  using type = void();
};
template <class T>
struct completion_of<T, throw_on_error, T> {
  using type = void(std::exception_ptr, T);
};

}  // namespace detail

// A call on its way through an asynchronous transport: the operation, the call and all that the call needs, in one
// object. `client::async_send` makes it; the transport's `async_call` drives it as the blocking driver in
// <hwc/client.hpp> drives a `call`, and at the end has it deliver its outcome.
//
// It may be moved until `start`, and then stays where it is until it is destroyed. The client outlives it.
template <class Op, class Signer, class ErrorPolicy>
class async_call {
 public:
  // What the completion handler is called with. The response must be default-constructible for `throw_on_error`.
  using signature = typename detail::completion_of<typename Op::response, ErrorPolicy>::type;
  using buffers = detail::buffer_stock::lease;

  async_call(Op op, const endpoint& where, Signer& with, const ErrorPolicy& policy, call_options options,
             buffers memory, std::uint64_t seed, client_state& state)
      : op_{std::move(op)},
        where_{&where},
        with_{&with},
        policy_{policy},
        options_{std::move(options)},
        memory_{std::in_place, std::move(memory)},
        seed_{seed},
        state_{&state} {}

  // Precondition: the other was not started.
  async_call(async_call&& other) noexcept
      : op_{std::move(other.op_)},
        where_{other.where_},
        with_{other.with_},
        policy_{std::move(other.policy_)},
        options_{std::move(other.options_)},
        memory_{std::move(other.memory_)},
        seed_{other.seed_},
        state_{other.state_} {}
  async_call& operator=(async_call&&) = delete;

  // As in `call`. An exception, of the signer say, finishes the call.
  [[nodiscard]] call_action start(moment now) {
    return guarded([&] {
      call_.emplace(*with_, options_, **memory_, seed_, state_);
      return call_->start(op_, *where_, now);
    });
  }
  [[nodiscard]] call_action completed(exchange_result outcome, moment now) {
    return guarded([&] { return call_->completed(std::move(outcome), now); });
  }
  [[nodiscard]] call_action woke(moment now) {
    return guarded([&] { return call_->woke(now); });
  }
  [[nodiscard]] call_action cancelled() {
    return guarded([&] { return call_->cancelled(); });
  }
  [[nodiscard]] const http_request& request() const noexcept { return call_->request(); }
  [[nodiscard]] http_response& response() noexcept { return call_->response(); }
  [[nodiscard]] steady_time wake_at() const noexcept { return call_->wake_at(); }

  // Ends a wait before its time, when it asks.
  [[nodiscard]] std::stop_token waker() const { return options_.stop; }

  // The limits of the exchange, with the caller's stop token.
  [[nodiscard]] exchange_options exchange() const {
    auto limits = call_->exchange();
    limits.stop = options_.stop;
    return limits;
  }

  // Calls the handler with the arguments of `signature`; once, after `finished`. The call's memory is free for the next
  // call before the handler runs.
  template <class Handler>
  void deliver(Handler&& handler) {
    auto outcome = take_outcome();
    if constexpr (std::same_as<ErrorPolicy, throw_on_error>) {
#ifndef HWC_NO_EXCEPTIONS
      if (!outcome) {
        std::forward<Handler>(handler)(
            thrown_ ? std::move(thrown_) : std::make_exception_ptr(exception{std::move(outcome).error()}),
            typename Op::response{});
        return;
      }
#endif
      std::forward<Handler>(handler)(std::exception_ptr{}, *std::move(outcome));
    } else if constexpr (std::is_void_v<decltype(policy_.complete(std::move(outcome)))>) {
      policy_.complete(std::move(outcome));
      std::forward<Handler>(handler)();
    } else {
      std::forward<Handler>(handler)(policy_.complete(std::move(outcome)));
    }
  }

 protected:
  // What it ended with, once, after `finished`. The call's memory is free then.
  result<typename Op::response> take_outcome() {
    auto outcome = thrown_ ? result<typename Op::response>{exception_as_error()} : call_->take_result();
    call_.reset();
    memory_.reset();
    return outcome;
  }

  // Of use before `start` and after `finished`.
  [[nodiscard]] Op& operation() noexcept { return op_; }
  [[nodiscard]] call_options& options() noexcept { return options_; }
  [[nodiscard]] std::exception_ptr& thrown() noexcept { return thrown_; }

 private:
  template <class F>
  call_action guarded(F f) {
#ifdef HWC_NO_EXCEPTIONS
    return f();
#else
    try {
      return f();
    } catch (...) {
      thrown_ = std::current_exception();
      if (call_) call_->broken_off();
      return call_action::finished;
    }
#endif
  }

  // For policies that know errors only. What an exception says is not ours to show.
  [[nodiscard]] error exception_as_error() const {
    return {.kind = error_kind::credentials,
            .message =
                "an exception broke the call off, thrown by the signer or for want of memory; with "
                "hwc::throw_on_error it comes through",
            .sent = call_ ? call_->sent_so_far() : delivery::not_sent,
            .attempts = call_ ? call_->attempts_so_far() : 0};
  }

  Op op_;
  const endpoint* where_;
  Signer* with_;
  [[no_unique_address]] ErrorPolicy policy_;
  call_options options_;
  std::optional<buffers> memory_;
  std::uint64_t seed_;
  client_state* state_;
  std::optional<hwc::call<Op, Signer>> call_{};
  std::exception_ptr thrown_{};
};

}  // namespace hwc

#endif  // HWC_ASYNC_CALL_HPP
