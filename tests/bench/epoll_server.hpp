// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_BENCH_EPOLL_SERVER_HPP
#define HWC_TESTS_BENCH_EPOLL_SERVER_HPP

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace bench {

// An HTTP/1.1 server that costs as little as one can: one thread, connections that are kept, and one fixed answer to
// each request that is complete by its Content-Length. It trusts whoever asks, and has no place outside of benchmarks.
class epoll_server {
 public:
  epoll_server() : listener_{checked(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    checked(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address));
    checked(::listen(listener_, SOMAXCONN));
    watch(listener_);
  }
  epoll_server(const epoll_server&) = delete;
  epoll_server& operator=(const epoll_server&) = delete;
  ~epoll_server() {
    ::close(events_);
    ::close(listener_);
  }

  [[nodiscard]] std::uint16_t port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    checked(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size));
    return ntohs(address.sin_port);
  }

  // Serves until whoever reads what is written to that pipe is gone; if it is none, until the process ends.
  void run(int pipe) {
    epoll_event gone{};  // an error is told without being asked for
    gone.data.fd = pipe;
    ::epoll_ctl(events_, EPOLL_CTL_ADD, pipe, &gone);
    std::array<epoll_event, 256> ready;
    for (;;) {
      const int count = ::epoll_wait(events_, ready.data(), static_cast<int>(ready.size()), -1);
      for (int i = 0; i < count; ++i) {
        const int socket = ready[static_cast<std::size_t>(i)].data.fd;
        if (socket == pipe) return;
        if (socket == listener_)
          accept();
        else if (!serve(socket))
          ::close(socket);
      }
    }
  }

 private:
  static constexpr std::string_view answer =
      "HTTP/1.1 200 OK\r\n"
      "Server: api-gateway\r\n"
      "Content-Type: application/json\r\n"
      "Content-Length: 2\r\n"
      "X-Request-Id: 7f1b6d3e5c1a4f0e9c55f0f3a2f0b1aa\r\n"
      "\r\n"
      "{}";

  static int checked(int result) {
    if (result < 0) throw std::system_error{errno, std::system_category(), "the server for benchmarks"};
    return result;
  }

  void watch(int socket) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = socket;
    checked(::epoll_ctl(events_, EPOLL_CTL_ADD, socket, &event));
  }

  void accept() {
    for (;;) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket < 0) return;
      const int on = 1;
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      const auto index = static_cast<std::size_t>(socket);
      if (begun_.size() <= index) begun_.resize(index + 1);
      begun_[index].clear();
      watch(socket);
    }
  }

  // Size of the first request of a text; 0 if it is not complete.
  static std::size_t first_request(std::string_view text) {
    const auto blank = text.find("\r\n\r\n");
    if (blank == std::string_view::npos) return 0;
    const auto size = blank + 4 + content_length(text.substr(0, blank + 2));
    return size <= text.size() ? size : 0;
  }

  static std::size_t content_length(std::string_view head) {
    constexpr std::string_view name = "content-length:";
    for (std::size_t at = head.find("\r\n") + 2; at < head.size(); at = head.find("\r\n", at) + 2) {
      std::size_t same = 0;
      while (same != name.size() && at + same < head.size() && (head[at + same] | 0x20) == (name[same] | 0x20)) ++same;
      if (same != name.size()) continue;
      const auto digits = head.substr(head.find_first_not_of(' ', at + same));
      std::size_t length = 0;
      std::from_chars(digits.data(), digits.data() + digits.size(), length);
      return length;
    }
    return 0;
  }

  // Answers what has come in completely. False: the connection is to be closed.
  bool serve(int socket) {
    const auto got = ::recv(socket, in_.data(), in_.size(), 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) return false;
    auto& begun = begun_[static_cast<std::size_t>(socket)];
    std::string_view text{in_.data(), static_cast<std::size_t>(got)};
    if (!begun.empty()) text = begun.append(text);
    std::size_t taken = 0;
    while (const auto size = first_request(text.substr(taken))) {
      taken += size;
      const auto sent = ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
      if (sent != static_cast<ssize_t>(answer.size())) return false;
    }
    if (begun.empty())
      begun.assign(text.substr(taken));
    else
      begun.erase(0, taken);
    return true;
  }

  int listener_;
  int events_ = checked(::epoll_create1(EPOLL_CLOEXEC));
  std::vector<std::string> begun_;  // what has come of a request that is not complete, by socket
  std::array<char, 64 * 1024> in_;
};

// A process that is nothing but the server: it writes its port to a descriptor, as a line. If that is a pipe, it ends
// when nobody could read from it any more, as after the end of the process that started it.
[[noreturn]] inline void serve(int tell) {
  epoll_server server;
  const auto line = std::to_string(server.port()) + '\n';
  if (::write(tell, line.data(), line.size()) > 0) server.run(tell);
  ::_exit(0);
}

}  // namespace bench

#endif  // HWC_TESTS_BENCH_EPOLL_SERVER_HPP
