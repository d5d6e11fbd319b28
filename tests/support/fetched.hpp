// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_FETCHED_HPP
#define HWC_TESTS_SUPPORT_FETCHED_HPP

#include <hwc/credentials/source.hpp>
#include <hwc/fake/transport.hpp>

#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace support {

// Drives one run of a source over a transport in memory, as a call would. `why` becomes what the run says of a failure.
template <class T>
hwc::result<hwc::credentials::issued<T>> fetched(const hwc::credentials::source<T>& from, hwc::fake::transport over,
                                                 hwc::credentials::lack* why = nullptr) {
  const auto run = from.begin();
  auto next = run->start(over.clock().now());
  while (next == hwc::errand_action::send) {
    hwc::http_response answer;
    const auto deadline = hwc::saturating_add(over.clock().now().steady, run->timeout());
    const auto sent = over.send(run->request(), answer, {.deadline = deadline});
    const auto now = over.clock().now();
    next = sent ? run->answered(answer, now) : run->failed(sent.error(), now);
  }
  if (why) *why = run->why();
  return run->take();
}

// Environment variables for as long as it lives; all others that begin with HUAWEICLOUD_SDK_ are unset.
class environment {
 public:
  explicit environment(std::map<std::string, std::string> wanted) {
    for (const auto* name : {"AK", "SK", "SECURITY_TOKEN", "PROJECT_ID", "IDP_ID", "ID_TOKEN_FILE", "CREDENTIALS_FILE",
                             "IAM_ENDPOINT", "STS_ENDPOINT"}) {
      set(std::string{"HUAWEICLOUD_SDK_"} + name, std::nullopt);
    }
    for (const auto& [name, value] : wanted) set(name, value);
  }
  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;
  ~environment() {
    for (const auto& [name, value] : before_) put(name, value);
  }

 private:
  void set(const std::string& name, const std::optional<std::string>& value) {
    const char* old = std::getenv(name.c_str());
    before_.try_emplace(name, old ? std::optional<std::string>{old} : std::nullopt);
    put(name, value);
  }
  static void put(const std::string& name, const std::optional<std::string>& value) {
    if (value)
      ::setenv(name.c_str(), value->c_str(), 1);
    else
      ::unsetenv(name.c_str());
  }

  std::map<std::string, std::optional<std::string>> before_;
};

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_FETCHED_HPP
