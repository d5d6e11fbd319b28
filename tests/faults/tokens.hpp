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
#include <optional>
#include <string>
#include <utility>

namespace faults {

// Gives tokens that are numbered and live for a year, and counts them. Where it has an origin it asks there for each,
// by a GET of `/token`; else it asks nobody.
class numbered_tokens : public hwc::credentials::token_source {
 public:
  explicit numbered_tokens(std::shared_ptr<std::atomic<int>> count, std::optional<hwc::http_origin> where = {})
      : count_{std::move(count)}, where_{std::move(where)} {}
  [[nodiscard]] std::unique_ptr<hwc::credentials::fetch<hwc::secret>> begin() const override {
    return std::make_unique<run>(count_, where_);
  }

 private:
  struct run final : hwc::credentials::fetch<hwc::secret> {
    run(std::shared_ptr<std::atomic<int>> of, const std::optional<hwc::http_origin>& where)
        : count{std::move(of)}, asks{where.has_value()} {
      if (where) request_.origin = *where;
      request_.target = "/token";
    }
    hwc::errand_action start(hwc::moment now) override { return asks ? hwc::errand_action::send : numbered(now); }
    hwc::errand_action answered(const hwc::http_response& answer, hwc::moment now) override {
      return answer.status == 200 ? numbered(now) : lacking("refused");
    }
    hwc::errand_action failed(const hwc::transport_error&, hwc::moment) override { return lacking("not answered"); }
    hwc::errand_action numbered(hwc::moment now) {
      return found({.value = hwc::secret{std::string{token} + "-" + std::to_string(++*count)},
                    .expires_at = now.wall + std::chrono::years{1}});
    }
    std::shared_ptr<std::atomic<int>> count;
    bool asks;
  };
  std::shared_ptr<std::atomic<int>> count_;
  std::optional<hwc::http_origin> where_;
};

// A signer that fetches such tokens.
[[nodiscard]] inline hwc::refreshing_signer<hwc::token_signer> fetching_signer(
    std::shared_ptr<std::atomic<int>> count, std::optional<hwc::http_origin> where = {}) {
  return hwc::refreshing_signer<hwc::token_signer>{numbered_tokens{std::move(count), std::move(where)}};
}

}  // namespace faults

#endif  // HWC_TESTS_FAULTS_TOKENS_HPP
