// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_SILENT_PORT_HPP
#define HWC_TESTS_SUPPORT_SILENT_PORT_HPP

#include <hwc/testing/detail/complete_request.hpp>

#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace support {

// A port of this machine that says nothing: connecting gets no answer, as its queue is full, or it connects.
class silent_port {
 public:
  enum class connects : bool { no, yes };

  explicit silent_port(connects how = connects::no, in_addr_t at = INADDR_LOOPBACK, std::uint16_t port = 0) {
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockets_.push_back(listener);
    const int yes = 1;
    ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(at);
    address.sin_port = htons(port);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listener, generic, size) == 0);
    REQUIRE(::listen(listener, how == connects::yes ? 16 : 0) == 0);
    REQUIRE(::getsockname(listener, generic, &size) == 0);
    port_ = ntohs(address.sin_port);
    for (int i = 0; i != 4 && how == connects::no; ++i) {
      sockets_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      static_cast<void>(::connect(sockets_.back(), generic, size));
    }
  }
  silent_port(const silent_port&) = delete;
  silent_port& operator=(const silent_port&) = delete;
  ~silent_port() { close(); }

  void close() {
    for (const int each : sockets_) ::close(each);
    sockets_.clear();
  }
  // Complete requests that came over connections whose clients are gone: of this port nobody reads them before.
  [[nodiscard]] std::size_t requests() {
    std::size_t count = 0;
    for (int s = 0; !sockets_.empty() && (s = ::accept4(sockets_[0], nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
      std::string in;
      char buffer[4096];
      for (ssize_t n = 0; (n = ::recv(s, buffer, sizeof buffer, 0)) > 0;)
        in.append(buffer, static_cast<std::size_t>(n));
      while (const auto size = hwc::testing::detail::complete_request(in)) {
        ++count;
        in.erase(0, size);
      }
      ::close(s);
    }
    return count;
  }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  std::vector<int> sockets_{};  // the one that listens, and those that fill its queue
  std::uint16_t port_ = 0;
};

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_SILENT_PORT_HPP
