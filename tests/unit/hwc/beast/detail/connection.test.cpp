// SPDX-License-Identifier: BSL-1.0
#include <hwc/beast/detail/connection.hpp>

#include <hwc/beast/detail/settings.hpp>
#include <hwc/beast/detail/waiter.hpp>
#include <hwc/http.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/transport.hpp>

#include <doctest/doctest.h>
#include <boost/asio/error.hpp>
#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace {

using namespace std::chrono_literals;
using hwc::testing::socket_server;
using hwc::testing::step;

namespace asio = boost::asio;

// Runs on a context. Where asked to watch over what is under way it does what it was told before.
struct failing_executor {
  asio::io_context::executor_type inner;
  const std::function<void()>* before;

  [[nodiscard]] asio::io_context& query(asio::execution::context_t) const noexcept { return inner.context(); }
  [[nodiscard]] failing_executor require(asio::execution::blocking_t::never_t) const { return *this; }
  [[nodiscard]] failing_executor require(asio::execution::outstanding_work_t::tracked_t) const {
    if (*before) (*before)();
    return *this;
  }
  template <class F>
  void execute(F&& f) const {
    asio::post(inner, std::forward<F>(f));
  }
  friend bool operator==(const failing_executor& a, const failing_executor& b) noexcept { return a.before == b.before; }
};

// One connection, and who waits for the end of its exchange.
struct linked final : hwc::beast::detail::waiter {
  explicit linked(const socket_server& server) {
    request.method = hwc::http_method::post;
    request.origin = server.origin();
    request.target = "/";
    request.body = "{}";
  }
  ~linked() = default;

  void start(std::chrono::milliseconds span = 5s) {
    outcome.reset();
    context.restart();
    link->start(request, response, {.deadline = std::chrono::steady_clock::now() + span}, *this);
  }
  bool answered() {
    context.run_for(10s);
    return outcome && *outcome;
  }

  void ended(hwc::exchange_result result, hwc::beast::detail::connection*) override { outcome = std::move(result); }
  void drop() noexcept override {}

  asio::io_context context{};
  std::function<void()> before{};
  std::shared_ptr<hwc::beast::detail::connection> link = std::make_shared<hwc::beast::detail::connection>(
      failing_executor{context.get_executor(), &before},
      std::make_shared<hwc::beast::detail::settings>(hwc::beast::transport_options{}));
  hwc::http_request request{};
  hwc::http_response response{};
  std::optional<hwc::exchange_result> outcome{};
};

}  // namespace

TEST_SUITE_BEGIN("beast::detail::connection");

TEST_CASE("a stop that was meant for an exchange which has ended does not reach the next one; 2 requests") {
  socket_server server;
  linked one{server};
  const auto first = one.link->generation();
  one.start();
  CHECK(one.answered());
  CHECK(one.link->generation() == first + 1);
  one.start();
  one.link->cancel(first);
  CHECK(one.answered());
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 1);
}

TEST_CASE("a stop between exchanges does nothing to the kept connection; 2 requests") {
  socket_server server;
  linked one{server};
  one.start();
  CHECK(one.answered());
  one.link->cancel(one.link->generation());
  CHECK(one.link->reusable());
  one.start();
  CHECK(one.answered());
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 1);
}

TEST_CASE("a request of which the socket takes one part after another arrives whole; 1 request") {
  socket_server server;
  linked one{server};
  one.request.body.resize(12'000'000);
  for (std::size_t i = 0; i != one.request.body.size(); ++i) one.request.body[i] = static_cast<char>('a' + i % 23);
  one.start();
  CHECK(one.answered());
  CHECK(server.requests() == 1);
  const auto arrived = server.request(0);
  const auto head = arrived.find("\r\n\r\n") + 4;
  CHECK(arrived.size() - head == one.request.body.size());
  CHECK(arrived.compare(head, std::string::npos, one.request.body) == 0);
}

TEST_CASE("the server stops reading a request in the middle: timeout, not sent; 0 requests") {
  socket_server server{{{{.afterwards = step::then::stall, .read = 1}}}};
  linked one{server};
  one.request.body.resize(12'000'000);
  one.start(200ms);
  CHECK_FALSE(one.answered());
  REQUIRE(one.outcome);
  CHECK(one.outcome->error().kind == hwc::error_kind::timeout);
  CHECK(one.outcome->error().sent == hwc::delivery::not_sent);
  CHECK(one.outcome->error().message.starts_with("no complete answer in time"));
  CHECK(server.requests() == 0);
}

TEST_CASE("something runs out as a lookup begins: told, not sent, and the next exchange is none the worse") {
  const auto none_left = std::make_error_condition(std::errc::too_many_files_open);
  struct {
    std::function<void()> fail;
    std::error_condition cause;
  } const cases[] = {
      {[] { throw std::bad_alloc{}; }, {}},
      {[] {
         throw std::system_error{EMFILE, std::generic_category()};
       },
       none_left},
      {[] { throw boost::system::system_error{asio::error::no_descriptors}; }, none_left},
  };
  for (const auto& each : cases) {
    socket_server server;
    linked one{server};
    one.request.origin.host = "localhost";
    one.before = [&each, asked = 0]() mutable {
      if (++asked == 2) each.fail();  // the first time it is the timer that asks, which takes no exception
    };
    one.start();
    CHECK_FALSE(one.answered());
    REQUIRE(one.outcome);
    const auto& why = one.outcome->error();
    CHECK(why.kind == hwc::error_kind::connection);
    CHECK(why.sent == hwc::delivery::not_sent);
    CHECK(!why.cause == !each.cause);
    if (each.cause) CHECK(why.cause == each.cause);
    CHECK((why.message.find("out of memory") != std::string::npos) == !each.cause);
    CHECK(server.connections() == 0);
    one.before = nullptr;
    one.start();
    CHECK(one.answered());
    CHECK(server.requests() == 1);
  }
}

TEST_CASE("an exchange that was stopped leaves no trace in the next one; 2 requests on 2 connections") {
  socket_server server{{{{.afterwards = step::then::stall}}}};
  linked one{server};
  one.start();
  while (server.requests() == 0) one.context.run_for(1ms);
  one.link->cancel(one.link->generation());
  CHECK_FALSE(one.answered());
  CHECK(one.outcome->error().kind == hwc::error_kind::cancelled);
  CHECK(one.outcome->error().sent == hwc::delivery::unknown);
  one.start();
  CHECK(one.answered());
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 2);
}

TEST_CASE("what a lookup found comes after the exchange was stopped: nobody is called; 0 requests") {
  socket_server server;
  linked one{server};
  one.request.origin.host = "localhost";
  one.start();
  std::this_thread::sleep_for(50ms);  // by then it has most likely posted that
  one.link->cancel(one.link->generation());
  CHECK_FALSE(one.answered());
  CHECK(one.outcome->error().kind == hwc::error_kind::cancelled);
  CHECK(one.outcome->error().sent == hwc::delivery::not_sent);
  CHECK(server.connections() == 0);
}

TEST_CASE("silence on a used connection: timeout, unknown, on time; 2 requests") {
  socket_server server{{{{.answer = std::string{hwc::testing::ok_answer}}, {.afterwards = step::then::stall}}}};
  linked one{server};
  one.start();
  CHECK(one.answered());
  one.start(50ms);
  CHECK_FALSE(one.answered());
  REQUIRE(one.outcome);
  CHECK(one.outcome->error().kind == hwc::error_kind::timeout);
  CHECK(one.outcome->error().sent == hwc::delivery::unknown);
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 1);
}

TEST_CASE("there is no time left on a used connection: timeout, not sent; 1 request") {
  socket_server server;
  linked one{server};
  one.start();
  CHECK(one.answered());
  one.start(-1ms);
  CHECK_FALSE(one.answered());
  REQUIRE(one.outcome);
  CHECK(one.outcome->error().kind == hwc::error_kind::timeout);
  CHECK(one.outcome->error().sent == hwc::delivery::not_sent);
  CHECK(server.await_ends(1));
  CHECK(server.requests() == 1);
}

TEST_SUITE_END();
