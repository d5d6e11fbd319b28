// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BULK_ASYNC_RUN_HPP
#define HWC_BULK_ASYNC_RUN_HPP

#include <hwc/bulk/detail/check_run.hpp>
#include <hwc/bulk/detail/course.hpp>
#include <hwc/bulk/events.hpp>
#include <hwc/call_options.hpp>
#include <hwc/send_all.hpp>

#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>

namespace hwc::inline v0_1::bulk {
namespace detail {

// All that an asynchronous run owns, at one address: the range that it is to `async_send_all` and the sink refer to it.
template <class Op, class Operations, class KeyOf, class Journal, class Observer>
class async_course {
  using course_type = course<Op, std::remove_reference_t<Operations>, KeyOf, Journal, Observer>;

 public:
  async_course(Operations&& operations, KeyOf&& key_of, Journal& notes, Observer&& observer, const run_options& options)
      : operations_{std::forward<Operations>(operations)},
        key_of_{std::move(key_of)},
        journal_{notes},
        observer_{std::move(observer)},
        options_{options} {}
  async_course(const async_course&) = delete;
  async_course& operator=(const async_course&) = delete;

  struct range {
    std::unique_ptr<async_course> of;
    // Only here is anything asked of what the caller gave.
    auto begin() {
      return of->all_.emplace(of->operations_, of->key_of_, of->journal_, of->observer_, of->options_).begin();
    }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }
  };
  struct sink {
    async_course* of;
    template <class Outcome>
    void operator()(const Op& op, const Outcome& came, const call_info& info) {
      of->all_->ended(op, came, info);
    }
    [[nodiscard]] summary summarize(bool stopped) {
      if (of->all_) return of->all_->take_summary(stopped);
      return {.why = stopped ? ending::stop : ending::finish};  // it ended before it began
    }
  };

 private:
  Operations operations_;
  KeyOf key_of_;
  Journal& journal_;
  Observer observer_;
  run_options options_;
  std::optional<course_type> all_{};
};

}  // namespace detail

// `run` without blocking, over a client whose transport is asynchronous; see <hwc/bulk/run.hpp> for what it does. It
// completes through any Asio completion token, as `void(std::exception_ptr, hwc::bulk::summary)`:
//
//   auto sum = co_await hwc::bulk::async_run(client, all, &resend_email::user_id, journal, observer, {},
//                                            boost::asio::use_awaitable);
//
// It is `client.async_send_all` with a journal in between: whatever stands there holds here. Range, `key_of`, journal
// and observer are called through the handler's executor, one at a time; a `file_journal` waits there for its medium,
// so give the handler an executor of its own where that must not hold up others, a `thread_pool` of one thread say.
// What they throw reaches the handler, with no summary to speak of. A cancellation slot ends the run as
// `each.stop` does, and it says `ending::stop`.
//
// `key_of`, the observer, the options and a range that is an rvalue are moved into the run. The client, the journal and
// an lvalue range must live until the handler was called, or until nothing runs the transport's context any more.
template <class Client, class Operations, class KeyOf, class Journal, class Observer, class Token>
auto async_run(Client& client, Operations&& operations, KeyOf key_of, Journal& notes, Observer observer,
               const run_options& options, Token&& token) {
  using range = std::remove_reference_t<Operations>;
  if constexpr (detail::check_run<Client, false, range, KeyOf, Journal, Observer>()) {
    using all = detail::async_course<std::ranges::range_value_t<range>, Operations, KeyOf, Journal, Observer>;
    auto made = std::make_unique<all>(std::forward<Operations>(operations), std::move(key_of), notes,
                                      std::move(observer), options);
    typename all::sink sink{made.get()};
    return client.async_send_all(
        typename all::range{std::move(made)}, sink,
        send_all_options{.concurrency = options.concurrency, .each = options.each, .finish = options.finish},
        std::forward<Token>(token));
  }
}

}  // namespace hwc::bulk

#endif  // HWC_BULK_ASYNC_RUN_HPP
