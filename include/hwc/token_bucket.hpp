// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TOKEN_BUCKET_HPP
#define HWC_TOKEN_BUCKET_HPP

#include <hwc/http.hpp>
#include <hwc/retry.hpp>
#include <hwc/time.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace hwc {

// How many requests may leave in which time.
struct rate_limit {
  int requests = 100;  // so many, evenly spread. Below 1 counts as 1
  // In this time. Default: the service's limit for changes. Zero or less: no limit.
  std::chrono::milliseconds per = std::chrono::minutes{1};
  int burst = 1;  // so many at once after a rest. Below 1 counts as 1
};

// Gives out turns, times from which on one request each may leave, so that over any stretch of time `per` at most
// `requests + burst - 1` of them come. One that is used late does not move the later ones. It reads no clock and waits
// for nobody. What `rate_limited` does with it, in short:
//
//   auto own = bucket.take(now, deadline);
//   while (!bucket.may_leave(own, now, deadline)) {
//     if (!own) return too_late;                                     // no turn before the deadline
//     … wait until own.at(), or drop the turn …
//   }
//
// A turn that is dropped without being used is handed back: the next one to be taken may be that. Those who wait
// already keep theirs, unless a 429 puts them off: then each takes another one when its own has come, in no certain
// order. So the service's wish to wait holds for all, whoever was throttled.
//
// Threads: all members may be called at once. The bucket outlives its turns. Handing back needs no memory.
class token_bucket {
 public:
  // A time at which one request may leave, or none. Movable; dropping it hands it back.
  class turn {
   public:
    turn() = default;
    turn(turn&& other) noexcept : of_{std::exchange(other.of_, nullptr)}, at_{other.at_} {}
    turn& operator=(turn&& other) noexcept {
      if (of_) of_->release(at_, false);
      of_ = std::exchange(other.of_, nullptr);
      at_ = other.at_;
      return *this;
    }
    ~turn() {
      if (of_) of_->release(at_, false);
    }

    explicit operator bool() const noexcept { return of_ != nullptr; }
    [[nodiscard]] steady_time at() const noexcept { return at_; }

   private:
    friend token_bucket;
    turn(token_bucket& of, steady_time at) : of_{&of}, at_{at} {}
    void use() noexcept { std::exchange(of_, nullptr)->release(at_, true); }

    token_bucket* of_ = nullptr;
    steady_time at_{};
  };

  explicit token_bucket(const rate_limit& limit)
      : spacing_{divide_up(limit.per, std::max(limit.requests, 1))},
        credit_{spacing_ * (std::max(limit.burst, 1) - 1)} {}

  // The next turn, if it comes before the deadline; otherwise none, and none is used up. One that was handed back is as
  // good as a new one: it is a time at which a request might have left.
  [[nodiscard]] turn take(steady_time now, steady_time deadline) {
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

  // When the turn would come that `take` would give now. Nothing is handed out: another thread may take it first.
  [[nodiscard]] steady_time next_turn(steady_time now) {
    const std::lock_guard lock{mutex_};
    drop_past(now);
    const auto found = std::min_element(handed_back_.begin(), handed_back_.end());
    return found == handed_back_.end() ? fresh_turn(now) : *found;
  }

  // Whether a turn has come; it is used then. If it came while the service wants everybody to wait, it is lost, and
  // `own` is a later one or, where none comes before the deadline, none.
  [[nodiscard]] bool may_leave(turn& own, steady_time now, steady_time deadline) {
    if (!own || own.at() > now) return false;
    own.use();
    if (!blocks(now)) return true;
    own = take(now, deadline);
    return false;
  }

  // To be told each answer: a 429 with Retry-After holds everybody up until that time.
  void heed(const http_response& answer, moment now) {
    if (answer.status != 429) return;
    const auto asked = answer.headers.find("Retry-After");
    if (!asked) return;
    const auto pause = parse_retry_after(*asked, now.wall, backoff{}.retry_after);
    if (!pause) return;
    const std::lock_guard lock{mutex_};
    blocked_until_ = std::max(blocked_until_, saturating_add(now.steady, *pause));
  }

 private:
  static steady_time::duration divide_up(steady_time::duration whole, int parts) {
    return (whole + steady_time::duration{parts - 1}) / parts;
  }
  // With the lock held.
  void drop_past(steady_time now) {
    const auto earliest = std::max(now, blocked_until_);
    std::erase_if(handed_back_, [&](steady_time at) { return at < earliest; });
  }
  [[nodiscard]] steady_time fresh_turn(steady_time now) const {
    return std::max({now, blocked_until_, next_ - credit_});
  }
  [[nodiscard]] bool blocks(steady_time now) {
    const std::lock_guard lock{mutex_};
    return blocked_until_ > now;
  }
  void release(steady_time at, bool used) noexcept {
    const std::lock_guard lock{mutex_};
    --taken_;
    if (!used) handed_back_.push_back(at);
  }

  const steady_time::duration spacing_;
  const steady_time::duration credit_;
  std::mutex mutex_;
  steady_time next_{};
  steady_time blocked_until_{};
  std::size_t taken_ = 0;  // and neither used nor handed back
  std::vector<steady_time> handed_back_;
};

}  // namespace hwc

#endif  // HWC_TOKEN_BUCKET_HPP
