// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_SOCKET_SERVER_HPP
#define HWC_TESTING_SOCKET_SERVER_HPP

#include <hwc/http.hpp>
#include <hwc/testing/detail/complete_request.hpp>
#include <hwc/testing/detail/loopback_socket.hpp>
#include <hwc/testing/scripted_server.hpp>

#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::testing {

// A scripted server on a port of 127.0.0.1 that the system chooses, over plain http. Needs Linux.
//
//   hwc::testing::socket_server server{{{{.afterwards = hwc::testing::step::then::reset}}}};   // the first request
//   … hwc::endpoint{server.url(), project_id} …
//
// One thread of its own serves all connections, from the constructor to `stop()` or the destructor. Where the system
// has no socket for it, it ends the program with a message.
class socket_server : public scripted_server {
 public:
  explicit socket_server(std::vector<script> scripts = {}, step otherwise = {.answer = std::string{ok_answer}}) {
    begin(std::move(scripts), std::move(otherwise));
  }
  ~socket_server() override {
    stop();
    if (wake_ >= 0) ::close(wake_);
  }

  // Closes the port and all connections and ends the thread. The counts stay.
  void stop() {
    if (thread_.joinable()) {
      stopping_ = true;
      wake();
      thread_.join();
    }
    if (listener_ >= 0) ::close(std::exchange(listener_, -1));
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string url() const {
    return (origin().tls ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
  }

  [[nodiscard]] http_origin origin() const override { return {.tls = false, .host = "127.0.0.1", .port = port_}; }
  void refuse() override {
    stop();
    bind_listener();  // so that nobody else gets the port
  }
  void hang_up() override {
    hanging_up_ = true;
    wake();
  }
  [[nodiscard]] std::unique_ptr<scripted_server> another() const override { return std::make_unique<socket_server>(); }
  [[nodiscard]] bool on_wire() const override { return true; }
  [[nodiscard]] std::size_t requests() const override {
    const std::lock_guard lock{mutex_};
    return requests_.size();
  }
  [[nodiscard]] std::string request(std::size_t index) const override {
    const std::lock_guard lock{mutex_};
    return index < requests_.size() ? requests_[index] : std::string{};
  }
  [[nodiscard]] std::size_t connections() const override {
    const std::lock_guard lock{mutex_};
    return accepted_;
  }

  // Wait until so many requests are complete, connections accepted, or connections ended. False after 5 s.
  bool await_requests(std::size_t count) const {
    return await([this, count] { return requests_.size() >= count; });
  }
  bool await_connections(std::size_t count) const {
    return await([this, count] { return accepted_ >= count; });
  }
  bool await_ends(std::size_t count) const override {
    return await([this, count] { return ended_ >= count; });
  }
  // Waits until the clients have closed all connections, so that whatever they sent is counted.
  bool await_no_connections() const {
    return await([this] { return gone_ == accepted_ && !somebody_waits(); });
  }

 protected:
  // How bytes get into and out of a connection. This one moves them as they are.
  class layer {
   public:
    layer() = default;
    layer(const layer&) = delete;
    layer& operator=(const layer&) = delete;
    virtual ~layer() = default;

    // As `recv` and `send`: bytes moved; 0: the other end is gone; -1 with EAGAIN: not now.
    virtual ssize_t receive(int socket, char* to, std::size_t size) { return ::recv(socket, to, size, 0); }
    virtual ssize_t transmit(int socket, const char* from, std::size_t size) {
      return ::send(socket, from, size, MSG_NOSIGNAL);
    }
    // Says that no more will be sent.
    virtual void finish(int) {}
  };

  // For a server over another layer. It serves nothing before its constructor calls `play`, and its destructor calls
  // `stop` while its members live.
  struct not_yet {};
  explicit socket_server(not_yet) {}

  // Called on the server's thread for each connection.
  virtual std::unique_ptr<layer> make_layer(int /*socket*/) { return std::make_unique<layer>(); }

 private:
  struct connection {
    int socket;
    std::size_t number;
    std::unique_ptr<layer> bytes;
    std::size_t step = 0;                      // of the script
    std::string in{};                          // received and not yet consumed
    std::string held{};                        // a late answer
    std::string out{};                         // to be sent
    step::then afterwards = step::then::keep;  // once `out` is sent
    bool finished = false;                     // no further request is served: FIN was sent, or it stalls
    bool fin_sent = false;
    bool dead = false;  // to be removed
  };

  template <class F>
  bool await(F reached) const {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{5}, reached);
  }
  template <class F>
  void record(F f) {
    {
      const std::lock_guard lock{mutex_};
      f();
    }
    changed_.notify_all();
  }

  // To be accepted.
  [[nodiscard]] bool somebody_waits() const {
    pollfd listener{listener_, POLLIN, 0};
    return ::poll(&listener, 1, 0) == 1 && (listener.revents & POLLIN) != 0;
  }

  [[noreturn]] static void fail() {
    std::perror("hwc::testing::socket_server: no socket to listen on");
    std::abort();
  }

  void wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_, &one, sizeof one);
  }

  void restart(std::vector<script> scripts, step otherwise) override {
    stop();
    begin(std::move(scripts), std::move(otherwise));
  }

  void begin(std::vector<script> scripts, step otherwise) {
    scripts_ = std::move(scripts);
    otherwise_ = std::move(otherwise);
    requests_.clear();
    accepted_ = ended_ = gone_ = 0;
    stopping_ = hanging_up_ = false;
    port_ = 0;  // a new one, so that nothing meant for the old one arrives
    bind_listener();
    if (wake_ < 0) wake_ = ::eventfd(0, EFD_CLOEXEC);
    if (wake_ < 0 || ::listen(listener_, 128) != 0) fail();
    thread_ = std::thread{[this] { serve(); }};
  }

  // Without listening. To the port it had, or any.
  void bind_listener() {
    listener_ = detail::loopback_socket(port_, SOCK_NONBLOCK);
    if (listener_ < 0) fail();
  }

  void serve() {
    // A layer may write by other means than MSG_NOSIGNAL.
    sigset_t pipe;
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);

    std::list<connection> connections;
    std::vector<pollfd> polled;
    bool accepts = true;
    while (!stopping_) {
      if (hanging_up_.exchange(false)) {
        for (auto& c : connections) end(c);
        connections.clear();
      }
      polled.assign({{wake_, POLLIN, 0}, {accepts ? listener_ : -1, POLLIN, 0}});
      for (const auto& c : connections) {
        // Of a stalled connection nothing is read any more, so only its end is awaited.
        const int wanted = stalls(c) ? POLLRDHUP : POLLIN;
        polled.push_back({c.socket, static_cast<short>(c.out.empty() ? wanted : wanted | POLLOUT), 0});
      }
      ::poll(polled.data(), polled.size(), accepts ? -1 : 10);
      if (polled[0].revents != 0) {
        std::uint64_t seen = 0;
        [[maybe_unused]] const auto drained = ::read(wake_, &seen, sizeof seen);
        continue;
      }
      auto p = polled.begin() + 2;
      for (auto& c : connections) {
        const auto seen = (p++)->revents;
        if (seen == 0) continue;
        if (stalls(c) && (seen & (POLLRDHUP | POLLHUP | POLLERR)) != 0)
          c.dead = true;
        else
          advance(c);
      }
      // Without a descriptor left, the listener stays readable: it is let alone for a while.
      accepts = polled[1].revents == 0 || accept_into(connections);
      if (std::exchange(release_, false)) {
        for (auto& c : connections) {
          if (!c.held.empty() && c.number != releaser_) advance(c, std::exchange(c.held, {}));
        }
      }
      std::erase_if(connections, [this](connection& c) {
        if (c.dead) end(c);
        return c.dead;
      });
    }
    for (auto& c : connections) end(c);
  }

  // False: there is somebody who could not be let in.
  bool accept_into(std::list<connection>& connections) {
    for (;;) {
      int socket = -1, why = 0;
      std::size_t number = 0;
      // In one, as `await_no_connections` looks at both.
      record([&] {
        socket = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        why = errno;
        if (socket >= 0) number = accepted_++;
      });
      if (socket < 0) return why != EMFILE && why != ENFILE && why != ENOBUFS && why != ENOMEM;
      const int yes = 1;  // small writes must not wait for one another
      ::setsockopt(socket, SOL_TCP, TCP_NODELAY, &yes, sizeof yes);
      connections.push_back({.socket = socket, .number = number, .bytes = make_layer(socket)});
      advance(connections.back());
    }
  }

  void end(connection& c) {
    c.bytes.reset();
    ::close(c.socket);
    record([&] {
      if (!c.fin_sent) ++ended_;
      ++gone_;
    });
  }

  // Reads, acts and writes as far as possible without blocking.
  void advance(connection& c, const std::string& first = {}) {
    c.out += first;
    bool open = receive(c);
    while (!c.finished && act(c)) {
      if (!c.finished) open = receive(c) && open;
    }
    if (c.finished && c.afterwards == step::then::close) count_rest(c);
    transmit(c);
    if (!open && c.out.empty() && !stalls(c)) c.dead = true;
  }

  static bool stalls(const connection& c) { return c.finished && c.afterwards == step::then::stall; }

  [[nodiscard]] const step& next_step(const connection& c) const {
    return c.number < scripts_.size() && c.step < scripts_[c.number].size() ? scripts_[c.number][c.step] : otherwise_;
  }

  // Reads what is there, but not beyond what the next step asks for. False once the client has ended its side.
  bool receive(connection& c) {
    char buffer[16384];
    for (;;) {
      auto wanted = sizeof buffer;
      if (!c.finished && next_step(c).read != step::whole) {
        wanted = std::min(wanted, next_step(c).read - std::min(next_step(c).read, c.in.size()));
        if (wanted == 0) return true;
      }
      const auto n = c.bytes->receive(c.socket, buffer, wanted);
      if (n > 0) {
        c.in.append(buffer, static_cast<std::size_t>(n));
        continue;
      }
      return n < 0 && (errno == EAGAIN || errno == EINTR);
    }
  }

  // What still comes after the last step is not acted upon, but it has arrived.
  void count_rest(connection& c) {
    while (const auto size = detail::complete_request(c.in)) {
      record([&] { requests_.push_back(c.in.substr(0, size)); });
      c.in.erase(0, size);
    }
  }

  // Takes the next step if what it waits for is there.
  bool act(connection& c) {
    const auto& next = next_step(c);
    const auto size = detail::complete_request(c.in);
    if (next.read == step::whole ? size == 0 : c.in.size() < next.read) return false;
    std::string request;
    if (size != 0 && next.read >= size) {
      request = c.in.substr(0, size);
      c.in.erase(0, size);
      record([&] { requests_.push_back(request); });
      c.out += std::exchange(c.held, {});
      release_ = true;
      releaser_ = c.number;
    }
    ++c.step;
    if (next.meanwhile) transmit(c);
    if (next.meanwhile) next.meanwhile();
    const auto body = request.find("\r\n\r\n");
    (next.late ? c.held : c.out) +=
        next.echo && !request.empty() ? to_wire({.status = 200, .body = request.substr(body + 4)}) : next.answer;
    c.afterwards = next.afterwards;
    c.finished = next.afterwards != step::then::keep;
    return true;
  }

  void transmit(connection& c) {
    while (!c.out.empty()) {
      const auto n = c.bytes->transmit(c.socket, c.out.data(), c.out.size());
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (n <= 0) {
        c.dead = true;
        return;
      }
      c.out.erase(0, static_cast<std::size_t>(n));
    }
    if (!c.finished) return;
    if (c.afterwards == step::then::reset || c.afterwards == step::then::drop) {
      if (c.afterwards == step::then::drop) ::shutdown(c.socket, SHUT_WR);
      const linger now{1, 0};
      ::setsockopt(c.socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
      c.dead = true;
    } else if (c.afterwards == step::then::close && !c.fin_sent) {
      // Not a close(): with bytes unread that would be a reset.
      c.bytes->finish(c.socket);
      ::shutdown(c.socket, SHUT_WR);
      c.fin_sent = true;
      record([this] { ++ended_; });
    }
  }

  std::vector<script> scripts_;
  step otherwise_;
  int listener_ = -1;
  int wake_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> hanging_up_ = false;
  bool release_ = false;  // a request was completed, on the connection of that number
  std::size_t releaser_ = 0;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<std::string> requests_;
  std::size_t accepted_ = 0;
  std::size_t ended_ = 0;
  std::size_t gone_ = 0;

  std::thread thread_;
};

}  // namespace hwc::testing

#endif  // HWC_TESTING_SOCKET_SERVER_HPP
