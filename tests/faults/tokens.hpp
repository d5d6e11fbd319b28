// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_FAULTS_TOKENS_HPP
#define HWC_TESTS_FAULTS_TOKENS_HPP

#include <hwc/credentials/source.hpp>
#include <hwc/errand.hpp>
#include <hwc/http.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/refreshing.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include "faults/subject.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

namespace faults {

// Gives tokens that are numbered and live for an hour, without asking anybody, and counts them.
class numbered_tokens : public hwc::credentials::token_source {
 public:
  explicit numbered_tokens(std::shared_ptr<std::atomic<int>> count) : count_{std::move(count)} {}
  [[nodiscard]] std::unique_ptr<hwc::credentials::fetch<hwc::secret>> begin() const override {
    return std::make_unique<run>(count_);
  }

 private:
  struct run final : hwc::credentials::fetch<hwc::secret> {
    explicit run(std::shared_ptr<std::atomic<int>> of) : count{std::move(of)} {}
    hwc::errand_action start(hwc::moment now) override {
      return found({.value = hwc::secret{std::string{token} + "-" + std::to_string(++*count)},
                    .expires_at = now.wall + std::chrono::hours{1}});
    }
    hwc::errand_action answered(const hwc::http_response&, hwc::moment) override { return lacking("not asked"); }
    hwc::errand_action failed(const hwc::transport_error&, hwc::moment) override { return lacking("not asked"); }
    std::shared_ptr<std::atomic<int>> count;
  };
  std::shared_ptr<std::atomic<int>> count_;
};

// A signer that fetches such tokens.
[[nodiscard]] inline hwc::refreshing_signer<hwc::token_signer> fetching_signer(
    std::shared_ptr<std::atomic<int>> count) {
  return hwc::refreshing_signer<hwc::token_signer>{numbered_tokens{std::move(count)}};
}

}  // namespace faults

#endif  // HWC_TESTS_FAULTS_TOKENS_HPP
