// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_RESEND_EMAIL_INTERRUPT_HPP
#define HWC_EXAMPLES_RESEND_EMAIL_INTERRUPT_HPP

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <array>
#include <csignal>
#include <cstddef>
#include <functional>
#include <stop_token>
#include <string_view>
#include <thread>
#include <utility>

namespace tool {

// Ctrl-C, or SIGTERM: the first one asks to begin nothing more, the second one to stop what is under way, and the third
// one ends the process as if nobody had listened.
class interrupt {
 public:
  // `say` is called on another thread with what the first one and the second one do.
  explicit interrupt(std::function<void(std::string_view)> say) : say_{std::move(say)} {
    await();
    thread_ = std::jthread{[this] { context_.run(); }};
  }
  interrupt(const interrupt&) = delete;
  interrupt& operator=(const interrupt&) = delete;
  ~interrupt() { context_.stop(); }

  [[nodiscard]] std::stop_token finish() const { return finish_.get_token(); }
  [[nodiscard]] std::stop_token stop() const { return stop_.get_token(); }

  // As if the first one had come.
  void request_finish() { finish_.request_stop(); }

 private:
  void await() {
    signals_.async_wait([this](const boost::system::error_code& failed, int) {
      if (failed) return;
      if (++came_ == 1) {
        finish_.request_stop();
        await();
        say("interrupted: nothing more is begun, what is under way goes on to its end; once more stops it");
        return;
      }
      signals_.clear();
      stop_.request_stop();
      say("stopping what is under way");
    });
  }

  // On a thread of its own each time: a terminal that takes nothing must not keep the next signal from being heard.
  void say(std::string_view what) {
    sayers_[came_ - 1] = std::jthread{[this, what] { say_(what); }};
  }

  std::function<void(std::string_view)> say_;
  std::stop_source finish_;
  std::stop_source stop_;
  std::size_t came_ = 0;
  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_{context_, SIGINT, SIGTERM};
  std::array<std::jthread, 2> sayers_{};
  std::jthread thread_;
};

}  // namespace tool

#endif  // HWC_EXAMPLES_RESEND_EMAIL_INTERRUPT_HPP
