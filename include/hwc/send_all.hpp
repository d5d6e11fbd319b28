// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SEND_ALL_HPP
#define HWC_SEND_ALL_HPP

#include <hwc/call.hpp>
#include <hwc/call_options.hpp>
#include <hwc/client_state.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/time.hpp>

#include <boost/describe/members.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <stop_token>
#include <type_traits>
#include <utility>
#include <vector>

namespace hwc::inline v0_1 {

// How `client::send_all` behaves.
struct send_all_options {
  // Exchanges under way at most; calls that pause before another attempt hold their place. 0 counts as 1, and a
  // transport that cannot multiplex has one. Memory grows with this number and not with that of the operations.
  // Over `rate_limited` a call begins only when its request may leave at once: enough is the rate times the time that
  // an answer takes, and more does no harm.
  std::size_t concurrency = 16;

  // For each call by itself; its timeout begins when the call begins. `stop` ends the whole, `info` is not used.
  call_options each{};

  // When it asks to stop, no further operation is begun, and those that are under way go on to their ends. Empty:
  // never.
  std::stop_token finish{};
};

// How many operations ended how.
struct send_all_summary {
  std::size_t sent = 0;      // the service did it
  std::size_t not_sent = 0;  // proved not done: never sent, or refused
  std::size_t unknown = 0;   // may have been done

  friend bool operator==(const send_all_summary&, const send_all_summary&) = default;
};

namespace detail {

// What a range-based for begins and ends with. Not what <ranges> has for that, which costs each source file some 0.1 s.
namespace range_access {
using std::begin;
using std::end;
template <class T>
auto begin_of(T& range) -> std::decay_t<decltype(begin(range))> {
  return begin(range);
}
template <class T>
auto end_of(T& range) -> std::decay_t<decltype(end(range))> {
  return end(range);
}
}  // namespace range_access
using range_access::begin_of;
using range_access::end_of;

template <class T>
using iterator_of = decltype(begin_of(std::declval<T&>()));

// What a range gives; void for what is no range.
template <class T>
struct element_of {
  using type = void;
};
template <class T>
requires std::input_iterator<iterator_of<T>> && std::sentinel_for<decltype(end_of(std::declval<T&>())), iterator_of<T>>
struct element_of<T> {
  using type = std::iter_value_t<iterator_of<T>>;
};

// What was meant as an operation; what it lacks is told apart from that.
template <class T>
concept meant_as_operation = boost::describe::has_describe_members<T>::value || requires {
  T::route;
};

template <class Sink, class Op>
concept sink_with_info = requires(Sink& sink, const Op& op, result<typename Op::response> outcome,
                                  const call_info& info) {
  sink(op, std::move(outcome), info);
};
template <class Sink, class Op>
concept sink_of = sink_with_info<Sink, Op> ||
    requires(Sink& sink, const Op& op, result<typename Op::response> outcome) {
  sink(op, std::move(outcome));
};

// Right before an operation is taken: whether it may be.
template <class Iterator>
[[nodiscard]] bool claimed([[maybe_unused]] Iterator& next) {
  if constexpr (requires {
                  { next.claim() } -> std::same_as<bool>;
                })
    return next.claim();
  else
    return true;
}

// Counts one that ended, and tells the sink.
template <class Op, class Sink>
void tell(Sink& sink, send_all_summary& sum, const Op& op, result<typename Op::response> outcome,
          const call_info& info) {
  if (outcome)
    ++sum.sent;
  else
    ++(outcome.error().sent == delivery::unknown ? sum.unknown : sum.not_sent);
  if constexpr (sink_with_info<Sink, Op>) {
    sink(op, std::move(outcome), info);
  } else {
    sink(op, std::move(outcome));
  }
}

// The multiplexed driver of calls: keeps `slots` of them going, and tells the sink of each when it ends.
template <class Op, class Signer, multiplexer Multiplexer, class Clock, class Sink>
class all_sender {
 public:
  all_sender(const endpoint& where, Signer& with, Multiplexer many, Clock clock, Sink& sink,
             const send_all_options& options, std::uint64_t seed, client_state& state)
      : where_{where},
        with_{with},
        clock_{clock},
        sink_{sink},
        each_{options.each},
        finish_{options.finish},
        seed_{seed},
        state_{state},
        slots_(std::max<std::size_t>(options.concurrency, 1)),
        many_{std::move(many)} {
    each_.info = nullptr;
    for (auto i = slots_.size(); i-- != 0;) free_.push_back(i);
  }

  template <class Iterator, class Sentinel>
  send_all_summary run(Iterator next, Sentinel end) {
    bool taken = false;  // `next` has begun; the range moves on only when another one is wanted
    for (bool more = true;;) {
      const auto has_room = [&] { return more && !free_.empty() && !ends(); };
      const auto may_leave = [&] {
        const auto from = accepts_from(many_);  // which may read the clock itself, so before that is read here
        return from <= clock_.now().steady;
      };
      // With nothing under way the range may be asked early: if it has ended, there is no turn to wait for.
      while (has_room() && (idle() || may_leave())) {
        if (std::exchange(taken, false)) ++next;
        more = next != end;
        if (!has_room() || !may_leave()) break;
        if (more = detail::claimed(next); !more) break;
        taken = true;
        const auto free = free_.size();
        begin(*next);
        // A range that is gone through once may take its time: before it is asked for more, all that can move does. So
        // it is where a call ended as it began: others may, one after the other, and keep those that wait from moving.
        if (!std::forward_iterator<Iterator> || free_.size() == free) {
          while (take_ended(clock_.now().steady)) {
          }
        }
      }
      if (idle() && !has_room()) return summary_;
      take_ended(has_room() ? std::min(earliest_wake(), accepts_from(many_)) : earliest_wake());
      wake();
    }
  }

 private:
  struct slot {
    std::optional<Op> op{};
    call_info info{};
    call_buffers buffers{};
    std::optional<hwc::call<Op, Signer>> one{};
    bool pauses = false;
  };

  [[nodiscard]] bool idle() const { return free_.size() == slots_.size(); }

  // Lets exchanges move until one has ended, or that time. Whether one had.
  bool take_ended(steady_time until) {
    auto ended = many_.next(until, waker());
    if (!ended) return false;
    act(ended->slot, slots_[ended->slot].one->completed(std::move(ended->outcome), clock_.now()));
    return true;
  }

  [[nodiscard]] bool stopped() const { return each_.stop.stop_requested(); }
  [[nodiscard]] bool ends() const { return stopped() || finish_.stop_requested(); }

  // What ends a wait, once each: either token, then the one that is left.
  [[nodiscard]] std::stop_token waker() const {
    if (ending_) return {};
    return finishing_ || !finish_.stop_possible() ? each_.stop : either_.get_token();
  }

  template <class Source>
  void begin(Source&& op) {
    const auto i = free_.back();
    auto& s = slots_[i];
    s.op.emplace(std::forward<Source>(op));
    auto options = each_;
    if constexpr (detail::sink_with_info<Sink, Op>) options.info = &s.info;
    s.one.emplace(with_, options, s.buffers, seed_++, &state_);
    free_.pop_back();
    act(i, s.one->start(*s.op, where_, clock_.now()));
  }

  // Does what the call asks for.
  void act(std::size_t i, call_action next) {
    auto& s = slots_[i];
    if (next != call_action::finished && stopped()) next = s.one->cancelled();
    set_pauses(s, next == call_action::wait);
    if (next == call_action::send) {
      auto limits = s.one->exchange();
      limits.stop = each_.stop;
      many_.start(i, s.one->request(), s.one->response(), limits);
    } else if (next == call_action::finished) {
      end(i);
    }
  }

  void set_pauses(slot& s, bool now) {
    if (s.pauses != now) now ? ++pausing_ : --pausing_;
    s.pauses = now;
  }

  void end(std::size_t i) {
    auto& s = slots_[i];
    auto outcome = s.one->take_result();
    s.one.reset();
    free_.push_back(i);
    detail::tell(sink_, summary_, *s.op, std::move(outcome), s.info);
  }

  [[nodiscard]] steady_time earliest_wake() const {
    auto earliest = steady_time::max();
    if (pausing_ == 0) return earliest;
    for (const auto& s : slots_) {
      if (s.pauses) earliest = std::min(earliest, s.one->wake_at());
    }
    return earliest;
  }

  // Calls whose pause is over go on; with a stop, all that pause end.
  void wake() {
    ending_ = stopped();
    finishing_ = finish_.stop_requested();
    for (std::size_t i = 0; pausing_ != 0 && i != slots_.size(); ++i) {
      auto& s = slots_[i];
      if (!s.pauses) continue;
      const auto now = clock_.now();
      if (ending_)
        act(i, s.one->cancelled());
      else if (now.steady >= s.one->wake_at())
        act(i, s.one->woke(now));
    }
  }

  const endpoint& where_;
  Signer& with_;
  Clock clock_;
  Sink& sink_;
  call_options each_;
  std::stop_token finish_;
  std::uint64_t seed_;
  client_state& state_;
  std::vector<slot> slots_;
  Multiplexer many_;                 // goes first: until then it may write to the slots
  std::vector<std::size_t> free_{};  // slots; the last used one at the back, whose memory is warm
  std::size_t pausing_ = 0;
  bool ending_ = false;     // what pauses has been stopped, and the exchanges under way end by their own tokens
  bool finishing_ = false;  // no further one is begun, and that has ended a wait
  send_all_summary summary_{};

  struct forward {
    std::stop_source& to;
    void operator()() const noexcept { to.request_stop(); }
  };
  std::stop_source either_{finish_.stop_possible() ? std::stop_source{} : std::stop_source{std::nostopstate}};
  std::stop_callback<forward> on_stop_{finish_.stop_possible() ? each_.stop : std::stop_token{}, forward{either_}};
  std::stop_callback<forward> on_finish_{finish_, forward{either_}};
};

}  // namespace detail
}  // namespace hwc

#endif  // HWC_SEND_ALL_HPP
