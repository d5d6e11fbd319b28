// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BULK_RUN_HPP
#define HWC_BULK_RUN_HPP

#include <hwc/bulk/detail/check_run.hpp>
#include <hwc/bulk/detail/course.hpp>
#include <hwc/bulk/events.hpp>
#include <hwc/send_all.hpp>

#include <ranges>
#include <type_traits>

namespace hwc::inline v0_1::bulk {

// Calls every operation of a list that was not called before, each at most once, and notes what becomes of it, so that
// a run that broke off, however it did, can be taken up with the same list:
//
//   hwc::rate_limited paced{hwc::curl::transport{}, {.requests = 100, .per = 1min}};
//   hwc::client client{where, paced, signer, hwc::return_result{}};
//   auto journal = hwc::bulk::file_journal::open("resend.journal", "resend-email, " + url + ", " + project_id);
//   if (!journal) return journal.error();
//   auto sum = hwc::bulk::run(client, all, &resend_email::user_id, *journal,
//                             [](const auto& e) { std::cout << e.key << ' ' << to_string(e.what) << '\n'; });
//
// It is `client.send_all` with a journal in between: whatever stands there holds here, of the range (read once, on this
// thread), of concurrency and of time. The pace is the transport's: over `rate_limited` an operation is begun, and
// noted, only when its request may leave.
//
// `key_of(op)` gives the key, anything that a std::string_view can be made of, and always the same for the same
// operation. What becomes of a key:
//
//   never heard of, or not_sent before     `begin` is noted, then it is called, then its outcome is noted
//   sent before                            left alone
//   unknown before                         left alone, unless `each.allow_duplicates`
//   met in this run already                left alone
//
// Each is told to `observer(const event<Op>&)`, on this thread, after it was noted. What it throws passes through, as
// does what the range, `key_of` or the journal throws: what is under way then is broken off, and `unknown` in the
// journal.
//
// Errors are in the summary. If the journal fails, no further operation is begun; those under way go on to their ends.
// <hwc/bulk/async_run.hpp> does the same without blocking.
template <class Client, class Operations, class KeyOf, class Journal, class Observer>
summary run(Client& client, Operations&& operations, KeyOf key_of, Journal& notes, Observer observer,
            const run_options& options = {}) {
  using range = std::remove_reference_t<Operations>;
  if constexpr (detail::check_run<Client, true, range, KeyOf, Journal, Observer>()) {
    using op = std::ranges::range_value_t<range>;
    detail::course<op, range, KeyOf, Journal, Observer> all{operations, key_of, notes, observer, options};
    client.send_all(all, [&](const op& one, const auto& came, const call_info& info) { all.ended(one, came, info); },
                    {.concurrency = options.concurrency, .each = options.each, .finish = options.finish});
    return all.take_summary(options.each.stop.stop_requested());
  } else {
    return {};
  }
}

}  // namespace hwc::bulk

#endif  // HWC_BULK_RUN_HPP
