// SPDX-License-Identifier: BSL-1.0
#include <hwc/curl/detail/open_sockets.hpp>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace {

using hwc::curl::detail::open_sockets;

// A descriptor, which it closes.
class descriptor {
 public:
  explicit descriptor(int number) : number_{number} { REQUIRE(number >= 0); }
  descriptor(descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  descriptor& operator=(descriptor&&) = delete;
  ~descriptor() { close(); }

  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

// A socket on loopback, on a port that the system chooses or that is given.
descriptor bound(int family, int port = 0) {
  descriptor made{::socket(family, SOCK_STREAM, 0)};
  const int on = 1;
  ::setsockopt(made.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (family == AF_INET6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(static_cast<in_port_t>(port));
    address.sin6_addr = in6addr_loopback;
    REQUIRE(::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  } else {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<in_port_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  return made;
}

int port_of(const descriptor& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  REQUIRE(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

// Two ends of a connection.
struct connection {
  descriptor ours;
  descriptor peer;
  int port;

  void say(char byte) const { REQUIRE(::send(peer.get(), &byte, 1, 0) == 1); }
};

connection connected(int family = AF_INET) {
  auto listener = bound(family);
  REQUIRE(::listen(listener.get(), 1) == 0);
  descriptor ours{::socket(family, SOCK_STREAM, 0)};
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  REQUIRE(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  REQUIRE(::connect(ours.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
  descriptor peer{::accept(listener.get(), nullptr, nullptr)};
  const int port = port_of(ours);
  return {std::move(ours), std::move(peer), port};
}

}  // namespace

TEST_SUITE_BEGIN("curl::detail::open_sockets");

TEST_CASE("a connection is found by its local port, over IPv4 and IPv6") {
  const auto first = connected();
  const auto second = connected(AF_INET6);
  open_sockets all;
  all.add(first.ours.get());
  all.add(second.ours.get());
  CHECK(all.enter(first.port, true) == 0);
  CHECK(all.enter(second.port, true) == 1);
}

TEST_CASE("a connection that is not known is used only by the exchange it was opened for, and has no place") {
  const auto c = connected();
  open_sockets all;
  CHECK(all.enter(c.port, true) == open_sockets::nowhere);
  CHECK_FALSE(all.enter(c.port, false));
}

TEST_CASE("a kept connection is used while it is quiet: not after a byte came in, and not after its end") {
  auto said = connected();
  auto ended = connected();
  open_sockets all;
  for (const auto* c : {&said, &ended}) {
    all.add(c->ours.get());
    const auto place = all.enter(c->port, false);
    REQUIRE(place);
    all.leave(*place);
  }
  said.say('x');
  CHECK_FALSE(all.enter(said.port, false));
  ended.peer.close();
  CHECK_FALSE(all.enter(ended.port, false));
  // What is new is taken as it is.
  CHECK(all.enter(said.port, true) == 0);
}

TEST_CASE("a connection that others use may have something to read, but must be open") {
  auto c = connected();
  open_sockets all;
  all.add(c.ours.get());
  const auto first = all.enter(c.port, true);
  REQUIRE(first == 0);
  c.say('x');
  const auto second = all.enter(c.port, false);
  CHECK(second == 0);
  // While one of them still has it.
  all.leave(*first);
  const auto third = all.enter(c.port, false);
  CHECK(third == 0);
  all.leave(*second);
  all.leave(*third);
  CHECK_FALSE(all.enter(c.port, false));
  REQUIRE(all.enter(c.port, true) == 0);
  c.peer.close();
  CHECK_FALSE(all.enter(c.port, false));
}

TEST_CASE("more have left than came: the connection is at rest; and from nowhere nobody leaves") {
  const auto c = connected();
  open_sockets all;
  all.leave(open_sockets::nowhere);
  all.add(c.ours.get());
  const auto place = all.enter(c.port, true);
  REQUIRE(place == 0);
  all.leave(*place);
  all.leave(*place);
  c.say('x');
  CHECK_FALSE(all.enter(c.port, false));
}

TEST_CASE("two connections from one port: no place, and used only if both are quiet") {
  const auto four = connected();
  // The same number over IPv6 is another port.
  const auto six = bound(AF_INET6, four.port);
  open_sockets all;
  all.add(four.ours.get());
  all.add(six.get());
  CHECK(all.enter(four.port, true) == open_sockets::nowhere);
  // The bound one is not connected, so it is not quiet.
  CHECK_FALSE(all.enter(four.port, false));
}

TEST_CASE("two quiet connections from one port: no place, but they may be used") {
  const auto listener = bound(AF_INET6);
  REQUIRE(::listen(listener.get(), 1) == 0);
  const auto four = connected();
  const auto six = bound(AF_INET6, four.port);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(static_cast<in_port_t>(port_of(listener)));
  address.sin6_addr = in6addr_loopback;
  REQUIRE(::connect(six.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  open_sockets all;
  all.add(four.ours.get());
  all.add(six.get());
  CHECK(all.enter(four.port, false) == open_sockets::nowhere);
  // A byte on the first is enough, also where the second is quiet.
  four.say('x');
  CHECK_FALSE(all.enter(four.port, false));
}

TEST_CASE("a socket whose number comes again is a new one") {
  auto c = connected();
  open_sockets all;
  all.add(c.ours.get());
  REQUIRE(all.enter(c.port, true) == 0);
  all.go_away(0, 5);
  const int number = c.ours.get();
  const auto other = connected();
  REQUIRE(::dup2(other.ours.get(), number) == number);
  // Until it is said again, the number stands for the old port, which it no longer has.
  CHECK(all.enter(c.port, true) == open_sockets::nowhere);
  all.add(number);
  CHECK_FALSE(all.last_stream(0));
  CHECK(all.enter(other.port, false) == 0);
  // It took the place of the old one and is not used by others: a byte is one too many.
  all.leave(0);
  other.say('x');
  CHECK_FALSE(all.enter(other.port, false));
}

TEST_CASE("a socket that was closed has no port") {
  auto c = connected();
  open_sockets all;
  all.add(c.ours.get());
  c.ours.close();
  CHECK_FALSE(all.enter(c.port, false));
  CHECK(all.enter(c.port, true) == open_sockets::nowhere);
}

TEST_CASE("the last stream that a peer will process is the lowest it said; of no place nothing is known") {
  open_sockets all;
  all.add(0);
  all.add(1);
  CHECK_FALSE(all.last_stream(0));
  all.go_away(0, 7);
  CHECK(all.last_stream(0) == 7);
  all.go_away(0, 3);
  CHECK(all.last_stream(0) == 3);
  all.go_away(0, 9);
  CHECK(all.last_stream(0) == 3);
  CHECK_FALSE(all.last_stream(1));
  all.go_away(open_sockets::nowhere, 1);
  CHECK_FALSE(all.last_stream(open_sockets::nowhere));
}

TEST_SUITE_END();
