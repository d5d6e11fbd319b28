// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BULK_EVENTS_HPP
#define HWC_BULK_EVENTS_HPP

#include <hwc/call_options.hpp>
#include <hwc/error.hpp>

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string_view>

namespace hwc::inline v0_1::bulk {

// What became of one operation of a list.
enum class fate : unsigned char {
  sent,            // now
  not_sent,        // tried now, and proved not done; a later run tries again
  unknown,         // tried now, and nobody can say
  sent_before,     // by an earlier run; left alone
  unknown_before,  // begun by an earlier run that could not say; left alone
  repeated,        // its key came in this run before; left alone
};

// The enumerator's name, e.g. "sent_before".
[[nodiscard]] constexpr std::string_view to_string(fate what) noexcept {
  constexpr std::string_view names[] = {"sent", "not_sent", "unknown", "sent_before", "unknown_before", "repeated"};
  return names[static_cast<std::size_t>(what)];
}

// What an observer is told of. It refers to what lives until the observer returns.
template <class Op>
struct event {
  const Op& op;
  std::string_view key;
  fate what;
  const error* why = nullptr;       // of `not_sent` and `unknown`; else null
  const call_info* info = nullptr;  // of what was tried; else null
};

// Why a run ended.
enum class ending : unsigned char {
  completed,  // the list was gone through
  failures,   // as many as `stop_after` says
  refused,    // the service does not know this caller: see `stop_when_refused`
  finish,     // the token `finish` asked. The list may have ended there, too: it was not asked any more
  stop,       // the token of `each` asked
  journal,    // it could not note something
};

// The enumerator's name, e.g. "completed".
[[nodiscard]] constexpr std::string_view to_string(ending why) noexcept {
  constexpr std::string_view names[] = {"completed", "failures", "refused", "finish", "stop", "journal"};
  return names[static_cast<std::size_t>(why)];
}

// How many operations came to what, and why there were no more.
struct summary {
  std::size_t sent = 0;
  std::size_t not_sent = 0;
  std::size_t unknown = 0;
  std::size_t sent_before = 0;
  std::size_t unknown_before = 0;
  std::size_t repeated = 0;
  ending why = ending::completed;
  std::optional<hwc::error> error{};  // what led to `failures`, `refused` or `journal`; else none

  friend bool operator==(const summary&, const summary&) = default;
};

// How a run behaves.
struct run_options {
  std::size_t concurrency = 16;  // as in `send_all_options`

  // For each call by itself. With `allow_duplicates`, keys that are `unknown` from before are tried again. `stop` ends
  // the whole promptly; `info` is not used.
  call_options each{};

  // When it asks to stop, no further operation is begun, and those under way go on to their ends. Empty: never.
  std::stop_token finish{};

  // After so many operations of this run that were `not_sent` or `unknown`, those that were cancelled apart, no further
  // one is begun. 0: never.
  std::size_t stop_after = 0;

  // After an operation that failed as `credentials` or `unauthorized`, no further one is begun: it would fail in the
  // same way, and hundreds of refused signatures look like an attack. Other errors can be one user's own, an
  // `invalid_argument` too, or a `forbidden` where permissions end at an enterprise project, so `stop_after` is for
  // them. Default: true.
  bool stop_when_refused = true;
};

}  // namespace hwc::bulk

#endif  // HWC_BULK_EVENTS_HPP
