// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_FAULTS_STAGE_HPP
#define HWC_TESTS_FAULTS_STAGE_HPP

#include <hwc/call_options.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/testing/memory_server.hpp>
#include <hwc/testing/scripted_server.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include "faults/subject.hpp"
#include "faults/table.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faults {

using hwc::testing::script;
using hwc::testing::step;
using then = step::then;
using namespace std::chrono_literals;

inline const std::string ok{hwc::testing::ok_answer};

// An answer with a body, as bytes.
[[nodiscard]] std::string answer(int status, std::string_view body = "", std::string_view fields = "");

// For what ends by itself: long enough for a busy machine. And one attempt of that, for the bare verdict.
inline const hwc::call_options patient{.timeout = 5s};
inline const hwc::call_options once{.timeout = 5s, .max_attempts = 1};

// One subject at one fault: a server that misbehaves, a client in front of it, and what the calls came to.
class stage {
 public:
  explicit stage(subject which) : who{which} {}
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;
  ~stage();

  const subject who;
  [[nodiscard]] bool in_memory() const noexcept { return who == subject::memory; }

  // To be set before the first call.
  settings how{};
  any_signer signs{};
  std::optional<hwc::endpoint> where{};    // default: the server
  std::function<std::size_t()> counted{};  // complete requests; default: POSTs at the server

  bool ends_unseen = false;  // by the server, of connections: they are kept on purpose, or clogged

  // What the server does: plain http over a socket, or in memory. See `scripted_server::play`.
  void play(std::vector<script> scripts, step otherwise = {.answer = ok});
  // The same over a server that was made elsewhere; its authority is to be set in `how`.
  void use(std::unique_ptr<hwc::testing::socket_server> server);
  // In memory: the first exchange fails like that, and the next is answered.
  void fail_once(const hwc::transport_error& why);
  // In memory: the first exchange is answered like that, in ways that bytes cannot say.
  void answer_once(hwc::http_response what);

  [[nodiscard]] hwc::testing::scripted_server& server() { return *server_; }
  [[nodiscard]] hwc::testing::socket_server& sockets() { return *sockets_; }
  // The time by which calls go: in memory it is virtual.
  [[nodiscard]] hwc::moment now();

  // Makes a call, and notes its verdict and its time.
  outcome call(const hwc::call_options& options = patient, const resend_email& op = {.user_id = "u"});
  // The caller asks to stop so long after the call began, and the call must end by that, within 10 ms.
  outcome call_and_stop(std::chrono::milliseconds after, const resend_email& op = {.user_id = "u"});
  outcome call_as_one_of_many(const hwc::call_options& options = patient);
  // The client, for calls whose verdicts are noted with `note`. From many threads.
  [[nodiscard]] any_client& client();
  void note(const outcome& what);
  // Lets go of the client, for a server that ends before the stage.
  void hang_up() { client_.reset(); }
  // What was to happen by now happens only now: the play is repeated, as the machine may have been busy.
  void late_if(bool late) { late_ = late_ || late; }

  [[nodiscard]] std::size_t requests();
  [[nodiscard]] int attempts() const noexcept { return attempts_; }  // of the last call
  [[nodiscard]] bool late() const noexcept { return late_; }
  [[nodiscard]] line told(int row, std::string played);
  // Everything that the library said.
  [[nodiscard]] std::string texts();

 private:
  outcome timed(const hwc::call_options& options, const std::function<outcome(const hwc::call_options&)>& make);

  std::unique_ptr<hwc::testing::memory_server> memory_{};
  std::unique_ptr<hwc::testing::socket_server> sockets_{};
  hwc::testing::scripted_server* server_ = nullptr;
  std::atomic<std::size_t> lost_ = 0;  // in memory: requests that did not arrive
  std::unique_ptr<any_client> client_{};
  std::mutex mutex_;  // for what follows
  std::string texts_{};
  std::vector<std::string> verdicts_{};
  int attempts_ = 0;
  bool late_ = false;
  std::chrono::milliseconds took_{0};
};

// What a play must come to.
struct expected {
  std::string_view verdicts;  // of the calls, as "sent, unknown" or "sent x8"; alternatives are divided by '|'
  std::size_t requests;       // complete ones at the server
  int attempts = 0;           // of the last call; 0: any number
};

// Plays a fault over a subject and checks what it came to: verdicts, requests, time, and that no text holds a secret.
// What is late is played again, up to three times in all; whatever else is wrong counts at once.
void check(int row, subject who, const std::string& played, const expected& wanted,
           const std::function<void(stage&)>& play);

// A fault that only a socket can have is not played in memory: the transport gives the call the failure as which the
// others report it, alone, and then with time for another attempt, which is answered if it comes. What that shows is
// what the call makes of it, and the table says so by "given: ".
void check_failure_in_memory(int row, const std::string& played, const hwc::transport_error& why);

}  // namespace faults

#endif  // HWC_TESTS_FAULTS_STAGE_HPP
