// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_BENCH_SERVER_PROCESS_HPP
#define HWC_TESTS_BENCH_SERVER_PROCESS_HPP

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <sstream>
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

// A server in a process of its own, which is this program run again as `bench --serve DESCRIPTOR`, or --serve-tls: so
// neither its time nor its instructions nor its allocations are the client's. It writes a line there, with its port
// and, with TLS, a file of the authority that vouches for it.
class server_process {
 public:
  // That of <bench/epoll_server.hpp>. Started when it is first asked for; it ends with this process.
  static const server_process& get() {
    static const server_process only{"--serve"};
    return only;
  }
  // The same with TLS: <bench/tls_server.hpp>.
  static const server_process& with_tls() {
    static const server_process only{"--serve-tls"};
    return only;
  }
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string url() const {
    return (ca_file_.empty() ? "http://127.0.0.1:" : "https://127.0.0.1:") + std::to_string(port_);
  }
  [[nodiscard]] const std::string& ca_file() const noexcept { return ca_file_; }  // empty: without TLS

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
    bool good = ::sched_setaffinity(0, sizeof client, &client) == 0;
    for (const auto& thread : std::filesystem::directory_iterator{"/proc/" + std::to_string(pid_) + "/task"}) {
      good &= ::sched_setaffinity(std::stoi(thread.path().filename()), sizeof server, &server) == 0;
    }
    if (!good) throw std::system_error{errno, std::system_category(), "HWC_BENCH_CPU"};
  }

 private:
  explicit server_process(const char* how) {
    CPU_ZERO(&all_);
    ::sched_getaffinity(0, sizeof all_, &all_);
    // Its name is read here, as a tool that runs this program may have /proc/self/exe be itself in the new process.
    std::array<char, 4096> self{};
    int ends[2];  // of a pipe; the reading one stays open for as long as the server is to live
    if (::readlink("/proc/self/exe", self.data(), self.size() - 1) < 0 || ::pipe(ends) != 0)
      throw std::system_error{errno, std::system_category(), "no process for the server"};
    const auto told = std::to_string(ends[1]);
    const char* const arguments[] = {self.data(), how, told.c_str(), nullptr};
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(ends[0]);
      ::execv(self.data(), const_cast<char* const*>(arguments));
      ::_exit(1);
    }
    ::close(ends[1]);
    pipe_ = ends[0];
    std::array<char, 4096> line{};
    if (::read(pipe_, line.data(), line.size() - 1) > 0) std::istringstream{line.data()} >> port_ >> ca_file_;
    if (port_ == 0) throw std::runtime_error{"the server did not start"};
  }
  // The server ends as nobody could read from it any more.
  ~server_process() {
    ::close(pipe_);
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
  int pipe_ = -1;
  std::uint16_t port_ = 0;
  std::string ca_file_;
};

}  // namespace bench

#endif  // HWC_TESTS_BENCH_SERVER_PROCESS_HPP
