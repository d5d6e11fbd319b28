// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_TURNS_HPP
#define HWC_BEAST_DETAIL_TURNS_HPP

#include <hwc/http.hpp>
#include <hwc/time.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>

namespace hwc::inline v0_1::beast::detail {

class turn;
class turns;

// Who may have to wait for a turn. It stays in line until it gets one or is destroyed.
class turn_taker : public std::enable_shared_from_this<turn_taker> {
 public:
  explicit turn_taker(std::shared_ptr<turns> of) : of_{std::move(of)} {}
  turn_taker(const turn_taker&) = delete;
  turn_taker& operator=(const turn_taker&) = delete;

  // The turn has come. Called once at most, on any thread and with no lock held. Who no longer wants it lets it go.
  virtual void granted(turn own) noexcept = 0;

 protected:
  ~turn_taker();

 private:
  friend class turns;

  // What follows belongs to `of_`.
  std::shared_ptr<turns> of_;
  std::list<turn_taker*>* line_ = nullptr;  // in which it stands; null: in none
  std::list<turn_taker*>::iterator place_{};
};

// How many connections to an origin there may be at once; a turn is the right to one. Who finds none free stands in
// line, one for each origin, and is served in the order of coming. Who has a turn uses a connection that rests where
// there is one, and gives the turn up after the connection was laid to rest or closed: so those that rest count too.
//
// Any thread. Allocates where somebody has to wait, and where more origins are in use at once than ever before.
class turns : public std::enable_shared_from_this<turns> {
 public:
  // `most`: for each origin, at least one.
  explicit turns(std::size_t most) : most_{most} {}

  // A turn that is free, while nobody waits for one. Else an empty one, and `otherwise`, if given, stands in line.
  [[nodiscard]] turn take(const http_origin& origin, turn_taker* otherwise = nullptr);

 private:
  friend class turn;
  friend class turn_taker;

  struct line {
    http_origin origin{};
    std::size_t taken = 0;
    bool serving = false;  // somebody is about to grant what has become free
    std::list<turn_taker*> waiting{};
  };

  // That of the origin, else one that nobody uses.
  line& line_of(const http_origin& origin) {
    auto found = std::find_if(lines_.begin(), lines_.end(), [&](const line& each) { return each.origin == origin; });
    if (found != lines_.end()) return *found;
    found = std::find_if(lines_.begin(), lines_.end(),
                         [](const line& each) { return each.taken == 0 && !each.serving && each.waiting.empty(); });
    auto& own = found != lines_.end() ? *found : lines_.emplace_back();
    own.origin = origin;
    return own;
  }

  void give_up(line& own) noexcept;

  void leave(turn_taker& gone) noexcept {
    const std::lock_guard lock{mutex_};
    if (gone.line_ != nullptr) gone.line_->erase(gone.place_);
  }

  const std::size_t most_;
  std::mutex mutex_;
  std::list<line> lines_;
};

// The right to a connection, or none. Where it is destroyed, the next in line gets it.
class turn {
 public:
  turn() = default;
  turn(turn&& other) noexcept : of_{std::move(other.of_)}, line_{std::exchange(other.line_, nullptr)} {}
  turn& operator=(turn&& other) noexcept {
    turn old{std::move(*this)};
    of_ = std::move(other.of_);
    line_ = std::exchange(other.line_, nullptr);
    return *this;
  }
  ~turn() {
    if (line_ != nullptr) of_->give_up(*line_);
  }

  explicit operator bool() const noexcept { return line_ != nullptr; }

 private:
  friend class turns;
  turn(std::shared_ptr<turns> of, turns::line& own) : of_{std::move(of)}, line_{&own} {}

  std::shared_ptr<turns> of_;
  turns::line* line_ = nullptr;
};

inline turn_taker::~turn_taker() { of_->leave(*this); }

inline turn turns::take(const http_origin& origin, turn_taker* otherwise) {
  const std::lock_guard lock{mutex_};
  auto& own = line_of(origin);
  if (own.taken < most_ && own.waiting.empty()) {
    ++own.taken;
    return {shared_from_this(), own};
  }
  if (otherwise != nullptr) {
    otherwise->place_ = own.waiting.insert(own.waiting.end(), otherwise);
    otherwise->line_ = &own.waiting;
  }
  return {};
}

inline void turns::give_up(line& own) noexcept {
  std::unique_lock lock{mutex_};
  --own.taken;
  // A turn that is let go while it is granted comes back here: without this, once more for each that waits.
  if (own.serving) return;
  own.serving = true;
  while (own.taken < most_ && !own.waiting.empty()) {
    auto* const first = own.waiting.front();
    own.waiting.pop_front();
    first->line_ = nullptr;
    auto next = first->weak_from_this().lock();
    if (!next) continue;  // it is about to leave
    ++own.taken;
    turn granted{shared_from_this(), own};
    lock.unlock();
    next->granted(std::move(granted));
    next.reset();
    lock.lock();
  }
  own.serving = false;
}

// A thread that waits for its turn.
class sleeper final : public turn_taker {
 public:
  using turn_taker::turn_taker;

  // The turn, or an empty one when that time comes first or the token asks to stop.
  [[nodiscard]] turn wait(steady_time until, const std::stop_token& stop) {
    std::unique_lock lock{mutex_};
    wake_.wait_until(lock, stop, until, [this] { return static_cast<bool>(own_); });
    return std::move(own_);
  }

  void granted(turn own) noexcept override {
    {
      const std::lock_guard lock{mutex_};
      own_ = std::move(own);
    }
    wake_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any wake_;
  turn own_;
};

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_TURNS_HPP
