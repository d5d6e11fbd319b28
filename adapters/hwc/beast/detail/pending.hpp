// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_PENDING_HPP
#define HWC_BEAST_DETAIL_PENDING_HPP

#include <hwc/beast/detail/connection.hpp>
#include <hwc/beast/detail/pool.hpp>
#include <hwc/beast/detail/queued.hpp>
#include <hwc/beast/detail/request_text.hpp>
#include <hwc/beast/detail/waiter.hpp>
#include <hwc/http.hpp>
#include <hwc/transport.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/recycling_allocator.hpp>
#include <boost/system/system_error.hpp>

#include <cstdint>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace hwc::inline v0_1::beast::detail {

// Asio's recycled memory, unless the handler brings its own.
template <class Handler>
auto allocator_of(const Handler& handler) {
  return asio::get_associated_allocator(handler, asio::recycling_allocator<void>{});
}

// The call of a handler with an outcome, as it is posted. That it names an allocator and no executor spares it another
// turn: a binder would have Asio look for an executor, and dispatch to it.
template <class Executor, class Handler>
struct told_handler {
  using allocator_type = decltype(allocator_of(std::declval<const Handler&>()));
  [[nodiscard]] allocator_type get_allocator() const noexcept { return allocator_of(handler); }

  void operator()() {
    busy.reset();
    // Nobody may cancel what has ended; only here, on the handler's executor, is that safe to say.
    if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) slot.clear();
    std::move(handler)(std::move(outcome));
  }

  asio::executor_work_guard<Executor> busy;
  Handler handler;
  exchange_result outcome;
};

// Calls a handler through its executor, never at once, with memory that was taken before given back. The guard that
// kept the executor busy goes along and ends there: once the handler was called, the executor's context may be gone.
template <class Executor, class Handler>
void post_result(asio::executor_work_guard<Executor> busy, Handler&& handler, exchange_result outcome) {
  const auto where = busy.get_executor();
  asio::post(where, told_handler<Executor, std::decay_t<Handler>>{std::move(busy), std::forward<Handler>(handler),
                                                                  std::move(outcome)});
}

// Keeps a completion handler, and its executor busy, until an exchange ends.
template <class Handler>
class pending final : public waiter {
  using executor = asio::associated_executor_t<Handler, asio::any_io_executor>;
  using allocator = typename std::allocator_traits<decltype(allocator_of(
      std::declval<const Handler&>()))>::template rebind_alloc<pending>;

 public:
  static owned_waiter make(Handler&& handler, std::shared_ptr<pool> connections) {
    allocator memory{allocator_of(handler)};
    auto* place = std::allocator_traits<allocator>::allocate(memory, 1);
    return owned_waiter{new (static_cast<void*>(place)) pending{std::move(handler), std::move(connections)}};
  }

  void ended(exchange_result outcome, connection* used) override {
    try {
      if (used != nullptr) connections_->give_back(*used);
    } catch (const std::bad_alloc&) {
      // Then it is closed.
    }
    auto busy = std::move(busy_);
    auto handler = std::move(handler_);
    drop();
    post_result(std::move(busy), std::move(handler), std::move(outcome));
  }

  void drop() noexcept override {
    allocator memory{allocator_of(handler_)};
    this->~pending();
    std::allocator_traits<allocator>::deallocate(memory, this, 1);
  }

 private:
  pending(Handler&& handler, std::shared_ptr<pool>&& connections)
      : connections_{std::move(connections)},
        busy_{asio::get_associated_executor(handler, connections_->executor())},
        handler_{std::move(handler)} {}
  ~pending() = default;

  std::shared_ptr<pool> connections_;
  asio::executor_work_guard<executor> busy_;
  Handler handler_;
};

// What a handler's cancellation slot calls, on the handler's executor: an exchange on a connection, or one that waited
// in a line, is broken off.
struct canceller {
  std::weak_ptr<connection> of;
  std::uint64_t generation;

  void operator()(asio::cancellation_type type) const {
    const auto self = of.lock();
    if (!self || !wanted(type)) return;
    asio::post(self->executor(), [self, meant = generation, soft = unless_begun(type)] { self->cancel(meant, soft); });
  }

  static bool wanted(asio::cancellation_type type) { return (type & all) != asio::cancellation_type::none; }
  // `total` promises that nothing was done.
  static bool unless_begun(asio::cancellation_type type) { return (type & all) == asio::cancellation_type::total; }

 private:
  static constexpr auto all =
      asio::cancellation_type::terminal | asio::cancellation_type::partial | asio::cancellation_type::total;
};

struct line_canceller {
  std::weak_ptr<queued> of;

  void operator()(asio::cancellation_type type) const {
    const auto self = of.lock();
    if (!self || !canceller::wanted(type)) return;
    asio::post(self->executor(), [self, soft = canceller::unless_begun(type)] { self->cancel(soft); });
  }
};

// Begins an exchange whose end the handler is told. Nothing of the connections stays with the caller: the exchange may
// end, and their context go, even before this returns.
template <class Handler>
void begin_on(std::shared_ptr<pool> connections, Handler handler, const http_request* request, http_response* response,
              const exchange_options& options) {
  turn own{};
  const auto end_with = [&](transport_error why) {
    auto busy = asio::make_work_guard(asio::get_associated_executor(handler, connections->executor()));
    own = {};
    connections.reset();
    post_result(std::move(busy), std::move(handler), std::move(why));
  };
  response->clear();
  if (auto why = refusal(*request, options, connections->common().options)) return end_with(*std::move(why));
  auto slot = asio::get_associated_cancellation_slot(handler);
  own = connections->order()->take(request->origin);
  if (!own) {
    auto line = std::make_shared<queued>(connections, *request, *response, options);
    if (slot.is_connected()) slot.assign(line_canceller{line});
    return queued::enter(std::move(line), pending<Handler>::make(std::move(handler), std::move(connections)));
  }
  std::shared_ptr<connection> link;
  try {
    link = connections->take(request->origin, options.fresh_connection);
  } catch (const boost::system::system_error& failure) {
    return end_with(no_connection_at_all(failure.code()));
  }
  if (slot.is_connected()) slot.assign(canceller{link, link->generation()});
  auto told = pending<Handler>::make(std::move(handler), std::move(connections));
  told->own = std::move(own);
  start_posted(std::move(link), *request, *response, options, std::move(told));
}

struct begin_exchange {
  std::shared_ptr<pool> connections;

  template <class Handler>
  void operator()(Handler&& handler, const http_request* request, http_response* response,
                  const exchange_options& options) const {
    begin_on(connections, std::decay_t<Handler>(std::forward<Handler>(handler)), request, response, options);
  }
};

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_PENDING_HPP
