// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CALL_OPTIONS_HPP
#define HWC_CALL_OPTIONS_HPP

#include <hwc/error.hpp>
#include <hwc/retry_budget.hpp>

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>

namespace hwc::inline v0_1 {

// What became of a call, also when it succeeded and the value alone would not tell.
struct call_info {
  int status = 0;                      // HTTP status of the success, or `error::status`
  int attempts = 0;                    // exchanges begun for the operation
  delivery sent = delivery::not_sent;  // `answered` for a success; for an error the same as `error::sent`
  std::string request_id{};            // X-Request-Id of the success, or `error::request_id`
  bool budget_spent = false;           // it was given up because no repetition was left in the `retry_budget`
};

// How one call behaves. All of it has defaults; name what differs: `client.send(op, {.timeout = 5s})`.
struct call_options {
  // For the whole call: connecting, all attempts and the pauses between them. Zero or less: the call ends at once, with
  // `timeout`, before anything is sent.
  std::chrono::milliseconds timeout = std::chrono::seconds{30};

  // Ends the call promptly when it asks to stop, with `cancelled`. Empty: never.
  std::stop_token stop{};

  // Also repeat an operation that is not idempotent when an earlier attempt may have been processed: for
  // resend-email, the user may then get the message more than once. Not after a 504, where it most likely was.
  bool allow_duplicates = false;

  // Also take the gateway's word that it forwarded nothing, for the answers in `gateway_codes` (see <hwc/retry.hpp>):
  // they count as `answered`, and some are repeated. Default: false, as this is read from descriptions and not
  // promised.
  bool trust_gateway_codes = false;

  // Exchanges at most, the first one included. Below 1 counts as 1.
  int max_attempts = 4;

  // Bytes of an answer's body that are kept at most.
  std::size_t response_limit = 1024 * 1024;

  // Filled when the call ends, whether it gave a value or an error, or an exception came through; it outlives the call.
  // Null: not wanted.
  call_info* info = nullptr;

  // What repetitions are taken from; it outlives the call. Null: the client's own.
  retry_budget* budget = nullptr;
};

}  // namespace hwc

#endif  // HWC_CALL_OPTIONS_HPP
