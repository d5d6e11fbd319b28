// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_BULK_RUNS_HPP
#define HWC_TESTS_SUPPORT_BULK_RUNS_HPP

#include <hwc/bulk/journal.hpp>
#include <hwc/bulk/memory_journal.hpp>
#include <hwc/error.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/http.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// What the tests of `bulk::run` and of `bulk::async_run` are made of.
namespace support {

inline std::vector<hwc::workspace::resend_email> users(int count) {
  std::vector<hwc::workspace::resend_email> all;
  for (int i = 0; i != count; ++i) all.push_back({.user_id = "u" + std::to_string(i)});
  return all;
}

// The fake service, and what arrives there for each user.
struct counting {
  std::map<std::string, int> requests{};
  std::map<std::string, int> answers{};  // a status for some; else 200
  hwc::fake::transport transport{[this](const hwc::http_request& request) {
    const auto user = user_of(request);
    ++requests[user];
    const auto special = answers.find(user);
    return hwc::http_response{.status = special == answers.end() ? 200 : special->second};
  }};

  static std::string user_of(const hwc::http_request& request) {
    const std::string_view before = "/v2/project/users/";
    const std::string_view target = request.target;
    return std::string{target.substr(before.size(), target.rfind('/') - before.size())};
  }
  [[nodiscard]] int most() const {
    int most = 0;
    for (const auto& [user, count] : requests) most = std::max(most, count);
    return most;
  }
  [[nodiscard]] std::size_t total() { return transport.requests().size(); }
};

// A journal that fails at the n-th note, and from then on.
struct failing_journal {
  int left;
  hwc::bulk::memory_journal inner{};
  void begin_run() { inner.begin_run(); }
  hwc::bulk::past meet(std::string_view key) { return inner.meet(key); }
  hwc::result<void> begin(std::string_view key) {
    if (left-- <= 0) return failure();
    return inner.begin(key);
  }
  hwc::result<void> end(std::string_view key, hwc::bulk::outcome what) {
    if (left-- <= 0) return failure();
    return inner.end(key, what);
  }
  static hwc::error failure() { return {.kind = hwc::error_kind::invalid_argument, .message = "no more paper"}; }
};

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_BULK_RUNS_HPP
