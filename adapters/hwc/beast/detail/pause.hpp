// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_PAUSE_HPP
#define HWC_BEAST_DETAIL_PAUSE_HPP

#include <hwc/beast/detail/post_alone.hpp>
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
class pause {
 public:
  explicit pause(const asio::any_io_executor& where)
      : executor_{where}, strand_{asio::make_strand(where)}, timer_{strand_} {}

  // The handler is called with a `boost::system::error_code` that means nothing. Nothing of the pause stays with the
  // caller, nor with who asks to stop: the handler may be called, and the context go, even before this returns.
  template <class Handler>
  static void wait(std::shared_ptr<pause> self, steady_time until, std::stop_token stop, Handler handler) {
    if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) {
      slot.assign([wake = waker{self}](asio::cancellation_type) { wake(); });
    }
    const auto where = asio::get_associated_executor(handler, self->executor_);
    const auto memory = asio::get_associated_allocator(handler);
    // It has no cancellation slot: the slot's own way to the timer would bypass the strand. What refers to the
    // context ends before the handler is called.
    auto call = asio::bind_executor(
        where, asio::bind_allocator(memory, [self, busy = asio::make_work_guard(where),
                                             handler = std::move(handler)](boost::system::error_code ec) mutable {
          self->stop_.reset();  // waits for who is asking to stop just now
          self.reset();
          busy.reset();
          std::move(handler)(ec);
        }));
    auto executor = asio::any_io_executor{self->strand_};
    post_alone(std::move(executor),
               [self = std::move(self), until, stop = std::move(stop), call = std::move(call)]() mutable {
                 self->timer_.expires_at(until);
                 self->stop_.emplace(std::move(stop), waker{self});
                 self->timer_.async_wait(std::move(call));
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
