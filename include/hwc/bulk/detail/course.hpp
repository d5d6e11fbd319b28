// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BULK_DETAIL_COURSE_HPP
#define HWC_BULK_DETAIL_COURSE_HPP

#include <hwc/bulk/events.hpp>
#include <hwc/bulk/journal.hpp>
#include <hwc/call_options.hpp>
#include <hwc/error.hpp>

#include <cstddef>
#include <functional>
#include <iterator>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::bulk::detail {

// One run over a list: a range of what is left to be sent, for `send_all` to take from, and what is told of each when
// it ends. It is one object since either decides whether the other goes on.
template <class Op, std::ranges::input_range Operations, class KeyOf, class Journal, class Observer>
class course {
 public:
  course(Operations& operations, KeyOf& key_of, Journal& notes, Observer& observer, const run_options& options)
      : key_of_{key_of},
        journal_{notes},
        observer_{observer},
        options_{options},
        next_{std::ranges::begin(operations)},
        end_{std::ranges::end(operations)} {
    journal_.begin_run();
  }
  course(const course&) = delete;
  course& operator=(const course&) = delete;

  class iterator {
   public:
    using value_type = Op;
    using difference_type = std::ptrdiff_t;

    explicit iterator(course& of) : of_{&of} {}
    // Once for each.
    Op operator*() const { return *std::exchange(of_->current_, std::nullopt); }
    iterator& operator++() {
      of_->advance();
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return of_->over_; }
    // Right before it is sent.
    [[nodiscard]] bool claim() { return of_->begin_current(); }

   private:
    course* of_;
  };

  // Once.
  iterator begin() {
    advance();
    return iterator{*this};
  }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

  template <class Outcome>
  void ended(const Op& op, const Outcome& came, const call_info& info) {
    const auto why = came ? std::optional<error>{} : came.error();
    const auto what = !why ? outcome::sent : why->sent == delivery::unknown ? outcome::unknown : outcome::not_sent;
    const auto& key = std::invoke(key_of_, op);
    const std::string_view text{key};
    if (auto noted = journal_.end(text, what); !noted) give_up(ending::journal, std::move(noted).error());
    if (why) heed(*why);
    constexpr fate fates[] = {fate::not_sent, fate::unknown, fate::sent};
    tell(op, text, fates[static_cast<std::size_t>(what)], why ? &*why : nullptr, &info);
  }

  // `stopped`: what is under way was ended, too.
  [[nodiscard]] summary take_summary(bool stopped) {
    if (!given_up_ && !exhausted_) sum_.why = stopped ? ending::stop : ending::finish;
    if (!given_up_ && exhausted_ && cancelled_) sum_.why = ending::stop;
    return std::move(sum_);
  }

 private:
  // Goes to the next operation that is to be sent, past those that are not.
  void advance() {
    for (;;) {
      over_ = over_ || given_up_ || options_.each.stop.stop_requested() || options_.finish.stop_requested();
      if (over_) return;
      if (std::exchange(taken_, false)) ++next_;
      if (next_ == end_) {
        over_ = exhausted_ = true;
        return;
      }
      taken_ = true;
      current_.emplace(*next_);
      const auto& key = std::invoke(key_of_, std::as_const(*current_));
      key_.assign(std::string_view{key});
      const auto known = journal_.meet(key_);
      if (is_due(known, options_.each.allow_duplicates)) return;
      tell(*current_, key_,
           known == past::sent      ? fate::sent_before
           : known == past::unknown ? fate::unknown_before
                                    : fate::repeated);
    }
  }

  // False: it must not be sent, nor anything after it.
  bool begin_current() {
    if (given_up_) return false;
    if (auto noted = journal_.begin(key_); !noted) {
      give_up(ending::journal, std::move(noted).error());
      return false;
    }
    return true;
  }

  void heed(const error& why) {
    if (why.kind == error_kind::cancelled) {
      cancelled_ = true;
      return;
    }
    ++failed_;
    const bool refused = why.kind == error_kind::credentials || why.kind == error_kind::unauthorized;
    if (refused && options_.stop_when_refused)
      give_up(ending::refused, why);
    else if (options_.stop_after != 0 && failed_ >= options_.stop_after)
      give_up(ending::failures, why);
  }

  // What came first counts, except that nothing outweighs a journal that fails.
  void give_up(ending why, error reason) {
    if (given_up_ && (why != ending::journal || sum_.why == ending::journal)) return;
    given_up_ = true;
    sum_.why = why;
    sum_.error = std::move(reason);
  }

  void tell(const Op& op, std::string_view key, fate what, const error* why = nullptr,
            const call_info* info = nullptr) {
    constexpr std::size_t summary::*counts[] = {&summary::sent,        &summary::not_sent,       &summary::unknown,
                                                &summary::sent_before, &summary::unknown_before, &summary::repeated};
    ++(sum_.*counts[static_cast<std::size_t>(what)]);
    observer_(event<Op>{op, key, what, why, info});
  }

  KeyOf& key_of_;
  Journal& journal_;
  Observer& observer_;
  const run_options& options_;
  std::ranges::iterator_t<Operations> next_;
  std::ranges::sentinel_t<Operations> end_;
  bool taken_ = false;  // `next_` was looked at
  std::optional<Op> current_{};
  std::string key_{};
  bool over_ = false;
  bool exhausted_ = false;
  bool given_up_ = false;
  bool cancelled_ = false;
  std::size_t failed_ = 0;
  summary sum_{};
};

}  // namespace hwc::bulk::detail

#endif  // HWC_BULK_DETAIL_COURSE_HPP
