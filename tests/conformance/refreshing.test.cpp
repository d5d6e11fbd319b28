// SPDX-License-Identifier: BSL-1.0
#include <hwc/signers/refreshing.hpp>

#include <hwc/beast/async_transport.hpp>
#include <hwc/beast/server.hpp>
#include <hwc/client.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <doctest/doctest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// Many calls at once on one thread, over a real socket, whose credentials have to be fetched first: the thread must
// never wait, and one exchange must serve them all.

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using hwc::delivery;
using hwc::error_kind;
using hwc::workspace::resend_email;
using outcome = hwc::result<hwc::no_content>;

constexpr std::size_t call_count = 8;

// Asks the server for a token, which lives for an hour.
class token_source : public hwc::credentials::token_source {
 public:
  explicit token_source(std::uint16_t port) : port_{port} {}
  [[nodiscard]] std::unique_ptr<hwc::credentials::fetch<hwc::secret>> begin() const override {
    return std::make_unique<run>(port_);
  }

 private:
  struct run final : hwc::credentials::fetch<hwc::secret> {
    explicit run(std::uint16_t port) {
      request_.method = hwc::http_method::post;
      request_.origin = {.tls = false, .host = "127.0.0.1", .port = port};
      request_.target = "/token";
    }
    hwc::errand_action start(hwc::moment) override { return hwc::errand_action::send; }
    hwc::errand_action answered(const hwc::http_response& answer, hwc::moment now) override {
      if (answer.status != 200) return lacking("no token");
      return found({.value = hwc::secret{answer.body}, .expires_at = now.wall + 1h});
    }
    hwc::errand_action failed(const hwc::transport_error&, hwc::moment) override { return lacking("no token"); }
  };
  std::uint16_t port_;
};

// Gives tokens that are numbered, the first once the gate is open, and resends emails for the good ones.
class service {
 public:
  hwc::http_response operator()(const hwc::http_request& request) const {
    auto& s = *state_;
    if (request.target == "/token") {
      {
        const std::lock_guard lock{s.mutex};
        ++s.asked;
      }
      s.gate.wait_for(10s);
      const std::lock_guard lock{s.mutex};
      return {.status = 200, .body = "token-" + std::to_string(++s.given)};
    }
    const std::lock_guard lock{s.mutex};
    const auto token = request.headers.find("X-Auth-Token").value_or("");
    if (token == s.bad) {
      ++s.refused;
      return {.status = 401, .body = R"({"error_code":"APIG.0307"})"};
    }
    if (s.throttles) {
      ++s.throttled;
      hwc::http_response answer{.status = 429};
      answer.headers.add("Retry-After", "3");
      return answer;
    }
    ++s.emails[std::string{request.target}];
    return {.status = 204};
  }

  template <class F>
  auto with(F f) const {
    const std::lock_guard lock{state_->mutex};
    return f(*state_);
  }
  void open() const { state_->open.set_value(); }

  // Emails asked for, if none was asked for twice.
  [[nodiscard]] std::size_t emails() const {
    return with([](const auto& s) {
      std::size_t count = 0;
      for (const auto& [target, times] : s.emails) count += times == 1 ? 1u : 1000u;
      return count;
    });
  }

 private:
  struct shared {
    std::mutex mutex;
    std::promise<void> open;
    std::shared_future<void> gate = open.get_future().share();
    int asked = 0, given = 0;  // tokens
    int refused = 0, throttled = 0;
    bool throttles = false;
    std::string bad{};
    std::map<std::string, int> emails{};
  };
  std::shared_ptr<shared> state_ = std::make_shared<shared>();
};

// A client whose calls all go on one thread.
class world {
 public:
  world() : client_{{server_.url(), "p"}, hwc::beast::async_transport{io_}, signer{token_source{server_.port()}}} {}
  ~world() {
    busy_.reset();
    io_.stop();
    thread_.join();
  }

  // Begins call number `i` on the thread of the context.
  void send(std::size_t i) {
    run([this, i] {
      client_.async_send(resend_email{.user_id = "u" + std::to_string(i)}, {.timeout = 60s},
                         asio::bind_cancellation_slot(calls[i].signal.slot(), [this, i](outcome told) {
                           ended_.push_back(i);
                           calls[i].told.set_value(std::move(told));
                         }));
    });
  }
  // Runs on the thread of the context, which therefore must not be held up, and waits until that was done.
  template <class F>
  void run(F f) {
    std::promise<void> done;
    asio::post(io_, [&] {
      f();
      done.set_value();
    });
    REQUIRE(done.get_future().wait_for(5s) == std::future_status::ready);
  }
  void cancel(std::size_t i) {
    run([&] { calls[i].signal.emit(asio::cancellation_type::terminal); });
  }
  outcome await(std::size_t i) {
    auto told = calls[i].told.get_future();
    REQUIRE(told.wait_for(10s) == std::future_status::ready);
    return told.get();
  }
  template <class F>
  void await_service(F reached) {
    const auto limit = std::chrono::steady_clock::now() + 5s;
    while (!at.with(reached) && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
    REQUIRE(at.with(reached));
  }
  std::vector<std::size_t> ended() {
    std::vector<std::size_t> copy;
    run([&] { copy = ended_; });
    return copy;
  }

  struct each {
    asio::cancellation_signal signal{};
    std::promise<outcome> told{};
  };
  service at;
  std::vector<each> calls{call_count};

 private:
  using signer = hwc::refreshing_signer<hwc::token_signer>;

  hwc::beast::server server_{at, "127.0.0.1", 0};
  std::vector<std::size_t> ended_;  // of the calls, in order
  asio::io_context io_{1};
  hwc::client<hwc::beast::async_transport, signer, hwc::return_result> client_;
  asio::executor_work_guard<asio::io_context::executor_type> busy_{io_.get_executor()};
  std::thread thread_{[this] { io_.run(); }};
};

const auto one_asked = [](const auto& s) { return s.asked == 1; };

}  // namespace

TEST_SUITE_BEGIN("refreshing_signer, asynchronous");

TEST_CASE("8 calls at once without a token: one is fetched for all while the thread is free; 1 + 8 requests") {
  world w;
  for (std::size_t i = 0; i != call_count; ++i) w.send(i);
  w.await_service(one_asked);
  CHECK(w.ended().empty());
  CHECK(w.at.emails() == 0);
  w.at.open();
  for (std::size_t i = 0; i != call_count; ++i) CHECK(w.await(i));
  CHECK(w.at.emails() == call_count);
  CHECK(w.at.with(one_asked));
}

TEST_CASE(
    "one that waits for the token is cancelled: it ends at once, not sent, and the others go on; 1 + 7 requests") {
  world w;
  for (std::size_t i = 0; i != call_count; ++i) w.send(i);
  w.await_service(one_asked);
  w.cancel(3);
  const auto gone = w.await(3);
  REQUIRE_FALSE(gone);
  CHECK(gone.error().kind == error_kind::cancelled);
  CHECK(gone.error().sent == delivery::not_sent);
  CHECK(w.ended() == std::vector<std::size_t>{3});
  w.at.open();
  for (std::size_t i = 0; i != call_count; ++i) {
    if (i != 3) CHECK(w.await(i));
  }
  CHECK(w.at.emails() == call_count - 1);
  CHECK(w.at.with(one_asked));
}

TEST_CASE("the one that fetches is cancelled: another one fetches for the rest; 2 + 7 requests") {
  world w;
  for (std::size_t i = 0; i != call_count; ++i) w.send(i);
  w.await_service(one_asked);
  w.cancel(0);
  const auto gone = w.await(0);
  REQUIRE_FALSE(gone);
  CHECK(gone.error().kind == error_kind::cancelled);
  CHECK(gone.error().sent == delivery::not_sent);
  w.at.open();
  for (std::size_t i = 1; i != call_count; ++i) CHECK(w.await(i));
  CHECK(w.at.emails() == call_count - 1);
  CHECK(w.at.with([](const auto& s) { return s.asked == 2; }));
}

TEST_CASE("the token has expired at the service: 8 calls are refused and one fetches anew; 2 tokens, 8 emails") {
  world w;
  w.at.open();
  w.at.with([](auto& s) { s.bad = "token-1"; });
  for (std::size_t i = 0; i != call_count; ++i) w.send(i);
  for (std::size_t i = 0; i != call_count; ++i) CHECK(w.await(i));
  CHECK(w.at.emails() == call_count);
  CHECK(w.at.with([](const auto& s) { return s.given; }) == 2);
  const auto refused = w.at.with([](const auto& s) { return s.refused; });
  CHECK(refused >= 1);
  CHECK(refused <= static_cast<int>(call_count));
}

TEST_CASE("a call that is throttled pauses without the thread: the next is answered meanwhile; 1 + 1 + 1 requests") {
  world w;
  w.at.open();
  w.at.with([](auto& s) { s.throttles = true; });
  w.send(0);
  w.await_service([](const auto& s) { return s.throttled == 1; });
  w.at.with([](auto& s) { s.throttles = false; });
  w.send(1);
  CHECK(w.await(1));
  CHECK(w.ended() == std::vector<std::size_t>{1});
  w.cancel(0);
  const auto gone = w.await(0);
  REQUIRE_FALSE(gone);
  CHECK(gone.error().kind == error_kind::cancelled);
  CHECK(gone.error().attempts == 1);
  CHECK(w.at.emails() == 1);
}

TEST_SUITE_END();
