// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_ERRAND_HPP
#define HWC_ERRAND_HPP

#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>

namespace hwc::inline v0_1 {

// What an errand wants next.
enum class errand_action : unsigned char {
  send,      // exchange `request()` within `timeout()`, then tell `answered` or `failed`
  finished,  // it has what it was sent for, or knows why not
};

// Exchanges that a call makes before its own: to fetch credentials, or to look up a project id. A state machine without
// I/O, made new for each run and used by one thread at a time. The call carries the exchanges out over its transport,
// blocking or not, within its deadline.
class errand {
 public:
  errand() = default;
  errand(const errand&) = delete;
  errand& operator=(const errand&) = delete;
  virtual ~errand() = default;

  // To be called first, once.
  [[nodiscard]] virtual errand_action start(moment now) = 0;

  // The exchange that `send` asked for ended, with an answer of any status or without one.
  [[nodiscard]] virtual errand_action answered(const http_response& answer, moment now) = 0;
  [[nodiscard]] virtual errand_action failed(const transport_error& why, moment now) = 0;

  // What to send, complete, and how long to wait for the answer.
  [[nodiscard]] virtual const http_request& request() const noexcept = 0;

  // Null: the request is signed, or goes without. Else the request, for the call to sign it as it signs its own.
  [[nodiscard]] virtual http_request* to_be_signed() noexcept { return nullptr; }

  [[nodiscard]] virtual std::chrono::milliseconds timeout() const noexcept = 0;

  // Hands over what was fetched to whoever sent it; after `finished`, once. Errors: why the call cannot go on without.
  [[nodiscard]] virtual result<void> deliver(moment now) = 0;

  // In place of `deliver`, when it is the call's own time that is up: what failed is not told to those that wait for
  // the same, of which another one may try.
  [[nodiscard]] virtual result<void> give_up(moment now) = 0;
};

// What has to happen before a signer can sign. Neither: it can at once.
struct preparation {
  std::unique_ptr<hwc::errand> errand{};  // run this first, then ask again
  bool wait = false;                      // another call is fetching; ask again a little later
};

// What a call keeps between asking and asking again, for the signer's use. Made new for each call.
struct preparation_ticket {
  std::uint64_t number = 0;  // whom it waits for
  bool fetched = false;      // it was given an errand
};

// A signer whose credentials are fetched, and expire. Besides `sign` it has
//
//   hwc::result<hwc::preparation> prepare(hwc::moment now, hwc::preparation_ticket&) const;   // before each `sign`
//   std::uint64_t generation() const;              // number of the credentials that `sign` would use now
//   bool distrust(std::uint64_t generation) const; // the service answered 401; true: other credentials can be had
//
// All of it may be called from many threads at once. `hwc::refreshing_signer` is one. It may also have
//
//   std::string project_id() const;                // that the credentials are for; empty: not known
template <class T>
concept preparing_signer = requires(const T& s, moment now, preparation_ticket& ticket, std::uint64_t generation) {
  { s.prepare(now, ticket) } -> std::same_as<result<preparation>>;
  { s.generation() } -> std::same_as<std::uint64_t>;
  { s.distrust(generation) } -> std::same_as<bool>;
};

}  // namespace hwc

#endif  // HWC_ERRAND_HPP
