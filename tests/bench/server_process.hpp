// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_BENCH_SERVER_PROCESS_HPP
#define HWC_TESTS_BENCH_SERVER_PROCESS_HPP

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <system_error>

namespace bench {

// Where client and server run. It matters only with the environment variable HWC_BENCH_CPU, the number of a CPU;
// without, the system decides.
enum class placement {
  together,  // both on that CPU: they take turns, and what is measured is the work of both
  apart,     // the client there and the server on another one, if there is another
  anywhere,  // for many threads
};

// The server of <bench/epoll_server.hpp> in a process of its own, which is this program run again as
// `bench --serve DESCRIPTOR`: so neither its time nor its instructions nor its allocations are the client's.
class server_process {
 public:
  // Started when it is first asked for; it ends with this process.
  static const server_process& get() {
    static const server_process only;
    return only;
  }
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

  // For the calling thread, and for those that it starts from now on.
  void place(placement where) const {
    const char* const chosen = std::getenv("HWC_BENCH_CPU");
    if (chosen == nullptr) return;
    cpu_set_t client = all_, server = all_;
    if (where != placement::anywhere) client = server = only(std::atoi(chosen));
    if (where == placement::apart) {
      for (int cpu = CPU_SETSIZE; cpu-- != 0;) {
        if (CPU_ISSET(cpu, &all_) && !CPU_ISSET(cpu, &client)) server = only(cpu);
      }
    }
    if (::sched_setaffinity(0, sizeof client, &client) != 0 || ::sched_setaffinity(pid_, sizeof server, &server) != 0)
      throw std::system_error{errno, std::system_category(), "HWC_BENCH_CPU"};
  }

 private:
  server_process() {
    CPU_ZERO(&all_);
    ::sched_getaffinity(0, sizeof all_, &all_);
    // Its name is read here, as a tool that runs this program may have /proc/self/exe be itself in the new process.
    std::array<char, 4096> self{};
    int ends[2];  // of a pipe; the reading one stays open for as long as the server is to live
    if (::readlink("/proc/self/exe", self.data(), self.size() - 1) < 0 || ::pipe(ends) != 0)
      throw std::system_error{errno, std::system_category(), "no process for the server"};
    const auto told = std::to_string(ends[1]);
    const char* const arguments[] = {self.data(), "--serve", told.c_str(), nullptr};
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      ::execv(self.data(), const_cast<char* const*>(arguments));
      ::_exit(1);
    }
    ::close(ends[1]);
    std::array<char, 16> line{};
    const auto size = ::read(ends[0], line.data(), line.size() - 1);
    port_ = static_cast<std::uint16_t>(std::atoi(line.data()));
    if (size <= 0 || port_ == 0) throw std::runtime_error{"the server did not start"};
  }
  ~server_process() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }

  static cpu_set_t only(int cpu) {
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    return one;
  }

  cpu_set_t all_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
};

}  // namespace bench

#endif  // HWC_TESTS_BENCH_SERVER_PROCESS_HPP
