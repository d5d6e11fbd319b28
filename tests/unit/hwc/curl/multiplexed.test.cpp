// SPDX-License-Identifier: BSL-1.0
#include <hwc/curl/multiplexed.hpp>

#include <hwc/beast/server.hpp>
#include <hwc/client.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/openssl/testing/authority.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/no_descriptors.hpp"
#include "support/number_from.hpp"

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using hwc::delivery;
using hwc::error_kind;
using hwc::http_method;
using hwc::steady_time;
using hwc::curl::multiplexed;
using hwc::testing::socket_server;
using hwc::testing::step;
using hwc::workspace::resend_email;
using then = step::then;
using std::chrono::steady_clock;

const std::string ok{hwc::testing::ok_answer};
const step answer_ok{.answer = ok};

hwc::http_request request_to(std::uint16_t port, http_method method = http_method::post, std::string body = "{}") {
  hwc::http_request request;
  request.method = method;
  request.origin = {.tls = false, .host = "127.0.0.1", .port = port};
  request.target = "/v2/p/users/u/resend-email";
  request.body = std::move(body);
  return request;
}

hwc::exchange_options within(std::chrono::milliseconds span) { return {.deadline = steady_clock::now() + span}; }

// What one exchange gave.
struct outcome {
  hwc::http_response response{};
  hwc::exchange_result result{};
  steady_time at{};

  [[nodiscard]] bool answered() const { return result.has_value(); }
  [[nodiscard]] hwc::transport_error error() const { return result.error(); }
};

// A multiplexer with the requests and outcomes of its slots.
class exchanges {
 public:
  explicit exchanges(std::size_t concurrency, hwc::curl::transport t = {})
      : many_{t.multiplex(concurrency)}, requests_(concurrency), outcomes_(concurrency) {}

  void start(std::size_t slot, hwc::http_request request, const hwc::exchange_options& options = within(5s)) {
    requests_[slot] = std::move(request);
    many_.start(slot, requests_[slot], outcomes_[slot].response, options);
  }

  // The slot of the next exchange that ends. Nothing after 10 s, which fails the case.
  std::size_t next() {
    auto ended = many_.next(steady_clock::now() + 10s, {});
    REQUIRE(ended);
    outcomes_[ended->slot].result = std::move(ended->outcome);
    outcomes_[ended->slot].at = steady_clock::now();
    return ended->slot;
  }
  void next(std::size_t count) {
    for (std::size_t i = 0; i != count; ++i) next();
  }

  [[nodiscard]] const outcome& of(std::size_t slot) const { return outcomes_[slot]; }

  const outcome& send(std::size_t slot, hwc::http_request request, const hwc::exchange_options& options = within(5s)) {
    start(slot, std::move(request), options);
    REQUIRE(next() == slot);
    return of(slot);
  }

  multiplexed& many() { return many_; }

 private:
  multiplexed many_;
  std::vector<hwc::http_request> requests_;
  std::vector<outcome> outcomes_;
};

// Lets the timers pass that libcurl sets when it connects, 200 ms: they too would end a pause.
void settle(exchanges& x) { CHECK_FALSE(x.many().next(steady_clock::now() + 300ms, {})); }

void check_failed(const outcome& o, error_kind kind, delivery sent) {
  REQUIRE_FALSE(o.answered());
  CAPTURE(o.error().message);
  CHECK(to_string(o.error().kind) == to_string(kind));
  CHECK(to_string(o.error().sent) == to_string(sent));
  CHECK_FALSE(o.error().message.empty());
}

std::vector<resend_email> users(std::size_t count) {
  std::vector<resend_email> all;
  for (std::size_t i = 0; i != count; ++i) all.push_back({.user_id = "u" + std::to_string(i)});
  return all;
}

auto client_of(const std::string& url, hwc::curl::transport t = {}) {
  return hwc::client{hwc::endpoint{url, "project"}, std::move(t), hwc::token_signer{"a-secret-token"},
                     hwc::return_result{}};
}

hwc::http_response no_content(const hwc::http_request&) { return {.status = 204}; }

}  // namespace

TEST_SUITE_BEGIN("curl::multiplexed");

TEST_CASE("200 operations, 16 at once: each is answered once, over 16 connections at most; 200 requests") {
  std::map<std::string, int> served;
  hwc::beast::server server{[&](const hwc::http_request& request) {
                              ++served[request.target];
                              return hwc::http_response{.status = 204};
                            },
                            "127.0.0.1", 0};
  auto client = client_of(server.url());
  std::map<std::string, int> ended;
  const auto sum = client.send_all(users(200),
                                   [&](const resend_email& op, const hwc::result<hwc::no_content>& outcome) {
                                     ended[op.user_id] += outcome ? 1 : 1000;
                                   },
                                   {.concurrency = 16});
  server.stop();
  CHECK(sum == hwc::send_all_summary{.sent = 200});
  const auto once = [](const auto& each) { return each.second == 1; };
  CHECK(ended.size() == 200);
  CHECK(std::all_of(ended.begin(), ended.end(), once));
  CHECK(served.size() == 200);
  CHECK(std::all_of(served.begin(), served.end(), once));
  CHECK(server.requests() == 200);
  CHECK(server.connections() <= 16);
}

TEST_CASE("exchanges overlap: each waits for its own answer, and ends when that comes; 3 requests") {
  socket_server slow{{{{.afterwards = then::stall}}, {{.afterwards = then::stall}}}}, quick;
  exchanges x{3};
  x.start(0, request_to(slow.port()), within(200ms));
  x.start(1, request_to(slow.port()), within(100ms));
  x.start(2, request_to(quick.port()));
  CHECK(x.next() == 2);
  CHECK(x.next() == 1);
  CHECK(x.next() == 0);
  CHECK(x.of(2).response.body == "ok");
  CHECK(slow.connections() == 2);
  CHECK(slow.requests() == 2);
  CHECK(quick.requests() == 1);
}

TEST_CASE("a connection that has become free serves any slot; 2 + 3 requests on one connection") {
  socket_server server;
  exchanges x{3};
  for (const std::size_t slot : {std::size_t{0}, std::size_t{1}, std::size_t{1}, std::size_t{2}, std::size_t{0}}) {
    CHECK(x.send(slot, request_to(server.port())).answered());
  }
  CHECK(server.requests() == 5);
  CHECK(server.connections() == 1);
}

TEST_CASE(
    "connections do not exceed the concurrency: an idle one makes room for a new one, to the same origin or not") {
  socket_server first, second;
  exchanges x{2};
  auto fresh = within(5s);
  fresh.fresh_connection = true;
  for (std::size_t round = 0; round != 3; ++round) {
    x.start(0, request_to(first.port()), fresh);
    x.start(1, request_to(first.port()), fresh);
    x.next(2);
    CHECK(first.connections() == 2 + 2 * round);
    CHECK(first.await_ends(2 * round));
  }
  CHECK(x.send(0, request_to(second.port())).answered());
  CHECK(first.await_ends(5));
  CHECK(x.send(1, request_to(first.port())).answered());
  CHECK(first.connections() == 6);
  CHECK(second.connections() == 1);
}

TEST_CASE("one exchange at a time keeps one connection: another origin's takes its place; 2 requests") {
  socket_server first, second;
  exchanges x{1};
  CHECK(x.send(0, request_to(first.port())).answered());
  CHECK(x.send(0, request_to(second.port())).answered());
  CHECK(first.await_ends(1));
  CHECK(first.requests() + second.requests() == 2);
}

TEST_CASE("no idle connections wanted: each exchange connects; 2 requests") {
  socket_server server;
  exchanges x{2, hwc::curl::transport{{.max_idle_connections = 0}}};
  CHECK(x.send(0, request_to(server.port())).answered());
  CHECK(x.send(0, request_to(server.port())).answered());
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 2);
}

TEST_CASE("kept connections were closed or reset meanwhile: the next exchanges have new ones; 1 request each") {
  for (const auto how : {then::close, then::reset}) {
    const hwc::testing::script breaks{{.answer = ok, .afterwards = how}};
    socket_server server{{breaks, breaks, breaks}};
    exchanges x{4};
    for (std::size_t slot = 0; slot != 3; ++slot) x.start(slot, request_to(server.port()));
    x.next(3);
    REQUIRE(server.await_ends(3));
    for (std::size_t slot = 0; slot != 4; ++slot) x.start(3 - slot, request_to(server.port()));
    x.next(4);
    for (std::size_t slot = 0; slot != 4; ++slot) CHECK(x.of(slot).answered());
    CHECK(server.requests() == 7);
    CHECK(server.connections() == 7);
  }
}

TEST_CASE("two kept connections were reset meanwhile: one exchange passes both over at once; 3 requests") {
  const hwc::testing::script breaks{{.answer = ok, .afterwards = then::reset}};
  socket_server server{{breaks, breaks}};
  exchanges x{2};
  for (std::size_t slot = 0; slot != 2; ++slot) x.start(slot, request_to(server.port()));
  x.next(2);
  REQUIRE(server.await_ends(2));
  CHECK(x.send(0, request_to(server.port())).answered());
  CHECK(server.requests() == 3);
  CHECK(server.connections() == 3);
}

TEST_CASE("a second answer right behind the first is not taken for that of the next exchange; 2 requests") {
  for (const std::string_view extra : {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate", "garbage"}) {
    socket_server server{{{{.answer = ok + std::string{extra}}}}};
    exchanges x{2};
    CHECK(x.send(0, request_to(server.port())).answered());
    const auto& o = x.send(1, request_to(server.port()));
    REQUIRE(o.answered());
    CHECK(o.response.body == "ok");
    CHECK(server.requests() == 2);
    CHECK(server.connections() == 2);
  }
}

TEST_CASE("an answer that nobody asked for and that comes later is not taken for that of the next exchange") {
  // Its own server, which sends it when the first answer is known to have been read.
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  REQUIRE(::listen(listener, 4) == 0);
  exchanges x{2};
  const auto port = ntohs(address.sin_port);
  const auto answer = [&] {
    const int peer = ::accept(listener, nullptr, nullptr);
    std::string in(1, '\0');
    for (std::string text; !text.ends_with("{}") && ::recv(peer, in.data(), 1, 0) == 1;) text += in;
    CHECK(::send(peer, ok.data(), ok.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(ok.size()));
    return peer;
  };
  int first = -1, second = -1;
  {
    std::jthread service{[&] { first = answer(); }};
    CHECK(x.send(0, request_to(port)).answered());
  }
  constexpr std::string_view late = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate";
  CHECK(::send(first, late.data(), late.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(late.size()));
  {
    std::jthread service{[&] { second = answer(); }};
    x.start(1, request_to(port));
    CHECK(x.next() == 1);
    // Where the exchange does not come to it, the service is released.
    if (x.of(1).response.body != "ok") ::shutdown(listener, SHUT_RDWR);
  }
  CHECK(x.of(1).answered());
  CHECK(x.of(1).response.body == "ok");
  char byte = 0;
  CHECK(::recv(first, &byte, 1, 0) <= 0);  // libcurl has closed it, and sent nothing more on it
  for (const int each : {listener, first, second}) ::close(each);
}

TEST_CASE("a used connection breaks after the request was read: unknown, and the request arrived once") {
  struct {
    http_method method;
    std::string_view body;
  } const kinds[] = {{http_method::get, ""}, {http_method::post, ""}, {http_method::post, "{}"}};
  for (const auto how : {then::close, then::reset}) {
    for (const auto& each : kinds) {
      socket_server server{{{answer_ok, {.afterwards = how}}}};
      exchanges x{2};
      CHECK(x.send(0, request_to(server.port(), each.method, std::string{each.body})).answered());
      const auto& o = x.send(1, request_to(server.port(), each.method, std::string{each.body}));
      check_failed(o, error_kind::connection, delivery::unknown);
      CHECK(o.error().retryable);
      CHECK(server.requests() == 2);
      CHECK(server.connections() == 1);
    }
  }
}

TEST_CASE("one of two kept connections breaks after the request was read: it is not sent over the other; 3 requests") {
  for (const bool http2 : {true, false}) {
    for (const auto method : {http_method::get, http_method::post}) {
      const hwc::testing::script breaks{answer_ok, {.afterwards = then::close}};
      socket_server server{{breaks, breaks}};
      exchanges x{2, hwc::curl::transport{{.http2 = http2}}};
      for (std::size_t slot = 0; slot != 2; ++slot) x.start(slot, request_to(server.port()));
      x.next(2);
      REQUIRE(server.connections() == 2);
      check_failed(x.send(0, request_to(server.port(), method, "")), error_kind::connection, delivery::unknown);
      CHECK(server.requests() == 3);
      CHECK(server.connections() == 2);
    }
  }
}

TEST_CASE("each fault has the verdict that the blocking transport gives; 1 request") {
  const std::string head = "HTTP/1.1 202 Accepted\r\nContent-Length: 5\r\n\r\n";
  const step faults[] = {
      {.afterwards = then::close},
      {.afterwards = then::stall},
      {.answer = "garbage\r\n\r\n", .afterwards = then::close},
      {.answer = "<html>HTTP/0.9</html>", .afterwards = then::close},
      {.answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"},
      {.answer = head.substr(0, 5), .afterwards = then::close},
      {.answer = head.substr(0, head.size() - 1), .afterwards = then::close},
      {.answer = head, .afterwards = then::close},
      {.answer = head + "hel", .afterwards = then::close},
      {.answer = head + "hel", .afterwards = then::stall},
      {.answer = head + "hello"},
      {.answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok"},
      {.answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n"},
      {.answer = "HTTP/1.1 200 OK\r\nContent-Length: 70\r\n\r\n" + std::string(70, 'b')},
      {.answer = "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
       .afterwards = then::close,
       .read = 1},
  };
  for (const auto& fault : faults) {
    CAPTURE(fault.answer);
    socket_server one{{{fault}}}, other{{{fault}}};
    auto options = within(150ms);
    options.response_limit = 50;
    outcome blocking;
    blocking.result = hwc::curl::transport{}.send(request_to(one.port()), blocking.response, options);
    options.deadline = steady_clock::now() + 150ms;
    const auto o = [&] {
      exchanges x{2};
      return x.send(0, request_to(other.port()), options);
    }();
    REQUIRE(o.answered() == blocking.answered());
    CHECK(one.await_no_connections());
    CHECK(other.await_no_connections());
    for (const auto* server : {&one, &other}) {
      // Whether the body was sent when an early answer came is a matter of chance.
      CHECK(server->requests() <= 1);
      if (fault.read == step::whole) CHECK(server->requests() == 1);
    }
    if (o.answered()) {
      CHECK(o.response.status == blocking.response.status);
      CHECK(o.response.body == blocking.response.body);
      CHECK(o.response.truncated == blocking.response.truncated);
    } else {
      check_failed(o, blocking.error().kind, blocking.error().sent);
      CHECK(o.error().retryable == blocking.error().retryable);
      CHECK(o.error().status == blocking.error().status);
      CHECK(o.error().cause == blocking.error().cause);
    }
  }
}

TEST_CASE("refused: not sent, retryable, cause ECONNREFUSED; the others go on; 1 request") {
  socket_server port;
  port.refuse();  // nobody listens, and nobody else gets the port
  socket_server server;
  exchanges x{2};
  x.start(0, request_to(port.port()));
  x.start(1, request_to(server.port()));
  x.next(2);
  check_failed(x.of(0), error_kind::connection, delivery::not_sent);
  CHECK(x.of(0).error().retryable);
  CHECK(x.of(0).error().cause == std::errc::connection_refused);
  CHECK(x.of(1).answered());
  CHECK(server.requests() == 1);
}

TEST_CASE("large bodies reset before their last byte: not sent; 0 requests") {
  const hwc::testing::script breaks{{.afterwards = then::reset, .read = 100'000}};
  socket_server server{{breaks, breaks}};
  exchanges x{2};
  for (std::size_t slot = 0; slot != 2; ++slot) {
    x.start(slot, request_to(server.port(), http_method::post, std::string(20'000'000, 'x')));
  }
  x.next(2);
  for (std::size_t slot = 0; slot != 2; ++slot) {
    check_failed(x.of(slot), error_kind::connection, delivery::not_sent);
  }
  CHECK(server.requests() == 0);
}

TEST_CASE("requests that cannot begin: told by `next`, not sent; 0 requests") {
  socket_server server;
  exchanges x{3};
  std::stop_source source;
  source.request_stop();
  auto stopped = within(5s);
  stopped.stop = source.get_token();
  auto bad = request_to(server.port());
  bad.target = "no-slash";
  x.start(0, bad);
  x.start(1, request_to(server.port()), stopped);
  x.start(2, request_to(server.port()), within(-1ms));
  for (const std::size_t slot : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) CHECK(x.next() == slot);
  check_failed(x.of(0), error_kind::invalid_argument, delivery::not_sent);
  check_failed(x.of(1), error_kind::cancelled, delivery::not_sent);
  check_failed(x.of(2), error_kind::timeout, delivery::not_sent);
  CHECK(server.connections() == 0);
}

TEST_CASE("no descriptor left: not sent, not retryable, cause EMFILE, and it works again afterwards; 0 requests then") {
  socket_server server;
  exchanges fresh{2}, used{2};
  CHECK(used.send(0, request_to(server.port())).answered());
  auto options = within(5s);
  options.fresh_connection = true;
  for (auto* x : {&fresh, &used}) {
    const auto before = server.requests();
    std::optional<support::no_descriptors> none{std::in_place};
    x->start(1, request_to(server.port()), options);
    const auto ended = x->next();
    none.reset();
    REQUIRE(ended == 1);
    check_failed(x->of(1), error_kind::connection, delivery::not_sent);
    CHECK_FALSE(x->of(1).error().retryable);
    if (support::slowed_by() == 1) CHECK(x->of(1).error().cause == std::errc::too_many_files_open);
    CHECK(server.requests() == before);
    CHECK(x->send(1, request_to(server.port())).answered());
  }
}

TEST_CASE("a deadline ends its own exchange on time, and no other") {
  socket_server silent{{{{.afterwards = then::stall}}}}, server;
  exchanges x{3};
  const auto deadline = steady_clock::now() + 100ms;
  x.start(0, request_to(silent.port()), {.deadline = deadline});
  x.start(1, request_to(server.port()));
  x.start(2, request_to(server.port()));
  std::size_t answered = 0;
  for (bool over = false; !over;) {
    const auto slot = x.next();
    over = slot == 0;
    if (over) break;
    CHECK(x.of(slot).answered());
    ++answered;
    if (answered < 200) x.start(slot, request_to(server.port()));
  }
  check_failed(x.of(0), error_kind::timeout, delivery::unknown);
  CHECK(x.of(0).at >= deadline);
  CHECK(x.of(0).at < deadline + 1s);
  CHECK(answered > 2);
  CHECK(silent.requests() == 1);
  CHECK(server.connections() == 2);
}

TEST_CASE("a late answer to an exchange that timed out goes to no other; 2 requests on 2 connections") {
  socket_server server{{{{.afterwards = then::stall}}}};
  exchanges x{2};
  check_failed(x.send(0, request_to(server.port()), within(50ms)), error_kind::timeout, delivery::unknown);
  CHECK(x.send(1, request_to(server.port())).answered());
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 2);
}

TEST_CASE("the stop token of one exchange: cancelled, unknown, at once; the other is answered") {
  socket_server silent{{{{.afterwards = then::stall}}}}, server;
  exchanges x{2};
  std::stop_source source;
  auto options = within(5s);
  options.stop = source.get_token();
  x.start(0, request_to(silent.port()), options);
  settle(x);
  steady_time asked{};
  std::jthread other{[&] {
    silent.await_requests(1);
    asked = steady_clock::now();
    source.request_stop();
  }};
  CHECK(x.next() == 0);
  other.join();
  check_failed(x.of(0), error_kind::cancelled, delivery::unknown);
  CHECK_FALSE(x.of(0).error().retryable);
  CHECK(x.of(0).at - asked < 1s);
  CHECK(x.send(1, request_to(server.port())).answered());
  CHECK(x.send(0, request_to(silent.port())).answered());
  CHECK(silent.connections() == 2);
}

TEST_CASE("`next` gives nothing when its time comes or its token asks; what is under way goes on") {
  socket_server silent{{{{.afterwards = then::stall}}}};
  exchanges x{1};
  auto& many = x.many();
  const auto start = steady_clock::now();
  CHECK_FALSE(many.next(start + 20ms, {}));
  CHECK(steady_clock::now() >= start + 20ms);
  CHECK_FALSE(many.next(steady_time::max(), {}));  // nothing could ever end it
  x.start(0, request_to(silent.port()));
  settle(x);
  CHECK_FALSE(many.next(steady_time::min(), {}));
  std::stop_source source;
  std::jthread other{[&] {
    silent.await_requests(1);
    source.request_stop();
  }};
  CHECK_FALSE(many.next(steady_time::max(), source.get_token()));
  CHECK(source.stop_requested());
  CHECK_FALSE(many.next(steady_time::max(), source.get_token()));
  silent.stop();
  CHECK(x.next() == 0);
  check_failed(x.of(0), error_kind::connection, delivery::unknown);
  CHECK_FALSE(many.next(steady_time::max(), source.get_token()));
}

TEST_CASE("destroyed with exchanges under way: their connections are closed") {
  const hwc::testing::script silent{{}};  // no answer, but it listens
  socket_server server{{silent, silent, silent}};
  {
    exchanges x{3};
    for (std::size_t slot = 0; slot != 3; ++slot) x.start(slot, request_to(server.port()));
    while (server.connections() < 3) CHECK_FALSE(x.many().next(steady_clock::now() + 1ms, {}));
  }
  CHECK(server.await_ends(3));
}

TEST_CASE("moved with exchanges under way, after its transport is gone: they end as if nothing had happened") {
  socket_server server;
  auto request = request_to(server.port());
  hwc::http_response first, second;
  std::optional<multiplexed> many{hwc::curl::transport{}.multiplex(2)};
  many->start(0, request, first, within(5s));
  static_cast<void>(many->next(steady_time::min(), {}));
  multiplexed moved{std::move(*many)};
  many.reset();
  moved.start(1, request, second, within(5s));
  for (int i = 0; i != 2; ++i) CHECK(moved.next(steady_time::max(), {}));
  CHECK(first.body == "ok");
  CHECK(second.body == "ok");
  CHECK(server.requests() == 2);
}

TEST_CASE("over TLS: each answered once, connections reused; a certificate of a stranger: tls, not sent") {
  hwc::openssl::testing::authority ca, other{"another authority"};
  const auto id = ca.issue({"127.0.0.1"});
  hwc::beast::server server{no_content, "127.0.0.1", 0,
                            hwc::beast::server_tls{id.certificate_chain_pem, id.private_key_pem}};
  auto client = client_of(server.url(), hwc::curl::transport{{.ca_file = ca.file()}});
  CHECK(client.send_all(users(40), [](const auto&, const auto&) {}, {.concurrency = 4}).sent == 40);
  CHECK(server.requests() == 40);
  CHECK(server.connections() <= 4);
  exchanges x{1, hwc::curl::transport{{.ca_file = other.file()}}};
  auto request = request_to(server.port());
  request.origin.tls = true;
  check_failed(x.send(0, request), error_kind::tls, delivery::not_sent);
  CHECK(server.requests() == 40);
}

TEST_SUITE_END();
