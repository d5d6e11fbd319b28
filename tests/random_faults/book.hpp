// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_RANDOM_FAULTS_BOOK_HPP
#define HWC_TESTS_RANDOM_FAULTS_BOOK_HPP

#include <hwc/error.hpp>
#include <hwc/http.hpp>

#include "random_faults/plan.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace random_faults {

// One arrival of a request, as the service saw it.
struct arrival {
  int status = 0;              // of the answer that it began to send; 0: none
  proof proves = proof::none;  // of that answer
  bool complete = false;       // it has the whole request
  bool seen = false;           // the client must come to know what it proves
};

// What the client was told.
struct told {
  bool success = false;
  hwc::delivery sent{};          // by the error; a success is `answered`
  hwc::delivery sent_by_info{};  // by `call_info`
  int attempts = 0;
  std::string text{};
  std::string request_id{};
};

// Both sides of every call: what the service received and answered, and what the client was told. Threads: all members
// may be called from any.
class book {
 public:
  book(std::uint64_t seed, std::size_t calls) : seed_{seed}, entries_(calls) {}

  [[nodiscard]] std::size_t calls() const noexcept { return entries_.size(); }
  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }

  // The call that a request target is of; nothing if it is none of ours.
  [[nodiscard]] std::optional<std::size_t> call_of(std::string_view target) const {
    constexpr std::string_view before = "/v2/p/users/u", after = "/resend-email";
    if (!target.starts_with(before) || !target.ends_with(after)) return std::nullopt;
    std::size_t call = 0;
    const auto* const end = target.data() + target.size() - after.size();
    if (std::from_chars(target.data() + before.size(), end, call).ptr != end || call >= entries_.size()) {
      return std::nullopt;
    }
    return call;
  }

  // The client's side. `begin` comes before the call, `end` after it.
  void begin(std::size_t call, const call_plan& how, std::stop_source stop) {
    const std::lock_guard lock{mutex_};
    entries_[call].how = how;
    entries_[call].stop = std::move(stop);
  }
  void end(std::size_t call, told what) {
    const std::lock_guard lock{mutex_};
    entries_[call].ends.push_back(std::move(what));
  }

  // The service's side. An arrival has a number, and what is played then follows from it.
  [[nodiscard]] std::pair<std::size_t, plan> arrive(std::size_t call) {
    const std::lock_guard lock{mutex_};
    auto& e = entries_[call];
    const auto number = e.arrivals.size();
    e.arrivals.emplace_back();
    auto p = plan_of(seed_, call, number, e.how.options.trust_gateway_codes);
    if (e.how.stop_at == number) p.stops = e.how.stop_when;
    e.arrivals.back().seen = p.is_seen();
    return {number, std::move(p)};
  }
  void complete(std::size_t call, std::size_t number) {
    const std::lock_guard lock{mutex_};
    entries_[call].arrivals[number].complete = true;
  }
  void answer(std::size_t call, std::size_t number, const plan& p) {
    const std::lock_guard lock{mutex_};
    auto& a = entries_[call].arrivals[number];
    a.status = p.answer.status;
    a.proves = p.proves;
  }
  // Has the call's stop token ask.
  void stop(std::size_t call) {
    std::stop_source source{std::nostopstate};
    {
      const std::lock_guard lock{mutex_};
      source = entries_[call].stop;
    }
    source.request_stop();
  }

  // What went wrong, one line for each call; to be asked when both sides have ended.
  [[nodiscard]] std::vector<std::string> complaints() const {
    std::vector<std::string> all;
    for (std::size_t call = 0; call != entries_.size(); ++call) {
      const auto what = wrong(call, entries_[call]);
      if (!what.empty()) all.push_back(user_of(call) + ": " + what + describe(entries_[call]));
    }
    return all;
  }

  // Calls whose outcome was certain from what was played, so that it was checked to the word.
  [[nodiscard]] std::size_t certain() const {
    return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), is_certain));
  }
  // Calls of which more than one request arrived.
  [[nodiscard]] std::size_t repeated() const {
    return static_cast<std::size_t>(
        std::count_if(entries_.begin(), entries_.end(), [](const entry& e) { return e.arrivals.size() > 1; }));
  }

 private:
  struct entry {
    call_plan how{};
    std::stop_source stop{std::nostopstate};
    std::vector<arrival> arrivals{};
    std::vector<told> ends{};
  };

  // Every attempt arrived, and the client must have seen what each of them proved.
  static bool is_certain(const entry& e) {
    return e.ends.size() == 1 && e.how.patient && !e.how.stopped && !e.arrivals.empty() &&
           static_cast<std::size_t>(e.ends[0].attempts) == e.arrivals.size() &&
           std::all_of(e.arrivals.begin(), e.arrivals.end(), [](const arrival& a) { return a.seen; });
  }

  static std::string wrong(std::size_t call, const entry& e) {
    if (e.ends.size() > 1) return "it ended more than once";
    const auto count = [&](auto fits) {
      return static_cast<std::size_t>(std::count_if(e.arrivals.begin(), e.arrivals.end(), fits));
    };
    if (e.ends.empty()) {
      if (e.how.stopped && e.arrivals.empty()) return {};  // not begun any more
      return "it did not end";
    }
    const auto& end = e.ends[0];
    if (end.sent != end.sent_by_info) return "the error and call_info do not agree on the delivery";
    if (e.arrivals.size() > static_cast<std::size_t>(end.attempts)) return "more requests than attempts";
    if (end.attempts > e.how.options.max_attempts) return "more attempts than allowed";
    // An email goes out once, unless the caller allowed more.
    const auto open = count([](const arrival& a) { return a.complete && a.proves != proof::refused; });
    if (!e.how.options.allow_duplicates && open > 1) return "the service has it twice, and did not refuse it";
    const auto proved = [&](proof what) { return count([what](const arrival& a) { return a.proves == what; }); };
    if (!end.request_id.empty() && !end.request_id.starts_with(user_of(call) + "-")) {
      return "it was told the answer to another call";
    }
    if (end.success) {
      if (proved(proof::done) == 0) return "sent, and the service did not say so";
    } else if (end.sent == hwc::delivery::not_sent) {
      if (open != 0) return "not_sent, and the service has it";
    } else if (end.sent == hwc::delivery::answered) {
      if (proved(proof::refused) == 0) return "answered, and the service refused nothing";
      if (open != 0) return "answered, and the service did not refuse it each time";
    }
    if (!is_certain(e)) return {};
    const bool done = e.arrivals.back().proves == proof::done;
    if (done != end.success) return done ? "not sent, although the service said so" : "sent";
    const bool refused = proved(proof::refused) == e.arrivals.size();
    if (!done && end.sent != (refused ? hwc::delivery::answered : hwc::delivery::unknown)) {
      return "another verdict than the answers prove";
    }
    return {};
  }

  static std::string describe(const entry& e) {
    std::string text = "; told";
    for (const auto& end : e.ends) {
      text += " [" + end.text + ", " + std::to_string(end.attempts) + " of " +
              std::to_string(e.how.options.max_attempts) + " attempts]";
    }
    if (e.how.options.allow_duplicates) text += ", duplicates allowed";
    if (e.how.options.trust_gateway_codes) text += ", gateway trusted";
    if (e.how.stopped) text += ", stopped";
    text += "; the service got";
    for (const auto& a : e.arrivals) {
      text += a.complete ? " [all" : " [a part";
      text += a.status == 0 ? "]" : ", answered " + std::to_string(a.status) + "]";
    }
    return text;
  }

  std::uint64_t seed_;
  mutable std::mutex mutex_;
  std::vector<entry> entries_;
};

}  // namespace random_faults

#endif  // HWC_TESTS_RANDOM_FAULTS_BOOK_HPP
