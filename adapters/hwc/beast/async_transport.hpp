// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_ASYNC_TRANSPORT_HPP
#define HWC_BEAST_ASYNC_TRANSPORT_HPP

#include <hwc/beast/detail/needs_exceptions.hpp>  // says so before anything else fails

#include <hwc/beast/detail/call_loop.hpp>
#include <hwc/beast/detail/pending.hpp>
#include <hwc/beast/detail/pool.hpp>
#include <hwc/beast/detail/settings.hpp>
#include <hwc/beast/options.hpp>
#include <hwc/http.hpp>
#include <hwc/transport.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/execution_context.hpp>

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace hwc::inline v0_1::beast {

// Moves requests asynchronously on an Asio execution context, with any completion token; models `hwc::async_transport`.
// Copies are handles of one pool of connections. What goes on the wire and what errors there are is said at
// `transport`; both are one implementation.
//
// Handlers are called through their associated executor (default: that of this object), never inside the initiating
// function and with no lock held; memory for the handler comes from its associated allocator and is given back before
// it is called. A handler's cancellation slot ends the operation: with `terminal` or `partial` at any time, with
// `total` only as long as nothing of the request was written. It ends as `cancelled`, with the true delivery, unless it
// had ended already. As everywhere in Asio, a signal is emitted on the executor of the handler.
//
// Threads: all members may be called at once on one object, and any number of threads may run the context; each
// connection has a strand of its own. An exchange that `max_connections` makes wait blocks no thread. The context may
// be destroyed with operations pending, whose handlers are then destroyed without being called; what is left of this
// object is of no use but may be destroyed later. After `fork` as with `transport`.
//
// Where memory runs out inside Asio, the program ends: it copies executors in constructors that are noexcept.
class async_transport {
 public:
  static constexpr bool asynchronous = true;
  static constexpr bool thread_safe = true;
  using executor_type = boost::asio::any_io_executor;

  // Connects to nothing yet: what is wrong with the options is told by the first exchange.
  explicit async_transport(executor_type where, transport_options options = {}) {
    auto all = std::make_shared<const detail::settings>(std::move(options));
    const auto most = all->options.max_idle_connections;
    connections_ = std::make_shared<detail::pool>(std::move(where), std::move(all), most, true);
    detail::pool_keeper::watch(connections_);
  }

  // With the executor of a context, e.g. an io_context.
  template <class Context>
  requires std::derived_from<Context, boost::asio::execution_context>
  explicit async_transport(Context& context, transport_options options = {})
      : async_transport{executor_type{context.get_executor()}, std::move(options)} {}

  [[nodiscard]] executor_type get_executor() const noexcept { return connections_->executor(); }

  // Makes one exchange; see `hwc::transport` for what it guarantees. The completion signature is
  // `void(hwc::exchange_result)`. Request and response stay valid until completion; the options are copied.
  template <boost::asio::completion_token_for<void(exchange_result)> CompletionToken>
  auto async_exchange(const http_request& request, http_response& response, const exchange_options& options,
                      CompletionToken&& token) {
    return boost::asio::async_initiate<CompletionToken, void(exchange_result)>(detail::begin_exchange{connections_},
                                                                               token, &request, &response, options);
  }

  // Drives a whole call: exchanges and the pauses between them. `Job` is what <hwc/async_call.hpp> makes; the
  // completion signature is `Job::signature`. All of the job's members are called through the handler's executor.
  template <class Job, class CompletionToken>
  auto async_call(Job job, CompletionToken&& token) {
    constexpr bool fits = boost::asio::completion_token_for<CompletionToken, typename Job::signature>;
    static_assert(fits,
                  "hwc: async_send needs a completion token, or a movable handler that takes what the error policy "
                  "decides: (std::exception_ptr, Op::response) for throw_on_error, (hwc::result<Op::response>) for "
                  "return_result; async_send_all one that takes (std::exception_ptr, hwc::send_all_summary); see "
                  "<hwc/client.hpp>");
    if constexpr (fits)
      return boost::asio::async_initiate<CompletionToken, typename Job::signature>(detail::begin_call{connections_},
                                                                                   token, std::move(job));
  }

 private:
  std::shared_ptr<detail::pool> connections_;
};

static_assert(hwc::async_transport<async_transport>);
static_assert(is_thread_safe_v<async_transport>);

}  // namespace hwc::beast

#endif  // HWC_BEAST_ASYNC_TRANSPORT_HPP
