// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CLIENT_HPP
#define HWC_CLIENT_HPP

#include <hwc/async_call.hpp>
#include <hwc/async_send_all.hpp>
#include <hwc/call.hpp>
#include <hwc/call_base.hpp>
#include <hwc/call_fsm.hpp>
#include <hwc/call_options.hpp>
#include <hwc/client_state.hpp>
#include <hwc/clock.hpp>
#include <hwc/detail/buffer_stock.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/operation.hpp>
#include <hwc/send_all.hpp>
#include <hwc/signer.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

namespace hwc::inline v0_1 {

// Calls the operations of one service over a transport, authenticated by a signer, answering as an error policy says:
//
//   hwc::client c{hwc::workspace::at("ap-southeast-3", project_id), hwc::curl::transport{}, signer};
//   c.send(hwc::workspace::resend_email{.user_id = id});
//
// Making a client connects to nothing and checks nothing but types. Each of the three policies is replaced without
// touching the others; their requirements stand above the concepts in <hwc/transport.hpp>, <hwc/signer.hpp> and
// <hwc/error_policy.hpp>.
//
// The client keeps what it learns about the service's clock: a request that is refused because this machine's clock is
// off is signed again, once, for the service's time. Its calls share a budget of repetitions (see
// <hwc/retry_budget.hpp>).
//
// Threads: many threads may call `send` on one client at once if `thread_safe` is true, that is if the transport says
// so.
template <class Transport, class Signer, class ErrorPolicy = throw_on_error>
class client {
  static_assert(detail::has_send<Transport> || async_transport<Transport>,
                "hwc: Transport needs `hwc::exchange_result send(const hwc::http_request&, hwc::http_response&, const "
                "hwc::exchange_options&)`; see <hwc/transport.hpp>");
  static_assert(!detail::has_send<Transport> || detail::send_returns_exchange_result<Transport>,
                "hwc: Transport's `send` must return `hwc::exchange_result`; see <hwc/transport.hpp>");
  static_assert(std::move_constructible<Transport>, "hwc: Transport must be movable, since the client keeps it");
  static_assert(detail::has_sign<Signer>,
                "hwc: Signer needs `hwc::result<void> sign(hwc::http_request&, hwc::wall_time) const` (or void); see "
                "<hwc/signer.hpp>");
  static_assert(!detail::has_sign<Signer> || detail::sign_returns_result<Signer>,
                "hwc: Signer's `sign` must return `hwc::result<void>` or void; see <hwc/signer.hpp>");
  static_assert(std::move_constructible<Signer>, "hwc: Signer must be movable, since the client keeps it");
  static_assert(detail::check_error_policy<ErrorPolicy>() || true);  // it says why itself

  static constexpr bool policies_are_usable =
      (transport<Transport> || async_transport<Transport>)&&signer<Signer> && error_policy<ErrorPolicy>;

  // Whether a call of this kind can be made at all; a wrong one gets one sentence.
  template <class Op>
  static constexpr bool can_block() {
    static_assert(
        !policies_are_usable || hwc::transport<Transport>,
        "hwc: this Transport is asynchronous and cannot block; call `async_send` or `async_send_all` instead; see "
        "<hwc/transport.hpp>");
    return policies_are_usable && hwc::transport<Transport> && detail::check_operation<Op>();
  }
  template <class Op>
  static constexpr bool can_defer() {
    static_assert(!policies_are_usable || async_transport<Transport>,
                  "hwc: this Transport is not asynchronous; call `send` or `send_all` instead, or take "
                  "hwc::beast::async_transport; see <hwc/transport.hpp>");
    return policies_are_usable && async_transport<Transport> && detail::check_operation<Op>();
  }
  template <class Op, bool blocks>
  static constexpr bool can_call() {
    if constexpr (blocks)
      return can_block<Op>();
    else
      return can_defer<Op>();
  }
  template <class Op, class Sink, bool blocks>
  static constexpr bool can_send_all() {
    constexpr bool has_operations = detail::meant_as_operation<Op>;
    static_assert(
        has_operations,
        "hwc: send_all needs a range of operations, a std::vector<hwc::workspace::resend_email> for instance; "
        "for one operation call `send(op)`");
    if constexpr (has_operations) {
      if constexpr (can_call<Op, blocks>()) {
        constexpr bool sink_fits = detail::sink_of<Sink, Op>;
        static_assert(sink_fits,
                      "hwc: send_all needs a sink that takes `(const Op&, hwc::result<Op::response>)`, and if it wants "
                      "`const hwc::call_info&` as well; see <hwc/client.hpp>");
        return sink_fits;
      }
    }
    return false;
  }

 public:
  // Whether many threads may use the client at once.
  static constexpr bool thread_safe = is_thread_safe_v<Transport>;

  // Whether `send` and `send_all` can be called, and not only `async_send`; and the reverse.
  static constexpr bool blocking = hwc::transport<Transport>;
  static constexpr bool asynchronous = async_transport<Transport>;

  client(endpoint where, Transport transport, Signer signer, ErrorPolicy policy = {})
      : endpoint_{std::move(where)},
        transport_{std::move(transport)},
        signer_{std::move(signer)},
        policy_{std::move(policy)},
        kept_{std::make_unique<kept>()} {}

  // Calls an operation and blocks until it ended: by an answer, an error, the deadline or the stop token. The operation
  // is sent at most once unless a repetition is proved to be harmless (see `call_options::allow_duplicates`).
  //
  // Gives what the error policy makes of a `result<Op::response>`. Errors: every `error_kind`; `invalid_argument` means
  // that nothing was sent. An exception of the transport or the signer passes through.
  template <class Op>
  [[nodiscard]] decltype(auto) send(const Op& op, const call_options& options = {}) {
    return run(policy_, op, options);
  }

  // The same where a success has nothing to look at and an error is thrown.
  template <class Op>
  requires std::same_as<ErrorPolicy, throw_on_error> && std::same_as<typename Op::response, no_content> no_content
  send(const Op& op, const call_options& options = {}) {
    return run(policy_, op, options);
  }

  // The same as `send`, answering as another error policy says.
  template <class Policy, class Op>
  [[nodiscard]] decltype(auto) send_by(const Policy& policy, const Op& op, const call_options& options = {}) {
    return run(policy, op, options);
  }

  // Does all of a call but sending the operation: checks it, fetches the credentials and finds the project id if they
  // are not at hand yet, and signs. So a program learns at its start what else the first call would tell it.
  //
  // Errors: those of a call whose operation was not sent.
  template <class Op>
  [[nodiscard]] result<void> rehearse(const Op& op, const call_options& options = {}) {
    if constexpr (can_block<Op>()) {
      const auto lease = kept_->buffers.take();
      const auto now = detail::clock_of(transport_).now();
      call<Op, Signer> call{signer_, options, *lease, seed(now), &kept_->state};
      drive(call, options, [&] { return call.rehearse(op, endpoint_, now); });
      if (call.failure()) return *call.failure();
    }
    return {};
  }

  // Calls an operation without blocking, where the transport is asynchronous, and completes through any Asio completion
  // token. The error policy decides the signature: `void(std::exception_ptr, T)` for `throw_on_error`, otherwise
  // `void(R)` with what the policy makes of the result. Pauses and further attempts are asynchronous too.
  //
  // The operation is moved into the call. Client, and so transport and signer, must live and not be moved until the
  // handler was called, or until nothing runs the transport's context any more; the handler runs on its associated
  // executor, with no lock held. A cancellation slot of the handler, and the options' stop token, end the call as
  // `cancelled`, with what is known of the delivery. An exception of the signer reaches the handler: as it is with
  // `throw_on_error`, else as an error.
  //
  // GCC 12 destroys an operation twice that is made inside a `co_await` expression: name it before.
  template <class Op, class Token>
  auto async_send(Op op, const call_options& options, Token&& token) {
    return async_send_by(policy_, std::move(op), options, std::forward<Token>(token));
  }
  template <class Op, class Token>
  auto async_send(Op op, Token&& token) {
    return async_send(std::move(op), call_options{}, std::forward<Token>(token));
  }

  // The same, completed as another error policy says, which is moved into the call.
  template <class Policy, class Op, class Token>
  auto async_send_by(Policy policy, Op op, const call_options& options, Token&& token) {
    if constexpr (can_defer<Op>()) {
      if constexpr (detail::check_error_policy<Policy, typename Op::response>()) {
        decltype(auto) clock = detail::clock_of(transport_);
        return transport_.async_call(
            async_call<Op, Signer, Policy>{std::move(op), endpoint_, signer_, policy, options, kept_->buffers.take(),
                                           seed(clock.now()), kept_->state},
            std::forward<Token>(token));
      }
    }
  }

  // Calls every operation of a range, with many exchanges under way at once where the transport can (see
  // <hwc/multiplexer.hpp>), and blocks until all have ended. Memory does not grow with the number of operations.
  //
  // The range is read on this thread, one element at a time, when there is room for another call and, over
  // `rate_limited`, its request may leave at once. Where it can be gone through but once, what can move without waiting
  // does so before; a forward range, as a container is, has its elements at hand. If its iterator has `bool claim()`,
  // that is called right before an operation is taken, and false ends the range there: for whoever notes what is about
  // to be sent. As long as the range keeps this thread waiting nothing else moves, and the timeouts of calls under way
  // go on: a range that is slow, a pipe say, wants a small `concurrency` or long timeouts.
  //
  // `sink(op, result)` or `sink(op, result, info)` is called on this thread for each operation as it ends, in whatever
  // order they end, with the operation, a `result<Op::response>` (the error policy plays no part) and a `call_info`.
  // What it throws passes through, and breaks off what is under way. After the stop token asked, no further operation
  // is begun, and those that are under way end promptly as `cancelled`, with what is known of their delivery; after
  // `finish` asked, they end as they would have.
  template <class Operations, class Sink, class Op = typename detail::element_of<Operations>::type>
  send_all_summary send_all(Operations&& operations, Sink sink, const send_all_options& options = {}) {
    if constexpr (can_send_all<Op, Sink, true>()) {
      decltype(auto) clock = detail::clock_of(transport_);
      const auto first_seed = seed(clock.now());
      auto limited = options;
      if (!detail::can_multiplex(transport_)) limited.concurrency = 1;
      auto many = detail::multiplexer_of(transport_, std::max<std::size_t>(limited.concurrency, 1));
      detail::all_sender<Op, Signer, decltype(many), decltype(clock), Sink> all{
          endpoint_, signer_, std::move(many), clock, sink, limited, first_seed, kept_->state};
      return all.run(detail::begin_of(operations), detail::end_of(operations));
    } else {
      return {};
    }
  }

  // The same without blocking, where the transport is asynchronous. It completes through any Asio completion token, as
  // `void(std::exception_ptr, send_all_summary)`, when all that was begun has ended.
  //
  // Range and sink are called through the handler's executor, one call at a time, whatever threads run it; a range that
  // takes its time holds that executor up. What either throws, or the signer, reaches the handler: what is under way
  // then is broken off, and the sink not told of it; the summary counts what it was told of before. A cancellation slot
  // of the handler, with any type of cancellation, is like the stop token of `options.each`.
  //
  // The sink, the options and a range that is an rvalue are moved into the whole; an lvalue range must live until the
  // handler was called. For the client, and for whoever runs the transport's context, holds what `async_send` says.
  // The exchanges are the transport's to run, on its own executor.
  template <class Operations, class Sink, class Token, class Op = typename detail::element_of<Operations>::type>
  auto async_send_all(Operations&& operations, Sink sink, const send_all_options& options, Token&& token) {
    if constexpr (can_send_all<Op, Sink, false>()) {
      decltype(auto) clock = detail::clock_of(transport_);
      return transport_.async_call(
          detail::async_all<Op, Signer, Transport, Operations, Sink>{
              std::forward<Operations>(operations), std::move(sink), options, transport_, endpoint_, signer_,
              kept_->buffers, seed(clock.now()), kept_->state},
          std::forward<Token>(token));
    }
  }
  template <class Operations, class Sink, class Token>
  auto async_send_all(Operations&& operations, Sink sink, Token&& token) {
    return async_send_all(std::forward<Operations>(operations), std::move(sink), send_all_options{},
                          std::forward<Token>(token));
  }

  [[nodiscard]] const endpoint& where() const noexcept { return endpoint_; }
  [[nodiscard]] Transport& transport() noexcept { return transport_; }

 private:
  template <class Policy, class Op>
  decltype(auto) run(const Policy& policy, const Op& op, const call_options& options) {
    if constexpr (can_block<Op>()) {
      if constexpr (detail::check_error_policy<Policy, typename Op::response>()) {
        return policy.complete(outcome_of(op, options));
      }
    } else {
      return result<no_content>{};  // our sentence stands above already; something that compiles keeps it the only one
    }
  }

  template <class Op>
  result<typename Op::response> outcome_of(const Op& op, const call_options& options) {
    const auto lease = kept_->buffers.take();
    const auto now = detail::clock_of(transport_).now();
    call<Op, Signer> call{signer_, options, *lease, seed(now), &kept_->state};
    drive(call, options, [&] { return call.start(op, endpoint_, now); });
    return call.take_result();
  }

  // The blocking driver of a call. Where an exception comes through, the `call_info` is filled all the same.
  template <class Begin>
  void drive(call_base& call, const call_options& options, Begin begin) {
    struct ending {
      ~ending() {
        if (!reached) of.broken_off();
      }
      call_base& of;
      bool reached = false;
    } ended{call};
    go_on(call, begin(), options);
    ended.reached = true;
  }
  void go_on(call_base& call, call_action next, const call_options& options) {
    decltype(auto) clock = detail::clock_of(transport_);
    while (next != call_action::finished) {
      if (options.stop.stop_requested()) {
        next = call.cancelled();
      } else if (next == call_action::wait) {
        next = clock.wait_until(call.wake_at(), options.stop) ? call.woke(clock.now()) : call.cancelled();
      } else {
        auto limits = call.exchange();
        limits.stop = options.stop;
        auto outcome = transport_.send(call.request(), call.response(), limits);
        next = call.completed(std::move(outcome), clock.now());
      }
    }
  }

  std::uint64_t seed(moment now) {
    return static_cast<std::uint64_t>(now.steady.time_since_epoch().count()) + kept_->buffers.next_number();
  }

  // What the calls have in common, at an address of its own, as a client can be moved.
  struct kept {
    detail::buffer_stock buffers;
    client_state state;
  };

  endpoint endpoint_;
  [[no_unique_address]] Transport transport_;
  [[no_unique_address]] Signer signer_;
  [[no_unique_address]] ErrorPolicy policy_;
  std::unique_ptr<kept> kept_;
};

template <class Transport, class Signer>
client(endpoint, Transport, Signer) -> client<Transport, Signer>;
template <class Transport, class Signer, class ErrorPolicy>
client(endpoint, Transport, Signer, ErrorPolicy) -> client<Transport, Signer, ErrorPolicy>;

// What can call an operation and wait for its end: a `client`, or whatever else has such a `send`, a test's stand-in
// for instance. It is what a template of one's own asks for:
//
//   template <hwc::client_of<hwc::workspace::resend_email> Client>
//   void welcome(Client& client, const std::string& user_id);
template <class T, class Op>
concept client_of = operation<Op> && !requires {
  requires !T::blocking;
}
&&requires(T& client, const Op& op, const call_options& options) {
  client.send(op);
  client.send(op, options);
};

namespace detail {

// A handler of whatever a call completes with.
struct any_handler {
  template <class... Outcome>
  void operator()(Outcome&&...) const {}
};

}  // namespace detail

// The same for calls that do not block: a `client` over an asynchronous transport, or whatever else has such an
// `async_send` for handlers. With a `client` any completion token will do, where the transport takes it:
//
//   template <hwc::async_client_of<hwc::workspace::resend_email> Client>
//   boost::asio::awaitable<void> welcome(Client& client, std::string user_id);
template <class T, class Op>
concept async_client_of = operation<Op> && !requires {
  requires !T::asynchronous;
}
&&requires(T& client, Op op, const call_options& options, detail::any_handler handler) {
  client.async_send(std::move(op), handler);
  client.async_send(std::move(op), options, handler);
};

}  // namespace hwc

#endif  // HWC_CLIENT_HPP
