// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BULK_DETAIL_CHECK_RUN_HPP
#define HWC_BULK_DETAIL_CHECK_RUN_HPP

#include <hwc/bulk/events.hpp>
#include <hwc/bulk/journal.hpp>

#include <concepts>
#include <functional>
#include <ranges>
#include <string_view>

namespace hwc::inline v0_1::bulk::detail {

template <class KeyOf, class Op>
concept key_of = requires(KeyOf& key_of, const Op& op) {
  { std::invoke(key_of, op) } -> std::convertible_to<std::string_view>;
};
template <class Observer, class Op>
concept observer_of = requires(Observer& observer, const event<Op>& told) {
  observer(told);
};

// What a client says of itself; one that says nothing is taken at its word.
template <class Client>
concept only_asynchronous = requires {
  requires !Client::blocking;
};
template <class Client>
concept only_blocking = requires {
  requires !Client::asynchronous;
};

// What is wrong is said once, in one sentence.
template <class Client, bool blocks, class Operations, class KeyOf, class Journal, class Observer>
constexpr bool check_run() {
  constexpr bool can_block = !blocks || !only_asynchronous<Client>;
  static_assert(can_block,
                "hwc: this client's Transport is asynchronous and cannot block; call `bulk::async_run` instead; see "
                "<hwc/bulk/async_run.hpp>");
  constexpr bool can_defer = blocks || !only_blocking<Client>;
  static_assert(can_defer,
                "hwc: this client's Transport is not asynchronous; call `bulk::run` instead, or take "
                "hwc::beast::async_transport; see <hwc/bulk/run.hpp>");
  constexpr bool is_range = std::ranges::input_range<Operations>;
  static_assert(is_range,
                "hwc: a run needs a range of operations, a std::vector<hwc::workspace::resend_email> for instance; for "
                "one operation call `send(op)`");
  static_assert(has_begin_run<Journal>, "hwc: Journal needs `void begin_run()`; see <hwc/bulk/journal.hpp>");
  static_assert(has_meet<Journal>,
                "hwc: Journal needs `hwc::bulk::past meet(std::string_view key)`; see <hwc/bulk/journal.hpp>");
  static_assert(has_begin<Journal>,
                "hwc: Journal needs `hwc::result<void> begin(std::string_view key)`; see <hwc/bulk/journal.hpp>");
  static_assert(has_end<Journal>,
                "hwc: Journal needs `hwc::result<void> end(std::string_view key, hwc::bulk::outcome)`; see "
                "<hwc/bulk/journal.hpp>");
  if constexpr (is_range && journal<Journal>) {
    using op = std::ranges::range_value_t<Operations>;
    constexpr bool has_key = key_of<KeyOf, op>;
    static_assert(has_key,
                  "hwc: a run needs a key of each operation: a function from `const Op&` to text, or a member, "
                  "`&hwc::workspace::resend_email::user_id` for instance");
    constexpr bool is_observed = observer_of<Observer, op>;
    static_assert(is_observed,
                  "hwc: a run needs an observer that takes `const hwc::bulk::event<Op>&`; see "
                  "<hwc/bulk/events.hpp>");
    return can_block && can_defer && has_key && is_observed;
  }
  return false;
}

}  // namespace hwc::bulk::detail

#endif  // HWC_BULK_DETAIL_CHECK_RUN_HPP
