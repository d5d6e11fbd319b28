// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CALL_FSM_HPP
#define HWC_CALL_FSM_HPP

#include <hwc/call_options.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/detail/splitmix64.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/retry.hpp>
#include <hwc/retry_budget.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1 {

// What the driver of a `call` must do next.
enum class call_action : unsigned char {
  send,      // hand `request()` to the transport within `exchange()`, then tell `completed`
  wait,      // let time pass until `wake_at()`, then tell `woke`
  finished,  // fetch the outcome with `take_result()`; nothing else may be told any more
};

// The decisions of a call that depend neither on the operation nor on the signer: how often and when to send, when to
// give up, and what is known of the delivery.
//
// Invariants: it never asks to send after it finished, nor at or past the deadline, nor more often than `max_attempts`;
// it asks to send again only after an attempt that is proved not to have been processed, unless the operation is
// idempotent or the caller allowed duplicates; and it finishes with `sent == unknown` once any attempt may have been
// processed and none was seen to succeed.
class call_fsm {
 public:
  // `seed` drives the jitter of the pauses. `budget`: what repetitions are taken from; null: from nothing.
  call_fsm(bool idempotent, const call_options& options, std::uint64_t seed, retry_budget* budget = nullptr);

  // Starts the clock of the whole call. To be called first, once.
  void begin(moment now);

  // Before each attempt. True: sign and send now. False: finished, see `failure()`.
  [[nodiscard]] bool may_send(moment now);

  // An exchange was made. To be called before what it led to is told.
  void count_attempt() noexcept { ++attempts_; }

  // The exchange brought no answer. One that was not begun is no attempt, and says nothing about those before it.
  [[nodiscard]] call_action failed(transport_error why, moment now);

  // The service answered with a status outside 200 to 299; `why` is what its body says.
  [[nodiscard]] call_action refused(const http_response& answer, error why, moment now);

  // The service refused the request for what signs it (401), and it can be signed otherwise: once more, at once.
  [[nodiscard]] call_action sign_anew(const http_response& answer, error why, moment now);

  // Another call does what this one needs before it can sign: looks again a little later.
  [[nodiscard]] call_action wait_for_another(moment now);

  // The call ends with this error, whatever may be tried.
  call_action fail(error why);

  // The service did what was asked, or the call ends well without having sent.
  call_action succeed();

  // The call ends although no exchange is under way: the caller asked to stop, or the request could not be signed.
  call_action abandon(error why);

  // What is known of the delivery over the attempts whose end was told.
  [[nodiscard]] delivery sent_so_far() const noexcept;
  [[nodiscard]] int attempts() const noexcept { return attempts_; }
  // Whether the call ended because no repetition was left in the budget.
  [[nodiscard]] bool budget_spent() const noexcept { return budget_spent_; }
  [[nodiscard]] steady_time wake_at() const noexcept { return wake_at_; }
  [[nodiscard]] exchange_options exchange() const;

  // The error of a call that finished without success; empty after a success.
  [[nodiscard]] std::optional<error>& failure() noexcept { return last_; }
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return last_; }

 private:
  // What a repetition costs.
  enum class price : bool { free, one };

  void put_back() noexcept;

  // An answer that is no success, and what its status means.
  status_rule remember(const http_response& answer, error why);

  call_action pause_for(std::chrono::milliseconds pause, moment now, price cost);

  call_action finish();

  bool harmless_;    // to repeat it
  bool may_repeat_;  // or the caller allows it
  bool fresh_connection_ = false;
  bool moved_ = false;  // sent once more on another connection because the service asked for it
  bool doubt_ = false;  // an earlier attempt may have been processed
  int attempts_ = 0;
  std::chrono::milliseconds timeout_;
  bool trust_gateway_codes_;
  int max_attempts_;
  std::size_t response_limit_;
  std::uint64_t random_;
  retry_budget* budget_;
  bool budget_spent_ = false;
  backoff backoff_{};
  steady_time deadline_{};
  steady_time wake_at_{};
  std::optional<error> last_;
};

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/call_fsm.ipp>
#endif

#endif  // HWC_CALL_FSM_HPP
