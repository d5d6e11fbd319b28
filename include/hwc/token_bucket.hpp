// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TOKEN_BUCKET_HPP
#define HWC_TOKEN_BUCKET_HPP

#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>
#include <hwc/retry.hpp>
#include <hwc/time.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace hwc::inline v0_1 {

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

  explicit token_bucket(const rate_limit& limit);

  // The next turn, if it comes before the deadline; otherwise none, and none is used up. One that was handed back is as
  // good as a new one: it is a time at which a request might have left.
  [[nodiscard]] turn take(steady_time now, steady_time deadline);

  // When the turn would come that `take` would give now. Nothing is handed out: another thread may take it first.
  [[nodiscard]] steady_time next_turn(steady_time now);

  // Whether a turn has come; it is used then. If it came while the service wants everybody to wait, it is lost, and
  // `own` is a later one or, where none comes before the deadline, none.
  [[nodiscard]] bool may_leave(turn& own, steady_time now, steady_time deadline);

  // To be told each answer: a 429 with Retry-After holds everybody up until that time.
  void heed(const http_response& answer, moment now);

 private:
  static steady_time::duration divide_up(steady_time::duration whole, int parts);
  // With the lock held.
  void drop_past(steady_time now);
  [[nodiscard]] steady_time fresh_turn(steady_time now) const;
  [[nodiscard]] bool blocks(steady_time now);
  void release(steady_time at, bool used) noexcept;

  const steady_time::duration spacing_;
  const steady_time::duration credit_;
  std::mutex mutex_;
  steady_time next_{};
  steady_time blocked_until_{};
  std::size_t taken_ = 0;  // and neither used nor handed back
  std::vector<steady_time> handed_back_;
};

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/token_bucket.ipp>
#endif

#endif  // HWC_TOKEN_BUCKET_HPP
