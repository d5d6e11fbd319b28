// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BULK_JOURNAL_HPP
#define HWC_BULK_JOURNAL_HPP

#include <hwc/error.hpp>

#include <concepts>
#include <string_view>

namespace hwc::inline v0_1::bulk {

// What a journal knows of a key, a user's id say.
enum class past : unsigned char {
  none,      // never heard of
  not_sent,  // tried, and proved not done
  unknown,   // begun, and no outcome was noted, or the outcome was unknown: the email may have gone out
  sent,      // done
  repeated,  // was met in this run before, whatever came of it
};

// Whether a run calls an operation of whose key that is known. With `allow_duplicates` also one that is unknown.
[[nodiscard]] constexpr bool is_due(past known, bool allow_duplicates) noexcept {
  return known == past::none || known == past::not_sent || (known == past::unknown && allow_duplicates);
}

// How an attempt ended.
enum class outcome : unsigned char { not_sent, unknown, sent };

namespace detail {

template <class T>
concept has_begin_run = requires(T& j) {
  j.begin_run();
};
template <class T>
concept has_meet = requires(T& j, std::string_view key) {
  { j.meet(key) } -> std::same_as<past>;
};
template <class T>
concept has_begin = requires(T& j, std::string_view key) {
  { j.begin(key) } -> std::same_as<result<void>>;
};
template <class T>
concept has_end = requires(T& j, std::string_view key, outcome what) {
  { j.end(key, what) } -> std::same_as<result<void>>;
};

}  // namespace detail

// A Journal remembers what became of each key, so that a run that broke off can be taken up without sending anything
// twice.
//
//   void begin_run();
//   hwc::bulk::past meet(std::string_view key);
//   hwc::result<void> begin(std::string_view key);
//   hwc::result<void> end(std::string_view key, hwc::bulk::outcome);
//
// What the compiler cannot check:
//  1. `begin_run` forgets which keys were met, and nothing else.
//  2. `meet` gives what is known of a key: `repeated` from the second time on that it is met in a run. It notes nothing
//     that lasts.
//  3. `begin` makes a note that outlasts a crash, before it returns: from then on the key is `unknown` until `end`. An
//     error means that the email must not be attempted. The note may be there all the same.
//  4. `end` notes how the attempt ended. That note may be lost in a crash: then the key stays `unknown`, which is safe.
//  5. An error of either ends the run before the next email.
//
// Keys are told apart byte by byte. One thread at a time. <hwc/bulk/file_journal.hpp> has one in a file,
// <hwc/bulk/memory_journal.hpp> one for runs that need none.
template <class T>
concept journal = detail::has_begin_run<T> && detail::has_meet<T> && detail::has_begin<T> && detail::has_end<T>;

}  // namespace hwc::bulk

#endif  // HWC_BULK_JOURNAL_HPP
