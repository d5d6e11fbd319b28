// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_MULTIPLEXER_HPP
#define HWC_BEAST_MULTIPLEXER_HPP

#include <hwc/beast/detail/needs_exceptions.hpp>  // says so before anything else fails

#include <hwc/beast/detail/connection.hpp>
#include <hwc/beast/detail/pool.hpp>
#include <hwc/beast/detail/queued.hpp>
#include <hwc/beast/detail/request_text.hpp>
#include <hwc/beast/detail/settings.hpp>
#include <hwc/beast/detail/waiter.hpp>
#include <hwc/http.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <new>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::beast {

// Many exchanges under way at once, moved by the one thread that calls `next`. Made by `transport::multiplex`; models
// `hwc::multiplexer`. It has connections of its own, one per exchange under way but no more to an origin than
// `max_connections`, kept for its lifetime by the rules of the transport's options. One thread at a time; the errors of
// an exchange are those of `transport::send`.
class multiplexer {
 public:
  multiplexer(std::size_t concurrency, std::shared_ptr<const detail::settings> all)
      : state_{std::make_unique<state>(concurrency, std::move(all))} {}

  void start(std::size_t slot, const http_request& request, http_response& response, const exchange_options& options) {
    auto& s = *state_;
    auto& told = s.waiters[slot];
    try {
      response.clear();
      if (auto why = detail::refusal(request, options, s.connections->common().options)) {
        return told.end(*std::move(why));
      }
      told.own = s.connections->order()->take(request.origin);
      if (!told.own) {
        auto line = std::make_shared<detail::queued>(s.connections, request, response, options);
        return detail::queued::enter(std::move(line), detail::owned_waiter{&told});
      }
      auto link = s.connections->take(request.origin, options.fresh_connection);
      link->start(request, response, options, told);
    } catch (const boost::system::system_error& failure) {
      told.end(detail::no_connection_at_all(failure.code()));
    } catch (const std::bad_alloc&) {
      told.end(detail::no_connection_at_all(std::make_error_code(std::errc::not_enough_memory)));
    }
  }

  [[nodiscard]] std::optional<exchange_completion> next(steady_time until, const std::stop_token& stop) {
    auto& s = *state_;
    const std::stop_callback wake{stop, [&s] { boost::asio::post(s.io, [] {}); }};
    for (;;) {
      if (auto ended = s.take_ended()) return ended;
      // Whatever token and time say: what can move without waiting does, up to the first end.
      if (stop.stop_requested() || (until != steady_time::max() && std::chrono::steady_clock::now() >= until)) {
        if (s.io.poll_one() == 0) return std::nullopt;
      } else {
        until == steady_time::max() ? s.io.run_one() : s.io.run_one_until(until);
      }
    }
  }

 private:
  struct state;

  struct slot_waiter final : detail::waiter {
    void ended(exchange_result result, detail::connection* used) override {
      try {
        if (used != nullptr) of->connections->give_back(*used);
      } catch (const std::bad_alloc&) {
        // Then it is closed.
      }
      end(std::move(result));
    }
    void drop() noexcept override { line.reset(); }  // it has a timer, which must not outlive `io`
    void end(exchange_result result) {
      own = {};
      line.reset();
      outcome = std::move(result);
      of->order[(of->first + of->count++) % of->order.size()] = number;
    }

    state* of = nullptr;
    std::size_t number = 0;
    exchange_result outcome{};
  };

  struct state {
    state(std::size_t concurrency, std::shared_ptr<const detail::settings> all)
        : waiters(std::max<std::size_t>(concurrency, 1)), order(waiters.size()) {
      const auto most = std::max(all->options.max_idle_connections, waiters.size());
      connections = std::make_shared<detail::pool>(io.get_executor(), std::move(all), most, false);
      for (std::size_t i = 0; i != waiters.size(); ++i) {
        waiters[i].of = this;
        waiters[i].number = i;
      }
    }

    std::optional<exchange_completion> take_ended() {
      if (count == 0) return std::nullopt;
      const auto slot = order[first];
      first = (first + 1) % order.size();
      --count;
      return exchange_completion{slot, std::move(waiters[slot].outcome)};
    }

    std::vector<slot_waiter> waiters;  // outlive `io`, whose end destroys what is under way
    std::vector<std::size_t> order;    // a ring of the slots whose exchanges ended
    std::size_t first = 0;
    std::size_t count = 0;
    boost::asio::io_context io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy{io.get_executor()};
    std::shared_ptr<detail::pool> connections;  // goes before `io`
  };

  std::unique_ptr<state> state_;
};

static_assert(hwc::multiplexer<multiplexer>);

}  // namespace hwc::beast

#endif  // HWC_BEAST_MULTIPLEXER_HPP
