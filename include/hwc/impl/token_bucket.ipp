// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_TOKEN_BUCKET_IPP
#define HWC_IMPL_TOKEN_BUCKET_IPP

#include <hwc/token_bucket.hpp>

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

namespace hwc::inline v0_1 {

HWC_DECL token_bucket::token_bucket(const rate_limit& limit)
    : spacing_{divide_up(limit.per, std::max(limit.requests, 1))}, credit_{spacing_ * (std::max(limit.burst, 1) - 1)} {}

HWC_DECL token_bucket::turn token_bucket::take(steady_time now, steady_time deadline) {
  const std::lock_guard lock{mutex_};
  drop_past(now);
  // So that handing back needs no memory.
  const auto room = handed_back_.size() + taken_ + 1;
  if (room > handed_back_.capacity()) handed_back_.reserve(2 * room);
  const auto found = std::min_element(handed_back_.begin(), handed_back_.end());
  const bool fresh = found == handed_back_.end();
  const auto at = fresh ? fresh_turn(now) : *found;
  if (at >= deadline) return {};
  if (fresh)
    next_ = std::max(next_, at) + spacing_;
  else
    handed_back_.erase(found);
  ++taken_;
  return {*this, at};
}

HWC_DECL steady_time token_bucket::next_turn(steady_time now) {
  const std::lock_guard lock{mutex_};
  drop_past(now);
  const auto found = std::min_element(handed_back_.begin(), handed_back_.end());
  return found == handed_back_.end() ? fresh_turn(now) : *found;
}

HWC_DECL bool token_bucket::may_leave(turn& own, steady_time now, steady_time deadline) {
  if (!own || own.at() > now) return false;
  own.use();
  if (!blocks(now)) return true;
  own = take(now, deadline);
  return false;
}

HWC_DECL void token_bucket::heed(const http_response& answer, moment now) {
  if (answer.status != 429) return;
  const auto asked = answer.headers.find("Retry-After");
  if (!asked) return;
  const auto pause = parse_retry_after(*asked, now.wall, backoff{}.retry_after);
  if (!pause) return;
  const std::lock_guard lock{mutex_};
  blocked_until_ = std::max(blocked_until_, saturating_add(now.steady, *pause));
}

HWC_DECL steady_time::duration token_bucket::divide_up(steady_time::duration whole, int parts) {
  return (whole + steady_time::duration{parts - 1}) / parts;
}

HWC_DECL void token_bucket::drop_past(steady_time now) {
  const auto earliest = std::max(now, blocked_until_);
  std::erase_if(handed_back_, [&](steady_time at) { return at < earliest; });
}

HWC_DECL steady_time token_bucket::fresh_turn(steady_time now) const {
  return std::max({now, blocked_until_, next_ - credit_});
}

HWC_DECL bool token_bucket::blocks(steady_time now) {
  const std::lock_guard lock{mutex_};
  return blocked_until_ > now;
}

HWC_DECL void token_bucket::release(steady_time at, bool used) noexcept {
  const std::lock_guard lock{mutex_};
  --taken_;
  if (!used) handed_back_.push_back(at);
}

}  // namespace hwc

#endif  // HWC_IMPL_TOKEN_BUCKET_IPP
