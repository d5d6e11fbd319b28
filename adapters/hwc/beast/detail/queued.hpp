// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_QUEUED_HPP
#define HWC_BEAST_DETAIL_QUEUED_HPP

#include <hwc/beast/detail/classify.hpp>
#include <hwc/beast/detail/connection.hpp>
#include <hwc/beast/detail/pool.hpp>
#include <hwc/beast/detail/post_alone.hpp>
#include <hwc/beast/detail/request_text.hpp>
#include <hwc/beast/detail/turns.hpp>
#include <hwc/beast/detail/waiter.hpp>
#include <hwc/http.hpp>
#include <hwc/transport.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <stop_token>
#include <system_error>
#include <utility>

namespace hwc::inline v0_1::beast::detail {

// An exchange that waits for a turn at the connections of a pool and is begun when it comes, unless its deadline or
// somebody who cancels comes first. `cancel` and what is private is for its executor.
class queued final : public turn_taker {
 public:
  // Request and response stay valid until the waiter is told.
  queued(std::shared_ptr<pool> connections, const http_request& request, http_response& response,
         const exchange_options& options)
      : turn_taker{connections->order()},
        connections_{std::move(connections)},
        executor_{connections_->make_executor()},
        timer_{executor_},
        request_{&request},
        response_{&response},
        options_{options} {}

  // Begins to wait. Nothing of it stays with the caller: the exchange may end, and its context go, even before this
  // returns.
  static void enter(std::shared_ptr<queued> line, owned_waiter told) {
    auto executor = line->executor_;
    line->told_ = std::move(told);
    post_alone(std::move(executor), [line = std::move(line)] { line->stand(); });
  }

  [[nodiscard]] const asio::any_io_executor& executor() const noexcept { return executor_; }

  void granted(turn own) noexcept override {
    try {
      asio::post(executor_, [self = this->self(), own = std::move(own)]() mutable { self->begin(std::move(own)); });
    } catch (const std::bad_alloc&) {
      // The turn goes to the next, and the deadline ends this one.
    }
  }

  // Breaks the exchange off, be it waiting or begun; with `unless_begun` only before anything was written.
  void cancel(bool unless_begun) {
    if (told_) return end(ending::stop);
    const auto link = link_.lock();
    if (!link) return;
    asio::post(link->executor(), [link, meant = generation_, unless_begun] { link->cancel(meant, unless_begun); });
  }

 private:
  struct stopper {
    std::weak_ptr<turn_taker> of;
    void operator()() const {
      if (auto alive = std::static_pointer_cast<queued>(of.lock())) {
        const auto executor = alive->executor_;
        asio::post(executor, [alive = std::move(alive)] { alive->cancel(false); });
      }
    }
  };

  std::shared_ptr<queued> self() { return std::static_pointer_cast<queued>(shared_from_this()); }

  void stand() {
    if (auto own = connections_->order()->take(request_->origin, this)) return begin(std::move(own));
    // The timer also keeps this object in the hands of the execution context, which destroys it if need be.
    timer_.expires_at(options_.deadline);
    timer_.async_wait([self = this->self()](error_code ec) {
      if (!ec) self->end(ending::deadline);
    });
    if (options_.stop.stop_possible()) stop_.emplace(options_.stop, stopper{weak_from_this()});
  }

  void begin(turn own) {
    if (!told_) return;
    if (options_.stop.stop_requested()) return end(ending::stop);
    if (options_.deadline <= std::chrono::steady_clock::now()) return end(ending::deadline);
    rest();
    auto told = std::move(told_);
    told->own = std::move(own);
    told->line = self();
    try {
      auto link = connections_->take(request_->origin, options_.fresh_connection);
      link_ = link;
      generation_ = link->generation();
      start_posted(std::move(link), *request_, *response_, options_, std::move(told));
    } catch (const boost::system::system_error& failure) {
      told.release()->ended(no_connection_at_all(failure.code()), nullptr);
    } catch (const std::bad_alloc&) {
      if (told)
        told.release()->ended(no_connection_at_all(std::make_error_code(std::errc::not_enough_memory)), nullptr);
    }
  }

  void end(ending why) {
    if (!told_) return;
    rest();
    told_.release()->ended(turn_did_not_come(why, request_->origin), nullptr);
  }

  void rest() {
    timer_.cancel();
    stop_.reset();
  }

  std::shared_ptr<pool> connections_;
  asio::any_io_executor executor_;
  asio::steady_timer timer_;
  const http_request* request_;
  http_response* response_;
  exchange_options options_;
  std::optional<std::stop_callback<stopper>> stop_;
  owned_waiter told_;               // null: it waits no longer
  std::weak_ptr<connection> link_;  // that it was begun on
  std::uint64_t generation_ = 0;
};

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_QUEUED_HPP
