// SPDX-License-Identifier: BSL-1.0
#include <hwc/async_send_all.hpp>

#include <hwc/beast/async_transport.hpp>
#include <hwc/beast/server.hpp>
#include <hwc/client.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/transports/rate_limited.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/made_range.hpp"

#include <doctest/doctest.h>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// async_send_all over sockets: threads, executors, cancellation, and what lives how long.

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using hwc::error_kind;
using hwc::send_all_summary;
using hwc::testing::socket_server;
using hwc::testing::step;
using hwc::workspace::resend_email;
using then = step::then;

std::vector<resend_email> users(std::size_t count) {
  std::vector<resend_email> all;
  for (std::size_t i = 0; i != count; ++i) all.push_back({.user_id = "u" + std::to_string(i)});
  return all;
}

auto client_of(const std::string& url, asio::io_context& io) {
  return hwc::client{hwc::endpoint{url, "project"}, hwc::beast::async_transport{io},
                     hwc::token_signer{"a-secret-token"}, hwc::return_result{}};
}

// A server that answers 200 and counts.
struct answering {
  std::atomic<int> requests{0};
  hwc::beast::server server{[this](const hwc::http_request&) {
                              ++requests;
                              return hwc::http_response{.status = 200};
                            },
                            "127.0.0.1", 0};
};

// Has so many threads run a context until it has no more to do.
void run(asio::io_context& io, int threads) {
  std::vector<std::jthread> all;
  for (int i = 0; i != threads; ++i) all.emplace_back([&] { io.run(); });
}

}  // namespace

TEST_CASE("async_send_all, on one thread, on four, and on a strand of another context: range and sink never overlap") {
  for (const int threads : {1, 4}) {
    for (const bool elsewhere : {false, true}) {
      CAPTURE(threads);
      CAPTURE(elsewhere);
      constexpr std::size_t emails = 300;
      constexpr std::size_t concurrency = 8;
      answering service;
      asio::thread_pool other{2};
      const auto strand = asio::make_strand(other);
      asio::io_context io{threads};
      auto client = client_of(service.server.url(), io);
      // All of this without a lock: where it is wrong, ThreadSanitizer says so.
      std::size_t taken = 0;
      std::size_t most = 0;
      std::set<std::string> served;
      bool right_place = true;
      const auto in_place = [&] { right_place = right_place && strand.running_in_this_thread() == elsewhere; };
      support::made_range range{emails, [&](std::size_t i) {
                                  in_place();
                                  most = std::max(most, ++taken - served.size());
                                  return resend_email{.user_id = "u" + std::to_string(i)};
                                }};
      const auto sink = [&](const resend_email& op, const hwc::result<hwc::no_content>& outcome) {
        in_place();
        if (outcome) served.insert(op.user_id);
      };
      std::optional<send_all_summary> sum;
      const auto handler = [&](const std::exception_ptr& thrown, const send_all_summary& came) {
        in_place();
        if (thrown == nullptr) sum = came;
      };
      const hwc::send_all_options options{.concurrency = concurrency};
      if (elsewhere)
        client.async_send_all(range, sink, options, asio::bind_executor(strand, handler));
      else
        client.async_send_all(range, sink, options, handler);
      run(io, threads);
      other.join();
      CHECK(sum == send_all_summary{.sent = emails});
      CHECK(served.size() == emails);
      CHECK(most <= concurrency);
      CHECK(right_place);
      CHECK(service.requests == static_cast<int>(emails));
    }
  }
}

TEST_CASE("async_send_all in a coroutine: gives the summary, or what the range throws; 10 + 3 requests at most") {
  answering service;
  asio::io_context io;
  auto client = client_of(service.server.url(), io);
  send_all_summary sum;
  std::string thrown;
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        const auto all = users(10);
        const auto ignore = [](const resend_email&, const hwc::result<hwc::no_content>&) {};
        sum = co_await client.async_send_all(all, ignore, asio::use_awaitable);
        support::made_range broken{10, [](std::size_t i) {
                                     if (i == 3) throw std::runtime_error{"torn list"};
                                     return resend_email{.user_id = "u"};
                                   }};
        try {
          co_await client.async_send_all(broken, ignore, asio::use_awaitable);
        } catch (const std::runtime_error& why) {
          thrown = why.what();
        }
      },
      asio::detached);
  io.run();
  CHECK(sum == send_all_summary{.sent = 10});
  CHECK(thrown == "torn list");
  CHECK(service.requests >= 10);
  CHECK(service.requests <= 13);
}

TEST_CASE("async_send_all that is cancelled or stopped while the service is silent: each begun one is accounted for") {
  for (const auto type : {asio::cancellation_type::none, asio::cancellation_type::terminal,
                          asio::cancellation_type::partial, asio::cancellation_type::total}) {
    socket_server silent{{{{.afterwards = then::stall}}, {{.afterwards = then::stall}}, {{.afterwards = then::stall}}}};
    asio::io_context io;
    auto client = client_of(silent.url(), io);
    asio::cancellation_signal signal;
    std::stop_source stop;
    int unknown = 0;
    std::optional<send_all_summary> sum;
    const auto all = users(50);
    client.async_send_all(
        all,
        [&](const resend_email&, const hwc::result<hwc::no_content>& outcome) {
          unknown += outcome.error().kind == error_kind::cancelled && outcome.error().sent == hwc::delivery::unknown;
        },
        {.concurrency = 3, .each = {.stop = stop.get_token()}},
        asio::bind_cancellation_slot(signal.slot(),
                                     [&](const std::exception_ptr& thrown, const send_all_summary& came) {
                                       CHECK(thrown == nullptr);
                                       sum = came;
                                     }));
    while (silent.requests() != 3) io.poll();
    CHECK_FALSE(sum);
    if (type == asio::cancellation_type::none)
      stop.request_stop();
    else
      signal.emit(type);
    io.run();
    CHECK(sum == send_all_summary{.unknown = 3});
    CHECK(unknown == 3);
    CHECK(silent.requests() == 3);
  }
}

TEST_CASE("async_send_all that is cancelled at once, or while it waits for a turn: nothing more is begun") {
  answering service;
  asio::io_context io;
  hwc::client client{hwc::endpoint{service.server.url(), "project"},
                     hwc::rate_limited{hwc::beast::async_transport{io}, {.requests = 1, .per = 1h}},
                     hwc::token_signer{"a-secret-token"}, hwc::return_result{}};
  asio::cancellation_signal signal;
  const auto all = users(50);
  std::optional<send_all_summary> sum;
  const auto begin = [&](auto sink) {
    client.async_send_all(
        all, sink, {}, asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr, auto came) { sum = came; }));
  };
  begin([](const auto&, const auto&) {});
  signal.emit(asio::cancellation_type::terminal);
  io.run();
  CHECK(sum == send_all_summary{});
  CHECK(service.requests == 0);
  sum.reset();
  begin([&](const auto&, const auto&) { asio::post(io, [&] { signal.emit(asio::cancellation_type::terminal); }); });
  io.restart();
  io.run();
  CHECK(sum == send_all_summary{.sent = 1});
  CHECK(service.requests == 1);
}

TEST_CASE("async_send_all on four threads, stopped or finished by another one: each begun one is accounted for") {
  for (int round = 0; round != 20; ++round) {
    answering service;
    asio::io_context io;
    auto client = client_of(service.server.url(), io);
    std::stop_source stop;
    hwc::send_all_options options{.concurrency = 8};
    (round % 2 == 0 ? options.finish : options.each.stop) = stop.get_token();
    std::size_t taken = 0;
    std::size_t told = 0;
    support::made_range endless{static_cast<std::size_t>(-1), [&](std::size_t) {
                                  ++taken;
                                  return resend_email{.user_id = "u"};
                                }};
    std::optional<send_all_summary> sum;
    client.async_send_all(
        endless, [&](const auto&, const auto&) { ++told; }, options,
        [&](const std::exception_ptr&, const send_all_summary& came) { sum = came; });
    std::jthread stopper{[&] {
      while (service.requests < 3 * (round + 1)) std::this_thread::yield();
      stop.request_stop();
    }};
    run(io, 4);
    REQUIRE(sum);
    CHECK(taken == told);
    CHECK(sum->sent + sum->not_sent + sum->unknown == told);
    if (round % 2 == 0) CHECK(sum->sent == told);
    CHECK(static_cast<std::size_t>(service.requests) >= sum->sent);
    CHECK(static_cast<std::size_t>(service.requests) <= sum->sent + sum->unknown);
  }
}

TEST_CASE("async_send_all whose context or client goes: no handler is called, nothing leaks or is used after it") {
  socket_server silent{{{{.afterwards = then::stall}}, {{.afterwards = then::stall}}, {{.afterwards = then::stall}}}};
  const auto alive = std::make_shared<int>();
  bool called = false;
  std::stop_source stop;
  std::stop_source finish;
  asio::cancellation_signal signal;
  const auto begin = [&](auto& client) {
    client.async_send_all(
        users(50), [&, alive](const auto&, const auto&) { called = true; },
        {.concurrency = 3, .each = {.stop = stop.get_token()}, .finish = finish.get_token()},
        asio::bind_cancellation_slot(
            signal.slot(), [&, alive](const std::exception_ptr&, const send_all_summary&) { called = true; }));
  };
  SUBCASE("the context first") {
    std::optional<asio::io_context> io{std::in_place};
    auto client = client_of(silent.url(), *io);
    begin(client);
    while (silent.requests() != 3) io->poll();
    io.reset();
    CHECK(alive.use_count() == 1);
  }
  SUBCASE("the client first") {
    asio::io_context io;
    auto client = std::make_unique<decltype(client_of(silent.url(), io))>(client_of(silent.url(), io));
    begin(*client);
    while (silent.requests() != 3) io.poll();
    client.reset();
  }
  SUBCASE("before anything moved") {
    asio::io_context io;
    auto client = client_of(silent.url(), io);
    begin(client);
  }
  CHECK(alive.use_count() == 1);
  signal.emit(asio::cancellation_type::terminal);
  finish.request_stop();
  stop.request_stop();
  CHECK_FALSE(called);
}

TEST_CASE("async_send_all with a future: client and context may go as soon as it is ready; 100 times 10 requests") {
  answering service;
  const auto ignore = [](const resend_email&, const hwc::result<hwc::no_content>&) {};
  for (int i = 0; i != 100; ++i) {
    asio::io_context io;
    auto work = asio::make_work_guard(io);
    std::thread runs{[&] { io.run(); }};
    {
      auto client = client_of(service.server.url(), io);
      const auto all = users(10);
      auto sum = client.async_send_all(all, ignore, {.concurrency = 4}, asio::use_future);
      CHECK(sum.get() == send_all_summary{.sent = 10});
    }
    work.reset();
    if (i % 2 == 0) io.stop();
    runs.join();
  }
  CHECK(service.requests == 1000);
}
