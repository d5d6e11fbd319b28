// SPDX-License-Identifier: BSL-1.0
#include <hwc/beast/async_transport.hpp>
#include <hwc/beast/server.hpp>
#include <hwc/client.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/pages.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/list_users.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <doctest/doctest.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <cstddef>
#include <future>
#include <string>
#include <thread>
#include <vector>

// The same emails with each way to wait for them, on one thread and on a strand over four.

namespace {

namespace asio = boost::asio;
using hwc::workspace::resend_email;
using outcome = hwc::result<hwc::no_content>;

constexpr int emails = 40;

class place {
 public:
  explicit place(int threads) : io_{threads} {
    if (threads > 1) on_ = asio::make_strand(io_);
    for (int i = 0; i != threads; ++i) threads_.emplace_back([this] { io_.run(); });
  }
  ~place() { finish(); }

  // Where handlers run: one at a time.
  [[nodiscard]] const asio::any_io_executor& on() const noexcept { return on_; }
  [[nodiscard]] auto& client() noexcept { return client_; }

  // What each handler says of its call.
  void count(const outcome& sent) {
    if (inside_.exchange(true)) overlapped_ = true;
    if (sent) ++good_;
    inside_ = false;
  }

  // Lets all that is under way end, and checks that it ended well.
  void check() {
    finish();
    CHECK(good_ == emails);
    CHECK_FALSE(overlapped_);
    CHECK(service_.outbox().size() == emails);
    CHECK(server_.requests() == emails);
  }

 private:
  void finish() {
    work_.reset();
    threads_.clear();
  }

  hwc::fake::workspace service_{{.id = "p", .users = {{.id = "u", .user_email = "u@workspace.example"}}},
                                hwc::token_signer{"a-good-token"}};
  hwc::beast::server server_{service_, "127.0.0.1", 0};
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  asio::any_io_executor on_{io_.get_executor()};
  hwc::client<hwc::beast::async_transport, hwc::token_signer, hwc::return_result> client_{
      hwc::endpoint{server_.url(), "p"}, hwc::beast::async_transport{io_}, hwc::token_signer{"a-good-token"}};
  std::atomic<bool> inside_{false};
  std::atomic<bool> overlapped_{false};
  std::atomic<int> good_{0};
  std::vector<std::jthread> threads_{};
};

}  // namespace

TEST_CASE("pages of users, awaited in a coroutine: all of them, page by page") {
  hwc::fake::project project{.id = "p"};
  for (int i = 0; i != 7; ++i) project.users.push_back({.id = std::to_string(i)});
  hwc::fake::workspace service{project, hwc::token_signer{"a-good-token"}};
  hwc::beast::server server{service, "127.0.0.1", 0};
  asio::io_context io;
  hwc::client client{hwc::endpoint{server.url(), "p"}, hwc::beast::async_transport{io},
                     hwc::token_signer{"a-good-token"}};
  std::string told;
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        hwc::async_pages all{client, hwc::workspace::list_users{.limit = 3}};
        while (!all.over()) {
          auto page = co_await all.async_next(asio::use_awaitable);
          REQUIRE(page.has_value());
          for (const auto& user : *page) told += user.id.value_or("?");
          told += '|';
        }
      },
      asio::detached);
  io.run();
  CHECK(told == "012|345|6|");
  CHECK(server.requests() == 3);
}

TEST_CASE("callbacks, on one thread and on a strand over four: 40 emails each, one handler at a time") {
  for (const int threads : {1, 4}) {
    CAPTURE(threads);
    place here{threads};
    for (int i = 0; i != emails; ++i) {
      here.client().async_send(resend_email{.user_id = "u"},
                               asio::bind_executor(here.on(), [&](const outcome& sent) { here.count(sent); }));
    }
    here.check();
  }
}

TEST_CASE("futures, on one thread and on a strand over four: 40 emails each") {
  for (const int threads : {1, 4}) {
    CAPTURE(threads);
    place here{threads};
    std::vector<std::future<outcome>> all;
    for (int i = 0; i != emails; ++i) {
      all.push_back(
          here.client().async_send(resend_email{.user_id = "u"}, asio::bind_executor(here.on(), asio::use_future)));
    }
    for (auto& one : all) here.count(one.get());
    here.check();
  }
}

TEST_CASE("coroutines, on one thread and on a strand over four: 40 emails each, one coroutine at a time") {
  for (const int threads : {1, 4}) {
    CAPTURE(threads);
    place here{threads};
    for (int i = 0; i != emails; ++i) {
      asio::co_spawn(
          here.on(),
          [&]() -> asio::awaitable<void> {
            resend_email op{.user_id = "u"};
            const auto sent = co_await here.client().async_send(op, asio::use_awaitable);
            here.count(sent);
          },
          asio::detached);
    }
    here.check();
  }
}
