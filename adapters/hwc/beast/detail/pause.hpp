// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_PAUSE_HPP
#define HWC_BEAST_DETAIL_PAUSE_HPP

#include <hwc/time.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/system/error_code.hpp>

#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

namespace hwc::inline v0_1::beast::detail {

namespace asio = boost::asio;

// A pause that a stop token, from any thread, and the handler's cancellation slot can end early; whether one did is
// theirs to say. One pause at a time.
class pause : public std::enable_shared_from_this<pause> {
 public:
  explicit pause(const asio::any_io_executor& where)
      : executor_{where}, strand_{asio::make_strand(where)}, timer_{strand_} {}

  // The handler is called with a `boost::system::error_code` that means nothing.
  template <class Handler>
  void wait(steady_time until, std::stop_token stop, Handler handler) {
    if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) {
      slot.assign([wake = waker{weak_from_this()}](asio::cancellation_type) { wake(); });
    }
    const auto where = asio::get_associated_executor(handler, executor_);
    const auto memory = asio::get_associated_allocator(handler);
    // It has no cancellation slot: the slot's own way to the timer would bypass the strand. The guard ends on the
    // handler's executor: once the handler was called, the executor's context may be gone.
    auto call = asio::bind_executor(
        where, asio::bind_allocator(memory, [busy = asio::make_work_guard(where),
                                             handler = std::move(handler)](boost::system::error_code ec) mutable {
          busy.reset();
          std::move(handler)(ec);
        }));
    asio::post(strand_, [self = shared_from_this(), until, stop = std::move(stop), call = std::move(call)]() mutable {
      self->timer_.expires_at(until);
      self->timer_.async_wait(std::move(call));
      self->stop_.emplace(std::move(stop), waker{self});
    });
  }

 private:
  struct waker {
    std::weak_ptr<pause> of;
    void operator()() const {
      if (const auto self = of.lock()) asio::post(self->strand_, [self] { self->timer_.cancel(); });
    }
  };

  asio::any_io_executor executor_;
  asio::strand<asio::any_io_executor> strand_;
  asio::steady_timer timer_;
  std::optional<std::stop_callback<waker>> stop_;
};

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_PAUSE_HPP
