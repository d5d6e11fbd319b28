// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_BULK_KILL_RESEND_HPP
#define HWC_TESTS_BULK_KILL_RESEND_HPP

#include <cstddef>
#include <string>

namespace bulk_kill {

// What a process of its own does: one run over all users, from where its journal says.
struct errand {
  std::string url;      // of the service
  std::string journal;  // path
  std::size_t users = 0;
  std::size_t room = 0;  // bytes to which the journal may grow; 0: any
};

inline constexpr const char* subject = "resend-email to the users of a test";

[[nodiscard]] inline std::string user_name(std::size_t number) { return "user-" + std::to_string(number); }

// Exit statuses of the process.
inline constexpr int completed = 0;
inline constexpr int ended_early = 3;  // as it was asked to, or since the journal was full
inline constexpr int failed = 4;       // says why

[[nodiscard]] int resend(const errand& what);

}  // namespace bulk_kill

#endif  // HWC_TESTS_BULK_KILL_RESEND_HPP
