// SPDX-License-Identifier: BSL-1.0
#include <hwc/testing/socket_server.hpp>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "support/no_descriptors.hpp"
#include "support/number_from.hpp"

using hwc::testing::ok_answer;
using hwc::testing::socket_server;
using then = hwc::testing::step::then;

namespace {

bool connects(int socket, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

// A raw client; its calls give up after 5 s.
class client {
 public:
  explicit client(std::uint16_t port) : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    const timeval patience{5, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = connects(socket_, port);
  }
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  ~client() { ::close(socket_); }

  [[nodiscard]] bool connected() const { return connected_; }
  void send(std::string_view text) const { ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL); }

  // Reads so many bytes, or up to the end, which shows as "|", or a reset, which shows as "!".
  [[nodiscard]] std::string receive(std::size_t size) const {
    std::string got;
    char buffer[4096];
    while (got.size() < size) {
      const auto n = ::recv(socket_, buffer, std::min(sizeof buffer, size - got.size()), 0);
      if (n <= 0) return got + (n == 0 ? "|" : errno == ECONNRESET ? "!" : "?");
      got.append(buffer, static_cast<std::size_t>(n));
    }
    return got;
  }

  // What the connection broke with, as errno has it; 0: it did not.
  [[nodiscard]] int failure() const {
    int why = 0;
    socklen_t size = sizeof why;
    return ::getsockopt(socket_, SOL_SOCKET, SO_ERROR, &why, &size) == 0 ? why : errno;
  }

 private:
  int socket_;
  bool connected_ = false;
};

const std::string request = "POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}";
const std::string echo_answer = "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n{}";

}  // namespace

TEST_CASE("a request counts when its last byte came, whichever way it is cut; 2 requests") {
  socket_server server;
  const client c{server.port()};
  c.send(request.substr(0, 10));
  c.send(request.substr(10, request.size() - 11));
  CHECK(server.await_connections(1));
  CHECK(server.requests() == 0);
  c.send(request.substr(request.size() - 1) + request);
  CHECK(c.receive(2 * ok_answer.size()) == std::string{ok_answer} + std::string{ok_answer});
  CHECK(server.requests() == 2);
  CHECK(server.request(0) == request);
  CHECK(server.request(1) == request);
  CHECK(server.request(2).empty());
  CHECK(server.connections() == 1);
}

TEST_CASE("the script of each connection, step by step, then `otherwise`; 4 requests") {
  socket_server server{
      {{{.answer = "first"}, {.answer = "second", .afterwards = then::close}}, {{.afterwards = then::reset}}},
      {.echo = true}};
  const client one{server.port()};
  one.send(request);
  CHECK(one.receive(5) == "first");
  one.send(request);
  CHECK(one.receive(7) == "second|");
  const client two{server.port()};
  two.send(request);
  CHECK(two.receive(1) == "!");
  const client three{server.port()};
  three.send(request);
  CHECK(three.receive(echo_answer.size()) == echo_answer);
  CHECK(server.requests() == 4);
  CHECK(server.connections() == 3);
  CHECK(server.await_ends(2));
}

TEST_CASE("a step that reads a part: acts then, calls `meanwhile` first, and counts nothing") {
  std::string seen;
  socket_server server{
      {{{.answer = "early", .afterwards = then::close, .read = 4, .meanwhile = [&] { seen = "called"; }}},
       {{.answer = "at once", .afterwards = then::close, .read = 0}}}};
  const client one{server.port()};
  one.send("POS");
  CHECK(server.await_connections(1));
  one.send("T /");
  CHECK(one.receive(6) == "early|");
  CHECK(seen == "called");
  const client two{server.port()};
  CHECK(two.receive(8) == "at once|");
  CHECK(server.requests() == 0);
}

TEST_CASE("a late answer goes out when another request is complete, on its own connection or another; 4 requests") {
  socket_server server;
  for (const bool same : {true, false}) {
    server.play({{{.answer = "late.", .late = true}}});
    const client one{server.port()};
    const client two{server.port()};
    one.send(request);
    CHECK(server.await_requests(1));
    if (same) {
      one.send(request);
      CHECK(one.receive(5 + ok_answer.size()) == "late." + std::string{ok_answer});
    } else {
      two.send(request);
      CHECK(two.receive(ok_answer.size()) == ok_answer);
      CHECK(one.receive(5) == "late.");
    }
    CHECK(server.requests() == 2);
  }
}

TEST_CASE("`play` drops connections and counts; `refuse` lets nobody in; `stop` keeps the counts") {
  socket_server server;
  const client one{server.port()};
  one.send(request);
  CHECK(one.receive(ok_answer.size()) == ok_answer);
  server.play({});
  CHECK(one.receive(1) == "|");
  CHECK(server.requests() == 0);
  CHECK(server.connections() == 0);
  const client two{server.port()};
  two.send(request);
  CHECK(two.receive(ok_answer.size()) == ok_answer);
  server.refuse();
  CHECK_FALSE(client{server.port()}.connected());
  CHECK(server.requests() == 1);
  server.play({});
  CHECK(client{server.port()}.connected());
  CHECK(server.url() == "http://127.0.0.1:" + std::to_string(server.port()));
  server.stop();
  server.stop();
  CHECK_FALSE(client{server.port()}.connected());
}

TEST_CASE("`hang_up` drops the connections that there are, stalled ones too, and plays on; 3 requests") {
  socket_server server{{{{.afterwards = then::stall}}, {{}}, {{.answer = "third"}}}};
  const client stalled{server.port()};
  stalled.send(request);
  CHECK(server.await_requests(1));
  const client silent{server.port()};
  silent.send(request);
  CHECK(server.await_requests(2));
  server.hang_up();
  CHECK(stalled.receive(1) == "|");
  CHECK(silent.receive(1) == "|");
  CHECK(server.await_ends(2));
  const client next{server.port()};
  next.send(request);
  CHECK(next.receive(5) == "third");
  CHECK(server.requests() == 3);
  server.stop();
  server.hang_up();
  server.play({});
  const client last{server.port()};
  last.send(request);
  CHECK(last.receive(ok_answer.size()) == ok_answer);
}

TEST_CASE("`drop`: what is written then fails as where a process has died; 0 requests") {
  socket_server server{{{{.afterwards = then::drop, .read = 1}}}};
  const client c{server.port()};
  c.send("P");
  CHECK(server.await_ends(1));
  CHECK(c.failure() == EPIPE);
  CHECK(server.requests() == 0);
}

TEST_CASE("`another` is a second server: its own port and counts") {
  socket_server server;
  const auto other = server.another();
  REQUIRE(other != nullptr);
  CHECK(other->origin().port != server.port());
  const client c{other->origin().port};
  c.send(request);
  CHECK(c.receive(ok_answer.size()) == ok_answer);
  CHECK(other->requests() == 1);
  CHECK(server.requests() == 0);
}

TEST_CASE("without a descriptor left, the server waits and does not spin; then it lets the client in; 1 request") {
  socket_server server;
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit few{std::min<rlim_t>(before.rlim_cur, 128), before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &few) == 0);
  const auto c = std::make_unique<const client>(server.port());
  CHECK(server.await_connections(1));
  const int waiting = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::vector<int> taken;
  for (int next = ::dup(waiting); next >= 0; next = ::dup(waiting)) taken.push_back(next);
  const bool connected = connects(waiting, server.port());
  const auto used = std::clock();
  ::poll(nullptr, 0, 300);
  const auto spent = std::clock() - used;
  c->send(request);
  const auto answer = c->receive(ok_answer.size());
  for (const int each : taken) ::close(each);
  ::setrlimit(RLIMIT_NOFILE, &before);
  CHECK(connected);
  CHECK_MESSAGE(spent < CLOCKS_PER_SEC / 20, "of 300 ms it spent " << spent << " clocks");
  CHECK(answer == ok_answer);
  // Valgrind has the system accept it, and closes what is beyond the limit itself.
  if (support::slowed_by() == 1) CHECK(server.await_connections(2));
  CHECK(server.requests() == 1);
  ::close(waiting);
}

TEST_CASE("`await_no_connections` waits for a client too that is not let in yet") {
  socket_server server;
  const int waiting = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::optional<support::no_descriptors> none{std::in_place};
  const bool connected = connects(waiting, server.port());
  bool ended = false;
  std::size_t seen = 0;
  std::thread observer{[&] {
    ended = server.await_no_connections();
    seen = server.connections();
  }};
  ::poll(nullptr, 0, 20);
  none.reset();
  CHECK(server.await_connections(1));
  ::close(waiting);
  observer.join();
  CHECK(connected);
  CHECK(ended);
  CHECK(seen == 1);
}
