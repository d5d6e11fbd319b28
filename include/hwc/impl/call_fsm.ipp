// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_CALL_FSM_IPP
#define HWC_IMPL_CALL_FSM_IPP

#include <hwc/call_fsm.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

namespace hwc::inline v0_1 {

HWC_DECL call_fsm::call_fsm(bool idempotent, const call_options& options, std::uint64_t seed, retry_budget* budget)
    : harmless_{idempotent},
      may_repeat_{idempotent || options.allow_duplicates},
      timeout_{options.timeout},
      trust_gateway_codes_{options.trust_gateway_codes},
      max_attempts_{std::max(options.max_attempts, 1)},
      response_limit_{options.response_limit},
      random_{seed},
      budget_{budget} {}

HWC_DECL void call_fsm::begin(moment now) { deadline_ = saturating_add(now.steady, timeout_); }

HWC_DECL bool call_fsm::may_send(moment now) {
  if (now.steady < deadline_) return true;
  if (!last_) last_ = error{.kind = error_kind::timeout, .message = "there was no time left to send the request"};
  finish();
  return false;
}

HWC_DECL call_action call_fsm::failed(transport_error why, moment now) {
  if (!why.begun && why.sent == delivery::not_sent) {
    --attempts_;
    return abandon(to_error(std::move(why)));
  }
  const bool retryable = why.retryable;
  last_ = to_error(std::move(why));
  fresh_connection_ = true;
  if (!retryable || (last_->sent == delivery::unknown && !may_repeat_)) return finish();
  return pause_for(jittered_pause(backoff_, attempts_, detail::splitmix64(random_)), now, price::one);
}

HWC_DECL call_action call_fsm::refused(const http_response& answer, error why, moment now) {
  const auto rule = remember(answer, std::move(why));
  auto pause = jittered_pause(backoff_, attempts_, detail::splitmix64(random_));
  switch (rule.again) {
    case repetition::never:
      put_back();
      return finish();
    case repetition::fresh_connection:
      // On a second connection the same answer is final.
      if (std::exchange(moved_, true)) return finish();
      fresh_connection_ = true;
      return pause_for(std::chrono::milliseconds{0}, now, price::free);
    case repetition::after_pause:
      break;
    case repetition::if_allowed:
      if (!may_repeat_) return finish();
      break;
    case repetition::if_harmless:
      if (!harmless_) return finish();
      break;
  }
  const auto asked = parse_retry_after(answer.headers.find("Retry-After").value_or(""), now.wall, backoff_.retry_after);
  const bool bidden = asked && asked->count() > 0;
  if (bidden) pause += *asked;  // not all at the same moment
  return pause_for(pause, now, bidden ? price::free : price::one);
}

HWC_DECL call_action call_fsm::sign_anew(const http_response& answer, error why, moment now) {
  remember(answer, std::move(why));
  return pause_for(std::chrono::milliseconds{0}, now, price::free);
}

HWC_DECL call_action call_fsm::wait_for_another(moment now) {
  wake_at_ = saturating_add(now.steady, std::chrono::milliseconds{10});
  if (wake_at_ < deadline_) return call_action::wait;
  return abandon({.kind = error_kind::timeout,
                  .message = "there was no time left while another call fetched the credentials or the project id"});
}

HWC_DECL call_action call_fsm::fail(error why) {
  last_ = std::move(why);
  return finish();
}

HWC_DECL call_action call_fsm::succeed() {
  last_.reset();
  if (attempts_ != 0) put_back();
  return call_action::finished;
}

HWC_DECL call_action call_fsm::abandon(error why) {
  why.sent = last_ ? last_->sent : delivery::not_sent;
  return fail(std::move(why));
}

HWC_DECL delivery call_fsm::sent_so_far() const noexcept {
  return doubt_ ? delivery::unknown : last_ ? last_->sent : delivery::not_sent;
}

HWC_DECL exchange_options call_fsm::exchange() const {
  return {.deadline = deadline_, .response_limit = response_limit_, .fresh_connection = fresh_connection_};
}

HWC_DECL void call_fsm::put_back() noexcept {
  if (budget_) budget_->put_back();
}

HWC_DECL status_rule call_fsm::remember(const http_response& answer, error why) {
  const auto rule = rule_for_answer(answer.status, why.code, trust_gateway_codes_);
  why.kind = rule.kind;
  why.status = answer.status;
  why.sent = rule.sent;
  last_ = std::move(why);
  return rule;
}

HWC_DECL call_action call_fsm::pause_for(std::chrono::milliseconds pause, moment now, price cost) {
  wake_at_ = saturating_add(now.steady, pause);
  if (attempts_ >= max_attempts_ || wake_at_ >= deadline_) return finish();
  if (cost == price::one && budget_ && !budget_->take()) {
    budget_spent_ = true;
    return finish();
  }
  // An attempt after this one does not undo what this one may have done.
  doubt_ = doubt_ || last_->sent == delivery::unknown;
  return call_action::wait;
}

HWC_DECL call_action call_fsm::finish() {
  last_->attempts = attempts_;
  if (doubt_) last_->sent = delivery::unknown;
  return call_action::finished;
}

}  // namespace hwc

#endif  // HWC_IMPL_CALL_FSM_IPP
