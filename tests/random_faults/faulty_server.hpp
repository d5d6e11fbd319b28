// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_RANDOM_FAULTS_FAULTY_SERVER_HPP
#define HWC_TESTS_RANDOM_FAULTS_FAULTY_SERVER_HPP

#include <hwc/http.hpp>
#include <hwc/testing/detail/loopback_socket.hpp>
#include <hwc/testing/scripted_server.hpp>

#include "random_faults/book.hpp"
#include "random_faults/plan.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace random_faults {

// An answer as bytes, cut where the plan says.
inline std::string wire_of(const plan& p) {
  if (!p.answered) return p.instead;
  const auto& a = p.answer;
  auto text = p.preface + "HTTP/1.1 " + std::to_string(a.status) + " \r\n";
  for (const auto& [name, value] : a.headers) {
    text += name;
    text += ": ";
    text += value;
    text += "\r\n";
  }
  const bool has_body = a.status != 204 && a.status != 304;
  if (has_body && p.told == plan::framing::length) text += "Content-Length: " + std::to_string(a.body.size()) + "\r\n";
  if (has_body && p.told == plan::framing::chunked) text += "Transfer-Encoding: chunked\r\n";
  text += "\r\n";
  if (has_body && p.told == plan::framing::chunked) {
    // A body of less than 256 bytes is one chunk.
    char size[4];
    std::snprintf(size, sizeof size, "%02x", static_cast<unsigned>(a.body.size() & 0xffU));
    if (!a.body.empty()) text += std::string{size} + "\r\n" + a.body + "\r\n";
    text += "0\r\n\r\n";
    if (p.cut != 0) text.resize(text.size() - 7);
  } else if (has_body) {
    text += a.body;
  }
  text.resize(text.size() - p.cut);
  return text + p.afterword;
}

// Plays, on a loopback socket, what is planned for each arrival of a request, and writes down what it received and
// answered. Each connection is served by one of its threads, of which there must be more than connections at once.
class faulty_server {
 public:
  faulty_server(book& notes, std::size_t threads) : book_{notes}, served_(threads, -1) {
    listener_ = hwc::testing::detail::loopback_socket(port_);
    if (listener_ < 0 || ::listen(listener_, 1024) != 0) {
      std::perror("random_faults::faulty_server: no socket to listen on");
      std::abort();
    }
    for (std::size_t i = 0; i != threads; ++i) threads_.emplace_back([this, i] { run(i); });
  }
  faulty_server(const faulty_server&) = delete;
  faulty_server& operator=(const faulty_server&) = delete;
  ~faulty_server() { stop(); }

  // Ends all connections. What arrived until then is in the book.
  void stop() {
    if (threads_.empty()) return;
    {
      const std::lock_guard lock{mutex_};
      stopping_ = true;
      for (const auto socket : served_) {
        if (socket >= 0) ::shutdown(socket, SHUT_RDWR);
      }
    }
    ::shutdown(listener_, SHUT_RDWR);
    threads_.clear();
    ::close(listener_);
  }

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  // What of a request is looked at before any of it is read.
  struct seen_head {
    std::optional<std::size_t> call{};
    std::size_t size = 0;  // of the whole request
  };

  void run(std::size_t thread) {
    for (;;) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      {
        const std::lock_guard lock{mutex_};
        if (stopping_ || socket < 0) {
          if (socket >= 0) ::close(socket);
          return;
        }
        served_[thread] = socket;
      }
      const int yes = 1;  // small writes must not wait for one another
      ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
      while (serve_one(socket)) {
      }
      const std::lock_guard lock{mutex_};
      served_[thread] = -1;
      ::close(socket);
    }
  }

  // Serves one request. False: the connection has ended.
  bool serve_one(int socket) {
    const auto head = look_at_head(socket);
    if (!head.call) return false;
    const auto call = *head.call;
    const auto [number, p] = book_.arrive(call);
    if (p.stops == plan::stop::before_reading) book_.stop(call);
    const auto wanted = p.whole ? head.size : 1 + p.random % std::min<std::size_t>(head.size - 1, 300'000);
    if (!read(socket, wanted)) return false;
    if (p.whole) book_.complete(call, number);
    if (p.stops == plan::stop::before_answering) book_.stop(call);
    std::this_thread::sleep_for(p.pause);
    if (p.answered) book_.answer(call, number, p);
    const bool written = write(socket, wire_of(p), p.pieces);
    if (p.stops == plan::stop::after_answering) book_.stop(call);
    if (!written) return false;
    switch (p.afterwards) {
      case step::then::keep:
        return true;
      case step::then::drop:
        ::shutdown(socket, SHUT_WR);
        [[fallthrough]];
      case step::then::reset: {
        const linger now{1, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        return false;
      }
      case step::then::close:
        if (p.whole) return false;
        // With bytes unread, a close() would be a reset.
        ::shutdown(socket, SHUT_WR);
        if (read(socket, head.size - wanted)) book_.complete(call, number);
        break;
      case step::then::stall:
        break;
    }
    await_end(socket, p);
    return false;
  }

  [[nodiscard]] seen_head look_at_head(int socket) const {
    char buffer[4096];
    for (;;) {
      const auto n = ::recv(socket, buffer, sizeof buffer, MSG_PEEK);
      if (n <= 0) return {};
      const std::string_view text{buffer, static_cast<std::size_t>(n)};
      const auto end = text.find("\r\n\r\n");
      if (end == std::string_view::npos) {
        if (text.size() == sizeof buffer) return {};
        std::this_thread::sleep_for(std::chrono::milliseconds{1});  // the rest of the head
        continue;
      }
      const auto from = text.find(' ') + 1;
      seen_head head{.call = book_.call_of(text.substr(from, text.find(' ', from) - from)), .size = end + 4};
      for (auto at = text.find("\r\n"); at != end; at = text.find("\r\n", at + 2)) {
        const auto field = text.substr(at + 2, text.find("\r\n", at + 2) - at - 2);
        const auto colon = field.find(':');
        if (!hwc::same_header_name(field.substr(0, colon), "Content-Length")) continue;
        head.size += std::strtoul(std::string{field.substr(colon + 1)}.c_str(), nullptr, 10);
      }
      return head;
    }
  }

  static bool read(int socket, std::size_t size) {
    std::vector<char> buffer(std::min<std::size_t>(size, 65536));
    while (size != 0) {
      const auto n = ::recv(socket, buffer.data(), std::min(size, buffer.size()), 0);
      if (n <= 0) return false;
      size -= static_cast<std::size_t>(n);
    }
    return true;
  }

  static bool write(int socket, std::string_view text, std::size_t pieces) {
    const auto each = text.size() / pieces + 1;
    for (; !text.empty(); text.remove_prefix(std::min(each, text.size()))) {
      const auto piece = text.substr(0, each);
      if (::send(socket, piece.data(), piece.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(piece.size())) return false;
    }
    return true;
  }

  // The client ends the connection: after a silence, or having seen that this end has ended it. A request of which a
  // part was read is not read to its end after a silence, so that its last byte is not handed over if it is large.
  static void await_end(int socket, const plan& p) {
    if (!p.whole && p.afterwards == step::then::stall) {
      pollfd gone{socket, POLLRDHUP, 0};
      ::poll(&gone, 1, -1);
      return;
    }
    while (read(socket, 1)) {
    }
  }

  book& book_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  bool stopping_ = false;
  std::vector<int> served_;
  std::vector<std::jthread> threads_;
};

}  // namespace random_faults

#endif  // HWC_TESTS_RANDOM_FAULTS_FAULTY_SERVER_HPP
