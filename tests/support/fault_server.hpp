// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_FAULT_SERVER_HPP
#define HWC_TESTS_SUPPORT_FAULT_SERVER_HPP

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace hwc::tests {

// What a `fault_server` does with one request of a connection: it reads, sends `answer`, and then ...
struct fault_step {
  enum class then : unsigned char {
    keep,   // goes on to the next step with the next request
    close,  // ends the connection in order (FIN); what the client still sends is read and dropped
    reset,  // breaks the connection (RST)
    stall,  // does nothing more with the connection until the server stops
  };
  static constexpr auto whole = std::numeric_limits<std::size_t>::max();

  std::string answer{};
  then afterwards = then::keep;
  std::size_t read = whole;  // bytes of the request to read; 0: acts as soon as it is connected. Default: all of it
};

// A raw HTTP server on 127.0.0.1 that misbehaves by script and counts what it received. A request counts when it is
// complete: its head and as many bytes of body as Content-Length says. The first script is for the first connection and
// so on, the first step for its first request and so on; where a script ends, every request is answered with `ok`, so
// that a request which is sent once too often shows in the count and not as a hang.
//
// One thread serves all connections. It ends in `stop()` or the destructor. Waiting functions give up after 5 s.
class fault_server {
 public:
  using script = std::vector<fault_step>;
  static constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  explicit fault_server(std::vector<script> scripts = {}) : scripts_{std::move(scripts)} {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    wake_ = ::eventfd(0, EFD_CLOEXEC);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (listener_ < 0 || wake_ < 0 || ::bind(listener_, generic, size) != 0 || ::listen(listener_, 128) != 0 ||
        ::getsockname(listener_, generic, &size) != 0) {
      throw std::system_error{errno, std::system_category(), "fault_server"};
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
  }
  fault_server(const fault_server&) = delete;
  fault_server& operator=(const fault_server&) = delete;
  ~fault_server() {
    stop();
    ::close(listener_);
    ::close(wake_);
  }

  // Closes all connections and ends the thread. The counts stay.
  void stop() {
    if (!thread_.joinable()) return;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
    thread_.join();
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  // Complete requests received, over all connections.
  [[nodiscard]] std::size_t requests() const {
    return locked([this] { return requests_.size(); });
  }
  // The bytes of a complete request, in order of arrival.
  [[nodiscard]] std::string request(std::size_t index) const {
    return locked([&] { return index < requests_.size() ? requests_[index] : std::string{}; });
  }
  // Connections accepted.
  [[nodiscard]] std::size_t connections() const {
    return locked([this] { return accepted_; });
  }

  // Wait until so many requests are complete, connections accepted, or connections ended: a FIN or RST sent, or the
  // client gone.
  bool await_requests(std::size_t count) const {
    return await([=, this] { return requests_.size() >= count; });
  }
  bool await_connections(std::size_t count) const {
    return await([=, this] { return accepted_ >= count; });
  }
  bool await_ends(std::size_t count) const {
    return await([=, this] { return ended_ >= count; });
  }

 private:
  struct connection {
    int socket;
    std::size_t script;                                    // index
    std::size_t step = 0;                                  // of the script
    std::string in{};                                      // received and not yet consumed
    std::string out{};                                     // to be sent
    fault_step::then afterwards = fault_step::then::keep;  // once `out` is sent
    bool finished = false;                                 // no further request is served: FIN was sent, or it stalls
    bool fin_sent = false;
    bool dead = false;  // to be removed
  };

  template <class F>
  std::invoke_result_t<F> locked(F f) const {
    const std::lock_guard lock{mutex_};
    return f();
  }
  template <class F>
  bool await(F reached) const {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{5}, reached);
  }
  template <class F>
  void record(F f) {
    locked(f);
    changed_.notify_all();
  }

  // Size of the first complete request in the bytes, or 0.
  static std::size_t complete_request(std::string_view in) {
    const auto head = in.find("\r\n\r\n");
    if (head == std::string_view::npos) return 0;
    std::size_t length = 0;
    constexpr std::string_view name = "\r\nContent-Length:";
    if (const auto at = in.substr(0, head).find(name); at != std::string_view::npos) {
      length = std::strtoul(std::string{in.substr(at + name.size(), head - at - name.size())}.c_str(), nullptr, 10);
    }
    return in.size() >= head + 4 + length ? head + 4 + length : 0;
  }

  void serve() {
    std::list<connection> connections;
    std::vector<pollfd> polled;
    for (;;) {
      polled.assign({{wake_, POLLIN, 0}, {listener_, POLLIN, 0}});
      for (const auto& c : connections) {
        // Nothing is awaited from a stalled connection, so that not even its end wakes the loop.
        const int watched = stalls(c) && c.out.empty() ? -1 : c.socket;
        polled.push_back({watched, static_cast<short>(c.out.empty() ? POLLIN : POLLIN | POLLOUT), 0});
      }
      ::poll(polled.data(), polled.size(), -1);
      if (polled[0].revents != 0) break;
      auto p = polled.begin() + 2;
      for (auto& c : connections) {
        if ((p++)->revents != 0) advance(c);
      }
      if (polled[1].revents != 0) accept_into(connections);
      std::erase_if(connections, [this](const connection& c) {
        if (c.dead) end(c);
        return c.dead;
      });
    }
    for (const auto& c : connections) end(c);
  }

  void accept_into(std::list<connection>& connections) {
    for (;;) {
      const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (socket < 0) return;
      std::size_t index = 0;
      record([&] { index = accepted_++; });
      connections.push_back({.socket = socket, .script = index});
      advance(connections.back());
    }
  }

  void end(const connection& c) {
    ::close(c.socket);
    if (!c.fin_sent) record([this] { ++ended_; });
  }

  // Reads, acts and writes as far as possible without blocking.
  void advance(connection& c) {
    const bool open = receive(c);
    while (!c.finished && act(c)) {
    }
    transmit(c);
    if (!open && c.out.empty() && !stalls(c)) c.dead = true;
  }

  static bool stalls(const connection& c) { return c.finished && c.afterwards == fault_step::then::stall; }

  [[nodiscard]] const fault_step& next_step(const connection& c) const {
    static const fault_step good{.answer = std::string{ok}};
    return c.script < scripts_.size() && c.step < scripts_[c.script].size() ? scripts_[c.script][c.step] : good;
  }

  // Reads what is there, but not beyond what the next step asks for. False once the client has ended its side.
  bool receive(connection& c) {
    char buffer[16384];
    for (;;) {
      auto wanted = sizeof buffer;
      if (!c.finished && next_step(c).read != fault_step::whole) {
        wanted = std::min(wanted, next_step(c).read - std::min(next_step(c).read, c.in.size()));
        if (wanted == 0) return true;
      }
      const auto n = ::recv(c.socket, buffer, wanted, 0);
      if (n > 0) {
        if (!c.finished) c.in.append(buffer, static_cast<std::size_t>(n));
        continue;
      }
      return n < 0 && (errno == EAGAIN || errno == EINTR);
    }
  }

  // Takes the next step if what it waits for is there.
  bool act(connection& c) {
    const auto& step = next_step(c);
    const auto size = complete_request(c.in);
    if (step.read == fault_step::whole ? size == 0 : c.in.size() < step.read) return false;
    if (size != 0 && step.read >= size) {
      record([&] { requests_.push_back(c.in.substr(0, size)); });
      c.in.erase(0, size);
    }
    ++c.step;
    c.out += step.answer;
    c.afterwards = step.afterwards;
    c.finished = step.afterwards != fault_step::then::keep;
    return true;
  }

  void transmit(connection& c) {
    while (!c.out.empty()) {
      const auto n = ::send(c.socket, c.out.data(), c.out.size(), MSG_NOSIGNAL);
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (n < 0) {
        c.dead = true;
        return;
      }
      c.out.erase(0, static_cast<std::size_t>(n));
    }
    if (!c.finished) return;
    if (c.afterwards == fault_step::then::reset) {
      const linger now{1, 0};
      ::setsockopt(c.socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
      c.dead = true;
    } else if (c.afterwards == fault_step::then::close && !c.fin_sent) {
      // Not a close(): with bytes unread that would be a reset.
      ::shutdown(c.socket, SHUT_WR);
      c.fin_sent = true;
      record([this] { ++ended_; });
    }
  }

  std::vector<script> scripts_;
  int listener_ = -1;
  int wake_ = -1;
  std::uint16_t port_ = 0;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<std::string> requests_;
  std::size_t accepted_ = 0;
  std::size_t ended_ = 0;

  std::thread thread_;
};

}  // namespace hwc::tests

#endif  // HWC_TESTS_SUPPORT_FAULT_SERVER_HPP
