// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_AWAITED_HPP
#define HWC_TESTS_SUPPORT_AWAITED_HPP

#include <hwc/beast/async_transport.hpp>
#include <hwc/beast/options.hpp>
#include <hwc/http.hpp>
#include <hwc/transport.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <memory>
#include <thread>
#include <utility>

namespace hwc::tests {

// An asynchronous transport on a thread of its own, which can be waited for: what is made for blocking transports can
// be asked of it too. Copies are the same one.
class awaited {
 public:
  static constexpr bool thread_safe = true;
  static constexpr bool asynchronous = true;

  explicit awaited(beast::transport_options options = {}) : state_{std::make_shared<state>(std::move(options))} {}

  template <class Job, class Token>
  auto async_call(Job job, Token&& token) {
    return state_->inner.async_call(std::move(job), std::forward<Token>(token));
  }

  exchange_result send(const http_request& request, http_response& response, const exchange_options& options) {
    return state_->inner.async_exchange(request, response, options, boost::asio::use_future).get();
  }

 private:
  struct state {
    explicit state(beast::transport_options options) : inner{io, std::move(options)} {}
    ~state() {
      io.stop();
      thread.join();
    }
    boost::asio::io_context io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy{io.get_executor()};
    beast::async_transport inner;
    std::thread thread{[this] { io.run(); }};
  };
  std::shared_ptr<state> state_;
};

}  // namespace hwc::tests

#endif  // HWC_TESTS_SUPPORT_AWAITED_HPP
