// SPDX-License-Identifier: BSL-1.0
#include <hwc/beast/async_transport.hpp>

#include <hwc/beast/server.hpp>
#include <hwc/call.hpp>
#include <hwc/client.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/openssl/testing/authority.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/counting_allocator.hpp"
#include "support/lookup_stub.hpp"

#include <doctest/doctest.h>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using hwc::delivery;
using hwc::error_kind;
using hwc::exchange_result;
using hwc::beast::async_transport;
using hwc::testing::socket_server;
using hwc::testing::step;
using std::chrono::steady_clock;
using then = step::then;

const std::string ok{hwc::testing::ok_answer};

hwc::http_request request_to(std::uint16_t port, std::string body = "{}") {
  hwc::http_request request;
  request.method = hwc::http_method::post;
  request.origin = {.tls = false, .host = "127.0.0.1", .port = port};
  request.target = "/v2/p/users/u/resend-email";
  request.body = std::move(body);
  return request;
}

hwc::exchange_options within(std::chrono::milliseconds span) { return {.deadline = steady_clock::now() + span}; }

hwc::http_response echo(const hwc::http_request& request) { return {.status = 200, .body = request.body}; }

void check_failed(const exchange_result& outcome, error_kind kind, delivery sent) {
  REQUIRE_FALSE(outcome);
  CAPTURE(outcome.error().message);
  CHECK(to_string(outcome.error().kind) == to_string(kind));
  CHECK(to_string(outcome.error().sent) == to_string(sent));
}

// A job as <hwc/async_call.hpp> makes it, around the real state machine.
class resend_job {
 public:
  using outcome = hwc::result<hwc::no_content>;
  using signature = void(outcome);

  resend_job(std::uint16_t port, hwc::call_options options)
      : where_{"http://127.0.0.1:" + std::to_string(port), "p"}, options_{std::move(options)} {}

  hwc::call_action start(hwc::moment now) {
    buffers_ = std::make_unique<hwc::call_buffers>();
    call_.emplace(signer_, options_, *buffers_, 1);
    return call_->start(hwc::workspace::resend_email{.user_id = "u"}, where_, now);
  }
  hwc::call_action completed(exchange_result result, hwc::moment now) {
    return call_->completed(std::move(result), now);
  }
  hwc::call_action woke(hwc::moment now) { return call_->woke(now); }
  hwc::call_action cancelled() { return call_->cancelled(); }
  const hwc::http_request& request() { return call_->request(); }
  hwc::http_response& response() { return call_->response(); }
  hwc::exchange_options exchange() {
    auto limits = call_->exchange();
    limits.stop = options_.stop;
    return limits;
  }
  hwc::steady_time wake_at() { return call_->wake_at(); }
  std::stop_token waker() { return options_.stop; }
  template <class F>
  void deliver(F&& f) {
    f(call_->take_result());
  }

 private:
  // Owns an address of its own once it has started, so that moving it then would show.
  struct immovable_call : std::optional<hwc::call<hwc::workspace::resend_email, hwc::token_signer>> {
    immovable_call() = default;
    immovable_call(immovable_call&&) noexcept {}
  };
  hwc::endpoint where_;
  hwc::call_options options_;
  hwc::token_signer signer_{"token"};
  std::unique_ptr<hwc::call_buffers> buffers_;
  immovable_call call_;
};

// An exchange that can be cancelled, on a strand of its own.
struct cancellable {
  explicit cancellable(asio::io_context& context) : strand{asio::make_strand(context)} {}
  template <class Handler>
  auto bind(Handler handler) {
    return asio::bind_cancellation_slot(signal.slot(), asio::bind_executor(strand, std::move(handler)));
  }
  asio::strand<asio::io_context::executor_type> strand;
  asio::cancellation_signal signal{};
  hwc::http_request request{};
  hwc::http_response response{};
};

void run_on_four(asio::io_context& io) {
  std::vector<std::jthread> threads;
  for (int i = 0; i != 4; ++i) threads.emplace_back([&] { io.run(); });
}

// Runs the context on another thread, while this one does something when the server has come so far.
template <class F>
void run_beside(asio::io_context& io, F&& f) {
  std::jthread runs{[&] { io.run(); }};
  f();
}

}  // namespace

TEST_SUITE_BEGIN("beast::async_transport");

TEST_CASE("a callback: called once, not inside the initiating function; 1 request") {
  socket_server server;
  asio::io_context io;
  async_transport t{io};
  const auto request = request_to(server.port());
  hwc::http_response response;
  int called = 0;
  t.async_exchange(request, response, within(5s), [&](const exchange_result& outcome) {
    ++called;
    CHECK(outcome.has_value());
  });
  auto bad = request;
  bad.target = "";
  hwc::http_response none;
  t.async_exchange(bad, none, within(5s), [&](const exchange_result& outcome) {
    ++called;
    check_failed(outcome, error_kind::invalid_argument, delivery::not_sent);
  });
  CHECK(called == 0);
  io.run();
  CHECK(called == 2);
  CHECK(response.body == "ok");
  CHECK(server.requests() == 1);
}

TEST_CASE("use_future, deferred and use_awaitable give the same; 4 requests on one connection") {
  socket_server server;
  asio::io_context io;
  async_transport t{io};
  const auto request = request_to(server.port());
  hwc::http_response response;
  {
    auto future = t.async_exchange(request, response, within(5s), asio::use_future);
    io.run();
    CHECK(future.get().has_value());
  }
  {
    auto later = t.async_exchange(request, response, within(5s), asio::deferred);
    io.restart();
    io.run();
    CHECK(server.requests() == 1);
    bool called = false;
    std::move(later)([&](const exchange_result& outcome) { called = outcome.has_value(); });
    io.restart();
    io.run();
    CHECK(called);
  }
  int good = 0;
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        for (int i = 0; i != 2; ++i) {
          const auto outcome = co_await t.async_exchange(request, response, within(5s), asio::use_awaitable);
          if (outcome) ++good;
        }
      },
      asio::detached);
  io.restart();
  io.run();
  CHECK(good == 2);
  CHECK(server.requests() == 4);
  CHECK(server.connections() == 1);
}

TEST_CASE("the handler's executor and allocator are used, and its memory is given back before it is called") {
  socket_server server;
  asio::io_context io;
  asio::thread_pool elsewhere{1};
  async_transport t{io};
  const auto request = request_to(server.port());
  hwc::http_response response;
  for (const auto* target : {"/good", "bad"}) {
    auto each = request;
    each.target = target;
    support::counting_memory memory;
    bool there = false;
    std::size_t held = 1;
    t.async_exchange(
        each, response, within(5s),
        asio::bind_executor(elsewhere.get_executor(),
                            asio::bind_allocator(support::counting_allocator<void>{memory}, [&](exchange_result) {
                              there = elsewhere.get_executor().running_in_this_thread();
                              held = memory.held;
                            })));
    io.restart();
    io.run();
    // The pool's work is counted until the handler was called.
    asio::thread_pool* pool = &elsewhere;
    std::promise<void> done;
    asio::post(*pool, [&] { done.set_value(); });
    done.get_future().wait();
    CHECK(there);
    CHECK(memory.taken != 0);
    CHECK(held == 0);
  }
  CHECK(server.requests() == 1);
}

TEST_CASE("cancelled before anything was written, by each type: cancelled, not sent; 0 requests") {
  for (const auto type :
       {asio::cancellation_type::terminal, asio::cancellation_type::partial, asio::cancellation_type::total}) {
    socket_server server;
    asio::io_context io;
    async_transport t{io};
    const auto request = request_to(server.port());
    hwc::http_response response;
    asio::cancellation_signal signal;
    std::optional<exchange_result> outcome;
    t.async_exchange(request, response, within(5s),
                     asio::bind_cancellation_slot(signal.slot(), [&](exchange_result r) { outcome = std::move(r); }));
    signal.emit(type);
    io.run();
    REQUIRE(outcome);
    check_failed(*outcome, error_kind::cancelled, delivery::not_sent);
    signal.emit(type);
    CHECK(server.requests() == 0);
  }
}

TEST_CASE("cancelled while waiting: unknown at once for terminal and partial, and the connection dropped; 2 requests") {
  for (const auto type : {asio::cancellation_type::terminal, asio::cancellation_type::partial}) {
    socket_server server{{{{.afterwards = then::stall}}}};
    asio::io_context io;
    async_transport t{io};
    const auto request = request_to(server.port());
    hwc::http_response response;
    asio::cancellation_signal signal;
    std::optional<exchange_result> outcome;
    steady_clock::time_point asked, ended;
    t.async_exchange(request, response, within(5s), asio::bind_cancellation_slot(signal.slot(), [&](exchange_result r) {
                       ended = steady_clock::now();
                       outcome = std::move(r);
                     }));
    run_beside(io, [&] {
      CHECK(server.await_requests(1));
      asio::post(io, [&] {
        asked = steady_clock::now();
        signal.emit(type);
      });
    });
    REQUIRE(outcome);
    check_failed(*outcome, error_kind::cancelled, delivery::unknown);
    CHECK(ended - asked < 1s);
    auto again = t.async_exchange(request, response, within(5s), asio::use_future);
    io.restart();
    io.run();
    CHECK(again.get().has_value());
    CHECK(server.requests() == 2);
    CHECK(server.connections() == 2);
  }
}

TEST_CASE("total cancellation after the request was written: too late, the answer comes; 1 request") {
  socket_server server{{{{.answer = "HTTP/1.1 200 OK\r\n", .read = 1}, {.answer = "Content-Length: 2\r\n\r\nok"}}}};
  asio::io_context io;
  async_transport t{io};
  const auto request = request_to(server.port());
  hwc::http_response response;
  asio::cancellation_signal signal;
  std::optional<exchange_result> outcome;
  t.async_exchange(request, response, within(5s),
                   asio::bind_cancellation_slot(signal.slot(), [&](exchange_result r) { outcome = std::move(r); }));
  run_beside(io, [&] {
    CHECK(server.await_requests(1));
    asio::post(io, [&] { signal.emit(asio::cancellation_type::total); });
  });
  REQUIRE(outcome);
  CHECK(outcome->has_value());
  CHECK(server.requests() == 1);
}

TEST_CASE("a lookup that does not end: cancelled or timed out at once, not sent; 0 requests") {
  hwc::tests::slow_lookup slow;
  asio::io_context io;
  async_transport t{io};
  auto request = request_to(443);
  request.origin.host = "slow.invalid";
  hwc::http_response response, other;
  asio::cancellation_signal signal;
  std::optional<exchange_result> cancelled, late;
  t.async_exchange(request, response, within(5s),
                   asio::bind_cancellation_slot(signal.slot(), [&](exchange_result r) { cancelled = std::move(r); }));
  t.async_exchange(request, other, within(50ms), [&](exchange_result r) { late = std::move(r); });
  const auto start = steady_clock::now();
  run_beside(io, [&] {
    CHECK(hwc::tests::slow_lookup::await_begun());
    asio::post(io, [&] { signal.emit(asio::cancellation_type::terminal); });
  });
  CHECK(steady_clock::now() - start < 1s);
  REQUIRE(cancelled);
  check_failed(*cancelled, error_kind::cancelled, delivery::not_sent);
  REQUIRE(late);
  check_failed(*late, error_kind::timeout, delivery::not_sent);
}

TEST_CASE("the stop token of the options, from any thread: cancelled, unknown; 1 request") {
  socket_server server{{{{.afterwards = then::stall}}}};
  asio::io_context io;
  async_transport t{io};
  const auto request = request_to(server.port());
  hwc::http_response response;
  std::stop_source source;
  auto options = within(5s);
  options.stop = source.get_token();
  auto outcome = t.async_exchange(request, response, options, asio::use_future);
  run_beside(io, [&] {
    CHECK(server.await_requests(1));
    source.request_stop();
  });
  check_failed(outcome.get(), error_kind::cancelled, delivery::unknown);
  CHECK(server.requests() == 1);
}

TEST_CASE("after a deadline the connection is not used again, so a late answer reaches no other call; 2 requests") {
  socket_server server{{{{.answer = "HTTP/1.1 500 late\r\nContent-Length: 0\r\n\r\n", .late = true}}}};
  asio::io_context io;
  async_transport t{io};
  const auto request = request_to(server.port());
  hwc::http_response response;
  auto first = t.async_exchange(request, response, within(50ms), asio::use_future);
  io.run();
  check_failed(first.get(), error_kind::timeout, delivery::unknown);
  auto second = t.async_exchange(request, response, within(5s), asio::use_future);
  io.restart();
  io.run();
  CHECK(second.get().has_value());
  CHECK(response.status == 200);
  CHECK(response.body == "ok");
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 2);
}

TEST_CASE("a transport that was given a strand outlives its context: nothing crashes; 1 request") {
  socket_server silent{{{{.afterwards = then::stall}}}};
  std::optional<asio::io_context> io{std::in_place};
  std::optional<async_transport> t{std::in_place, asio::any_io_executor{asio::make_strand(*io)}};
  const auto request = request_to(silent.port());
  hwc::http_response response;
  bool called = false;
  t->async_exchange(request, response, {}, [&](exchange_result) { called = true; });
  while (silent.requests() == 0) io->poll();
  io.reset();
  t.reset();
  CHECK_FALSE(called);
}

TEST_CASE("a context destroyed while a connection rests: it is closed, though the transport lives on; 1 request") {
  socket_server server;
  std::optional<asio::io_context> io{std::in_place};
  async_transport t{*io};
  const auto request = request_to(server.port());
  hwc::http_response response;
  auto done = t.async_exchange(request, response, within(5s), asio::use_future);
  io->run();
  CHECK(done.get().has_value());
  io.reset();
  CHECK(server.await_ends(1));
  CHECK(server.requests() == 1);
}

TEST_CASE("a context destroyed with operations under way: no handler is called, nothing leaks or crashes") {
  hwc::tests::slow_lookup slow;
  socket_server silent{{{{.afterwards = then::stall}}, {{.afterwards = then::stall, .read = 1}}}};
  socket_server good;
  std::optional<asio::io_context> io{std::in_place};
  std::optional<async_transport> t{std::in_place, *io};
  const auto alive = std::make_shared<int>();
  bool called = false;
  const auto handler = [&called, alive](exchange_result) { called = true; };
  hwc::http_response rested, responses[4];
  auto request = request_to(good.port());
  auto done = t->async_exchange(request, rested, within(5s), asio::use_future);
  io->run();
  CHECK(done.get().has_value());

  const auto waiting = request_to(silent.port());
  auto looking_up = request_to(1);
  looking_up.origin.host = "slow.invalid";
  auto shaking_hands = request_to(silent.port());
  shaking_hands.origin.tls = true;
  asio::cancellation_signal signal;
  std::stop_source source;
  hwc::exchange_options unlimited{.stop = source.get_token()};
  t->async_exchange(waiting, responses[0], unlimited, asio::bind_cancellation_slot(signal.slot(), handler));
  io->restart();
  while (silent.requests() == 0) io->poll();
  t->async_exchange(shaking_hands, responses[1], unlimited, handler);
  t->async_exchange(looking_up, responses[2], unlimited, handler);
  while (silent.connections() != 2) io->poll();
  CHECK(hwc::tests::slow_lookup::await_begun());
  t->async_call(resend_job{silent.port(), {}}, [&called, alive](const resend_job::outcome&) { called = true; });
  t->async_exchange(request, responses[3], {}, handler);  // begun, but its first step not run
  io.reset();
  CHECK_FALSE(called);
  CHECK(alive.use_count() == 2);  // `handler` itself, and this one
  signal.emit(asio::cancellation_type::terminal);
  source.request_stop();
  t.reset();
}

TEST_CASE("a strand over four threads: handlers never overlap, 8 chains with 100 exchanges; 800 requests") {
  hwc::beast::server server{echo, "127.0.0.1", 0};
  asio::io_context io{4};
  async_transport t{io};
  const auto strand = asio::make_strand(io);
  int inside = 0, good = 0;
  bool overlapped = false;
  struct chain {
    hwc::http_request request;
    hwc::http_response response;
    std::function<void(int)> next;
  };
  std::vector<chain> chains(8);
  for (std::size_t i = 0; i != chains.size(); ++i) {
    auto& c = chains[i];
    c.next = [&, i](int left) {
      chains[i].request = request_to(server.port(), std::to_string(i) + "/" + std::to_string(left));
      t.async_exchange(chains[i].request, chains[i].response, within(5s),
                       asio::bind_executor(strand, [&, i, left](const exchange_result& outcome) {
                         overlapped |= ++inside != 1;
                         if (outcome && chains[i].response.body == chains[i].request.body) ++good;
                         if (left != 1) chains[i].next(left - 1);
                         --inside;
                       }));
    };
    c.next(100);
  }
  run_on_four(io);
  CHECK(good == 800);
  CHECK_FALSE(overlapped);
  CHECK(server.requests() == 800);
  CHECK(server.connections() <= 8);
}

TEST_CASE("64 exchanges at once over https on four threads without a strand, 10 rounds; 640 requests") {
  hwc::openssl::testing::authority ca;
  const auto id = ca.issue({"127.0.0.1"});
  hwc::beast::server server{echo, "127.0.0.1", 0, {id.certificate_chain_pem, id.private_key_pem}};
  asio::io_context io{4};
  async_transport t{io, {.ca_file = ca.file(), .max_idle_connections = 64}};
  std::atomic<int> good = 0;
  {
    for (int chain = 0; chain != 64; ++chain) {
      asio::co_spawn(
          io,
          [&, chain]() -> asio::awaitable<void> {
            hwc::http_response response;
            for (int round = 0; round != 10; ++round) {
              auto request = request_to(server.port(), std::to_string(chain) + "/" + std::to_string(round));
              request.origin.tls = true;
              const auto outcome = co_await t.async_exchange(request, response, within(10s), asio::use_awaitable);
              if (outcome && response.body == request.body) ++good;
            }
          },
          asio::detached);
    }
    std::vector<std::jthread> threads;
    for (int i = 0; i != 4; ++i) threads.emplace_back([&] { io.run(); });
  }
  CHECK(good == 640);
  CHECK(server.requests() == 640);
  CHECK(server.connections() <= 64);
}

TEST_CASE("of 200 calls on four threads every other one is cancelled as answers come: each handler is called once") {
  hwc::beast::server server{echo, "127.0.0.1", 0};
  asio::io_context io{4};
  async_transport t{io};
  std::atomic<int> called = 0, answered = 0, sent_or_open = 0;
  std::vector<std::unique_ptr<cancellable>> all;
  for (int i = 0; i != 200; ++i) {
    auto& e = *all.emplace_back(std::make_unique<cancellable>(io));
    e.request = request_to(server.port());
    asio::post(e.strand, [&] {
      t.async_exchange(e.request, e.response, within(5s), e.bind([&](const exchange_result& outcome) {
        ++called;
        if (outcome) ++answered;
        if (outcome || outcome.error().sent == delivery::unknown) ++sent_or_open;
      }));
    });
    if (i % 2 == 0) continue;
    asio::post(e.strand, [&e] { asio::post(e.strand, [&e] { e.signal.emit(asio::cancellation_type::terminal); }); });
  }
  run_on_four(io);
  CHECK(called == 200);
  CHECK(answered >= 100);
  CHECK(server.requests() <= static_cast<std::size_t>(sent_or_open));
}

TEST_CASE("16 exchanges at once where 4 connections are allowed: first come, first served, on 4; 16 requests") {
  hwc::beast::server server{echo, "127.0.0.1", 0};
  asio::io_context io;
  async_transport t{io, {.max_connections = 4}};
  std::vector<hwc::http_request> requests;
  for (int i = 0; i != 16; ++i) requests.push_back(request_to(server.port(), std::to_string(i)));
  std::vector<hwc::http_response> responses(16);
  int good = 0, called = 0;
  for (std::size_t i = 0; i != 16; ++i) {
    t.async_exchange(requests[i], responses[i], within(5s), [&, i](const exchange_result& outcome) {
      ++called;
      if (outcome && responses[i].body == requests[i].body) ++good;
    });
  }
  CHECK(called == 0);
  io.run();
  CHECK(called == 16);
  CHECK(good == 16);
  CHECK(server.requests() == 16);
  CHECK(server.connections() == 4);
}

TEST_CASE("connections that close after each answer: a new one only where an old one has gone; 8 requests in order") {
  // As the server sees it, at each request: all that were accepted, but for those that carried an earlier one.
  std::size_t most = 0;
  socket_server* self = nullptr;
  socket_server server{{},
                       {.answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                        .afterwards = then::close,
                        .meanwhile = [&] {
                          const auto open = self->connections() - (self->requests() - 1);
                          if (open > most) most = open;
                        }}};
  self = &server;
  for (const std::size_t limit : {std::size_t{1}, std::size_t{2}}) {
    asio::io_context io;
    async_transport t{io, {.max_connections = limit}};
    std::vector<hwc::http_request> requests;
    for (int i = 0; i != 8; ++i) requests.push_back(request_to(server.port(), std::to_string(i)));
    std::vector<hwc::http_response> responses(8);
    int good = 0;
    const auto before = server.requests();
    for (std::size_t i = 0; i != 8; ++i) {
      t.async_exchange(requests[i], responses[i], within(5s), [&](const exchange_result& outcome) {
        if (outcome) ++good;
      });
    }
    io.run();
    CHECK(good == 8);
    CHECK(server.requests() == before + 8);
    CHECK(server.connections() == before + 8);
    CHECK(most <= limit);
    if (limit != 1) continue;
    for (std::size_t i = 0; i != 8; ++i) CHECK(server.request(i).ends_with("\r\n\r\n" + std::to_string(i)));
  }
}

TEST_CASE("cancelled, stopped or late in line: not sent, and the others go on; of 5 exchanges 2 requests") {
  std::promise<void> gate;
  socket_server server{{{{.answer = ok, .meanwhile = [&] { gate.get_future().wait_for(5s); }}}}};
  socket_server elsewhere;
  asio::io_context io;
  async_transport t{io, {.max_connections = 1}};
  const auto request = request_to(server.port()), request_elsewhere = request_to(elsewhere.port());
  hwc::http_response responses[6];
  std::optional<exchange_result> first, cancelled, stopped, late, last, other;
  asio::cancellation_signal signal;
  std::stop_source source;
  std::promise<void> three;
  int ended = 0;
  const auto into = [&](std::optional<exchange_result>& to) {
    return [&](exchange_result r) {
      to = std::move(r);
      if (++ended == 4) three.set_value();
    };
  };
  auto stoppable = within(5s);
  stoppable.stop = source.get_token();
  t.async_exchange(request, responses[0], within(5s), [&](exchange_result r) { first = std::move(r); });
  t.async_exchange(request, responses[1], within(5s), asio::bind_cancellation_slot(signal.slot(), into(cancelled)));
  t.async_exchange(request, responses[2], stoppable, into(stopped));
  t.async_exchange(request, responses[3], within(50ms), into(late));
  t.async_exchange(request, responses[4], within(5s), [&](exchange_result r) { last = std::move(r); });
  t.async_exchange(request_elsewhere, responses[5], within(5s), into(other));
  run_beside(io, [&] {
    CHECK(server.await_requests(1));
    asio::post(io, [&] { signal.emit(asio::cancellation_type::total); });
    source.request_stop();
    CHECK(three.get_future().wait_for(5s) == std::future_status::ready);
    gate.set_value();
  });
  for (const auto* each : {&cancelled, &stopped}) {
    REQUIRE(*each);
    check_failed(**each, error_kind::cancelled, delivery::not_sent);
    CHECK((*each)->error().message.find("max_connections") != std::string::npos);
  }
  REQUIRE(late);
  check_failed(*late, error_kind::timeout, delivery::not_sent);
  CHECK(late->error().cause == std::errc::timed_out);
  CHECK(late->error().message.find("max_connections") != std::string::npos);
  for (const auto* each : {&first, &last, &other}) {
    REQUIRE(*each);
    CHECK((*each)->has_value());
  }
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 1);
  CHECK(elsewhere.requests() == 1);
}

TEST_CASE("an exchange that had to wait is cancelled like any other once it is sent; 2 requests") {
  for (const auto type : {asio::cancellation_type::terminal, asio::cancellation_type::total}) {
    socket_server server{{{{.answer = ok}, {.answer = "HTTP/1.1 200 OK\r\n"}}}};
    asio::io_context io;
    async_transport t{io, {.max_connections = 1}};
    const auto request = request_to(server.port());
    hwc::http_response responses[2];
    asio::cancellation_signal signal;
    std::optional<exchange_result> first, second;
    t.async_exchange(request, responses[0], within(5s), [&](exchange_result r) { first = std::move(r); });
    t.async_exchange(request, responses[1], within(type == asio::cancellation_type::total ? 200ms : 5000ms),
                     asio::bind_cancellation_slot(signal.slot(), [&](exchange_result r) { second = std::move(r); }));
    const auto start = steady_clock::now();
    run_beside(io, [&] {
      CHECK(server.await_requests(2));
      asio::post(io, [&] { signal.emit(type); });
    });
    REQUIRE(first);
    CHECK(first->has_value());
    REQUIRE(second);
    // `total` comes too late, so that the deadline ends it.
    const bool total = type == asio::cancellation_type::total;
    check_failed(*second, total ? error_kind::timeout : error_kind::cancelled, delivery::unknown);
    CHECK(steady_clock::now() - start < 2s);
    CHECK(server.requests() == 2);
    CHECK(server.connections() == 1);
  }
}

TEST_CASE("a line on a strand over four threads: 8 chains with 100 exchanges over 2 connections; 800 requests") {
  hwc::beast::server server{echo, "127.0.0.1", 0};
  asio::io_context io{4};
  async_transport t{io, {.max_connections = 2}};
  const auto strand = asio::make_strand(io);
  int inside = 0, good = 0;
  bool overlapped = false;
  struct chain {
    hwc::http_request request;
    hwc::http_response response;
    std::function<void(int)> next;
  };
  std::vector<chain> chains(8);
  for (std::size_t i = 0; i != chains.size(); ++i) {
    chains[i].next = [&, i](int left) {
      chains[i].request = request_to(server.port(), std::to_string(i) + "/" + std::to_string(left));
      t.async_exchange(chains[i].request, chains[i].response, within(30s),
                       asio::bind_executor(strand, [&, i, left](const exchange_result& outcome) {
                         overlapped |= ++inside != 1;
                         if (outcome && chains[i].response.body == chains[i].request.body) ++good;
                         if (left != 1) chains[i].next(left - 1);
                         --inside;
                       }));
    };
    chains[i].next(100);
  }
  run_on_four(io);
  CHECK(good == 800);
  CHECK_FALSE(overlapped);
  CHECK(server.requests() == 800);
  CHECK(server.connections() == 2);
}

TEST_CASE("200 exchanges in line for one connection, every other one cancelled as it may be served: none is stuck") {
  hwc::beast::server server{echo, "127.0.0.1", 0};
  asio::io_context io{4};
  async_transport t{io, {.max_connections = 1}};
  std::atomic<int> called = 0, answered = 0, sent_or_open = 0, cut_short = 0;
  std::vector<std::unique_ptr<cancellable>> all;
  for (int i = 0; i != 200; ++i) {
    auto& e = *all.emplace_back(std::make_unique<cancellable>(io));
    e.request = request_to(server.port());
    asio::post(e.strand, [&, i] {
      t.async_exchange(e.request, e.response, within(30s), e.bind([&, i](const exchange_result& o) {
        ++called;
        if (o) ++answered;
        if (o || o.error().sent == delivery::unknown) ++sent_or_open;
        if (!o && (i % 2 == 0 || o.error().kind != error_kind::cancelled)) ++cut_short;
        // About when the next one but two has its turn.
        auto* const other = all[static_cast<std::size_t>(i + 3) % 200].get();
        if (i % 2 != 0) return;
        asio::post(other->strand, [other] { other->signal.emit(asio::cancellation_type::terminal); });
      }));
    });
  }
  run_on_four(io);
  CHECK(called == 200);
  CHECK(answered >= 100);
  CHECK(cut_short == 0);
  CHECK(server.requests() <= static_cast<std::size_t>(sent_or_open));
}

TEST_CASE("a context destroyed with exchanges in line: no handler is called, nothing leaks or crashes; 1 request") {
  socket_server silent{{{{.afterwards = then::stall}}}};
  std::optional<asio::io_context> io{std::in_place};
  async_transport t{*io, {.max_connections = 1}};
  const auto alive = std::make_shared<int>();
  bool called = false;
  const auto handler = [&called, alive](exchange_result) { called = true; };
  const auto request = request_to(silent.port());
  hwc::http_response responses[4];
  asio::cancellation_signal signal;
  std::stop_source source;
  const hwc::exchange_options unlimited{.stop = source.get_token()};
  t.async_exchange(request, responses[0], unlimited, handler);
  t.async_exchange(request, responses[1], unlimited, asio::bind_cancellation_slot(signal.slot(), handler));
  while (silent.requests() == 0) io->poll();
  t.async_exchange(request, responses[2], unlimited, handler);
  t.async_exchange(request, responses[3], within(1ms), handler);  // in line, but its first step not run
  io.reset();
  CHECK_FALSE(called);
  CHECK(alive.use_count() == 2);  // `handler` itself, and this one
  signal.emit(asio::cancellation_type::terminal);
  source.request_stop();
  CHECK(silent.requests() == 1);
}

TEST_CASE("a transport destroyed with exchanges in line: they are answered all the same; 3 requests") {
  socket_server server;
  asio::io_context io;
  const auto request = request_to(server.port());
  hwc::http_response responses[3];
  int good = 0;
  {
    async_transport t{io, {.max_connections = 1}};
    for (auto& each : responses) {
      t.async_exchange(request, each, within(5s), [&](const exchange_result& outcome) {
        if (outcome) ++good;
      });
    }
  }
  io.run();
  CHECK(good == 3);
  CHECK(server.requests() == 3);
  CHECK(server.connections() == 1);
}

TEST_CASE("max_connections of 0: invalid_argument, not sent; 0 requests") {
  socket_server server;
  asio::io_context io;
  async_transport t{io, {.max_connections = 0}};
  const auto request = request_to(server.port());
  hwc::http_response response;
  auto outcome = t.async_exchange(request, response, within(5s), asio::use_future);
  io.run();
  check_failed(outcome.get(), error_kind::invalid_argument, delivery::not_sent);
  CHECK(server.requests() == 0);
}

TEST_CASE("async_call: the result comes through any token, and the call repeats what is proved harmless") {
  const std::string throttled = "HTTP/1.1 429 Slow\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n";
  socket_server server{{{{.answer = ok}, {.answer = throttled}, {.answer = ok}}}};
  asio::io_context io;
  async_transport t{io};
  bool called = false;
  t.async_call(resend_job{server.port(), {}},
               [&](const resend_job::outcome& outcome) { called = outcome.has_value(); });
  CHECK_FALSE(called);
  io.run();
  CHECK(called);
  CHECK(server.requests() == 1);
  auto future = t.async_call(resend_job{server.port(), {}}, asio::use_future);
  io.restart();
  io.run();
  CHECK(future.get().has_value());
  CHECK(server.requests() == 3);
  bool good = false;
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        const auto outcome = co_await t.async_call(resend_job{server.port(), {}}, asio::use_awaitable);
        good = outcome.has_value();
      },
      asio::detached);
  io.restart();
  io.run();
  CHECK(good);
  auto later = t.async_call(resend_job{server.port(), {}}, asio::deferred);
  called = false;
  std::move(later)([&](const resend_job::outcome& outcome) { called = outcome.has_value(); });
  io.restart();
  io.run();
  CHECK(called);
  CHECK(server.requests() == 5);
}

TEST_CASE("async_call cancelled or stopped during a pause, or at once: it ends as cancelled, soon") {
  const std::string throttled = "HTTP/1.1 429 Slow\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n";
  for (const bool by_slot : {true, false}) {
    socket_server server{{{{.answer = throttled}}}};
    asio::io_context io;
    async_transport t{io};
    asio::cancellation_signal signal;
    std::stop_source source;
    std::optional<resend_job::outcome> outcome;
    steady_clock::time_point asked, ended;
    t.async_call(resend_job{server.port(), {.timeout = 60s, .stop = source.get_token()}},
                 asio::bind_cancellation_slot(signal.slot(), [&](resend_job::outcome r) {
                   ended = steady_clock::now();
                   outcome = std::move(r);
                 }));
    // Until nothing more happens by itself: the pause is under way.
    while (server.requests() == 0) io.poll();
    const auto settled = steady_clock::now() + 50ms;
    while (steady_clock::now() < settled) io.poll();
    CHECK_FALSE(outcome);
    asked = steady_clock::now();
    if (by_slot)
      signal.emit(asio::cancellation_type::terminal);
    else
      source.request_stop();
    io.run();
    REQUIRE(outcome);
    REQUIRE_FALSE(*outcome);
    CHECK(outcome->error().kind == error_kind::cancelled);
    CHECK(outcome->error().attempts == 1);
    CHECK(ended - asked < 1s);
    CHECK(server.requests() == 1);
  }
  for (const bool by_slot : {true, false}) {
    socket_server server;
    asio::io_context io;
    async_transport t{io};
    asio::cancellation_signal signal;
    std::stop_source source;
    std::optional<resend_job::outcome> outcome;
    t.async_call(resend_job{server.port(), {.stop = source.get_token()}},
                 asio::bind_cancellation_slot(signal.slot(), [&](resend_job::outcome r) { outcome = std::move(r); }));
    if (by_slot)
      signal.emit(asio::cancellation_type::partial);
    else
      source.request_stop();
    io.run();
    REQUIRE(outcome);
    REQUIRE_FALSE(*outcome);
    CHECK(outcome->error().kind == error_kind::cancelled);
    CHECK(outcome->error().sent == delivery::not_sent);
    CHECK(server.requests() == 0);
  }
}

TEST_CASE("async_call cancelled while its answer is awaited: cancelled, unknown, after one attempt; 1 request") {
  socket_server server{{{{.afterwards = then::stall}}}};
  asio::io_context io;
  async_transport t{io};
  asio::cancellation_signal signal;
  std::optional<resend_job::outcome> outcome;
  t.async_call(resend_job{server.port(), {}},
               asio::bind_cancellation_slot(signal.slot(), [&](resend_job::outcome r) { outcome = std::move(r); }));
  run_beside(io, [&] {
    CHECK(server.await_requests(1));
    asio::post(io, [&] { signal.emit(asio::cancellation_type::terminal); });
  });
  REQUIRE(outcome);
  REQUIRE_FALSE(*outcome);
  CHECK(outcome->error().kind == error_kind::cancelled);
  CHECK(outcome->error().sent == delivery::unknown);
  CHECK(outcome->error().attempts == 1);
  CHECK(server.requests() == 1);
}

TEST_CASE(
    "a client's async_send: a result through a callback, a value or an exception through a coroutine; 3 requests") {
  const std::string refused = "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n";
  socket_server server{{{{.answer = ok}, {.answer = ok}, {.answer = refused}}}};
  const hwc::endpoint where{"http://127.0.0.1:" + std::to_string(server.port()), "p"};
  const hwc::workspace::resend_email op{.user_id = "u"};
  asio::io_context io;
  async_transport t{io};
  hwc::client quiet{where, t, hwc::token_signer{"token"}, hwc::return_result{}};
  bool sent = false;
  quiet.async_send(op, [&](const hwc::result<hwc::no_content>& outcome) { sent = outcome.has_value(); });
  io.run();
  CHECK(sent);
  hwc::client loud{where, t, hwc::token_signer{"token"}};
  std::optional<hwc::error> thrown;
  asio::co_spawn(
      io,
      [&]() -> asio::awaitable<void> {
        co_await loud.async_send(op, asio::use_awaitable);
        try {
          co_await loud.async_send(op, asio::use_awaitable);
        } catch (const hwc::exception& failure) {
          thrown = failure.error();
        }
      },
      asio::detached);
  io.restart();
  io.run();
  REQUIRE(thrown);
  CHECK(thrown->kind == error_kind::forbidden);
  CHECK(server.requests() == 3);
}

TEST_SUITE_END();

TEST_CASE("the context may go as soon as a future is ready, after one exchange or a pause; 400 + 2 requests") {
  const std::string busy = "HTTP/1.1 429 x\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n";
  socket_server server;
  for (int i = 0; i != 200; ++i) {
    asio::io_context io{1};
    auto work = asio::make_work_guard(io);
    std::thread runs{[&] { io.run(); }};
    {
      const asio::any_io_executor plain{io.get_executor()};
      async_transport t{i % 2 == 0 ? plain : asio::any_io_executor{asio::make_strand(io)}};
      auto first = t.async_call(resend_job{server.port(), {}}, asio::use_future);
      CHECK(first.get().has_value());
      hwc::http_response response;
      const auto request = request_to(server.port());
      CHECK(t.async_exchange(request, response, within(5s), asio::use_future).get().has_value());
    }
    work.reset();
    io.stop();
    runs.join();
  }
  CHECK(server.requests() == 400);
  server.play({{{.answer = busy}}});
  asio::io_context io{1};
  std::thread runs;
  {
    async_transport t{io};
    auto again = t.async_call(resend_job{server.port(), {}}, asio::use_future);
    runs = std::thread{[&] { io.run(); }};
    CHECK(again.get().has_value());
  }
  runs.join();
  CHECK(server.requests() == 2);
}

TEST_CASE(
    "a client that goes before its context, with calls under way: no handler is called, nothing is used after it") {
  socket_server silent{{{{.afterwards = then::stall}}}};
  bool called = false;
  {
    asio::io_context io;
    hwc::client client{hwc::endpoint{silent.url(), "p"}, async_transport{io}, hwc::token_signer{"token"},
                       hwc::return_result{}};
    const auto handler = [&](const hwc::result<hwc::no_content>&) { called = true; };
    client.async_send(hwc::workspace::resend_email{.user_id = "u"}, handler);
    while (silent.requests() == 0) io.poll();
    client.async_send(hwc::workspace::resend_email{.user_id = "v"}, handler);
  }
  CHECK_FALSE(called);
  CHECK(silent.requests() == 1);
}

TEST_CASE("a signer that throws: the future gets the exception, and client and context may go; 0 requests") {
  struct throwing_signer {
    void sign(hwc::http_request&, hwc::wall_time) const { throw 42; }
  };
  socket_server server;
  for (int i = 0; i != 50; ++i) {
    asio::io_context io;
    hwc::client client{hwc::endpoint{server.url(), "p"}, async_transport{io}, throwing_signer{}};
    auto sent = client.async_send(hwc::workspace::resend_email{.user_id = "u"}, asio::use_future);
    io.run();
    CHECK_THROWS_AS(sent.get(), int);
  }
  CHECK(server.requests() == 0);
}

namespace {

// Once the future is ready, the thread that made it so goes on only when the context is gone.
struct lingering {
  void operator()() const { gone.wait_for(100ms); }
  std::shared_future<void> gone;
};

// A context that goes as soon as the future of a call is ready, which `end` looks at.
template <class Policy, class F>
void go_at_once(const std::string& url, F end) {
  std::promise<void> gone;
  std::optional<asio::io_context> io{std::in_place};
  std::thread runs;
  {
    hwc::client client{hwc::endpoint{url, "p"}, async_transport{asio::any_io_executor{asio::make_strand(*io)}},
                       hwc::token_signer{"token"}, Policy{lingering{gone.get_future().share()}}};
    auto sent = client.async_send(hwc::workspace::resend_email{.user_id = "u"}, asio::use_future);
    runs = std::thread{[&] { io->run(); }};
    end(sent);
  }
  io->stop();
  runs.join();
  io.reset();
  gone.set_value();
}

// Gives an object of which what is left after a move lingers.
struct policy_of_lingering_results {
  struct outcome {
    explicit outcome(lingering how) : last{std::move(how)} {}
    outcome(outcome&& other) noexcept : last{other.last} { other.is_left = true; }
    ~outcome() {
      if (is_left) last();
    }
    lingering last;
    bool is_left = false;
  };
  template <class T>
  outcome complete(const hwc::result<T>&) const {
    return outcome{last};
  }
  lingering last;
};

// Throws, and lingers as it is destroyed.
struct throwing_policy {
  explicit throwing_policy(lingering how) : last{std::move(how)} {}
  throwing_policy(const throwing_policy& other) : last{other.last} {}
  ~throwing_policy() {
    if (has_thrown) last();
  }
  template <class T>
  int complete(const hwc::result<T>&) const {
    has_thrown = true;
    throw 42;
  }
  lingering last;
  mutable bool has_thrown = false;
};

}  // namespace

TEST_CASE("once a future is ready nothing of a call refers to its context, be it a strand's; 1 request") {
  socket_server server;
  go_at_once<policy_of_lingering_results>(server.url(), [](auto& sent) { sent.get(); });
  CHECK(server.requests() == 1);
}

TEST_CASE("an error policy that throws: the future gets the exception when nothing refers to the context; 1 request") {
  socket_server server;
  go_at_once<throwing_policy>(server.url(), [](auto& sent) { CHECK_THROWS_AS(sent.get(), int); });
  CHECK(server.requests() == 1);
}
