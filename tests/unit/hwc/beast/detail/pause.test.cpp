// SPDX-License-Identifier: BSL-1.0
#include <hwc/beast/detail/pause.hpp>

#include <doctest/doctest.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>
#include <utility>

namespace {

namespace asio = boost::asio;
namespace beast = hwc::beast::detail;

// A context that one thread runs while another begins or ends a pause, and that goes once the handler was called.
class place {
 public:
  [[nodiscard]] asio::any_io_executor executor() { return io_->get_executor(); }
  [[nodiscard]] auto handler() {
    return [this](boost::system::error_code) { called_.set_value(); };
  }
  void wait_for_handler_and_go() {
    const bool called = called_.get_future().wait_for(std::chrono::seconds{10}) == std::future_status::ready;
    CHECK(called);
    if (!called) io_->stop();
    work_.reset();
    runs_.join();
    io_.reset();
  }

 private:
  std::optional<asio::io_context> io_{std::in_place};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_{io_->get_executor()};
  std::promise<void> called_;
  std::thread runs_{[this] { io_->run(); }};
};

// Keeps who began the pause from going on until the context is gone.
template <class Handler>
class lingering {
 public:
  lingering(Handler handler, std::shared_future<void> gone) : handler_{handler}, gone_{std::move(gone)} {}
  lingering(lingering&& other) noexcept : handler_{other.handler_} {}
  ~lingering() {
    if (gone_.valid()) gone_.wait();
  }
  void operator()(boost::system::error_code ec) { handler_(ec); }

 private:
  Handler handler_;
  std::shared_future<void> gone_;  // only of the first, which is the caller's
};

}  // namespace

TEST_CASE("who begins a pause does not keep it alive, whose context goes with it") {
  place where;
  std::promise<void> gone;
  auto own = std::make_shared<beast::pause>(where.executor());
  std::thread begins{[&, until = gone.get_future().share()] {
    beast::pause::wait(std::move(own), std::chrono::steady_clock::now(), {}, lingering{where.handler(), until});
  }};
  where.wait_for_handler_and_go();
  gone.set_value();
  begins.join();
}

TEST_CASE("who asks a pause to stop keeps nothing of the context; 300 times") {
  for (int i = 0; i != 300; ++i) {
    place where;
    std::stop_source stop;
    beast::pause::wait(std::make_shared<beast::pause>(where.executor()),
                       std::chrono::steady_clock::now() + std::chrono::hours{1}, stop.get_token(), where.handler());
    std::thread stops{[&] { stop.request_stop(); }};
    where.wait_for_handler_and_go();
    stops.join();
  }
}

TEST_CASE("a stop that was asked for before the pause began ends it at once") {
  place where;
  std::stop_source stop;
  stop.request_stop();
  beast::pause::wait(std::make_shared<beast::pause>(where.executor()),
                     std::chrono::steady_clock::now() + std::chrono::hours{1}, stop.get_token(), where.handler());
  where.wait_for_handler_and_go();
}
