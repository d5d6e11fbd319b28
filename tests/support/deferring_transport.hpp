// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_DEFERRING_TRANSPORT_HPP
#define HWC_TESTS_SUPPORT_DEFERRING_TRANSPORT_HPP

#include <hwc/call_fsm.hpp>
#include <hwc/fake/transport.hpp>

#include <utility>

namespace support {

// The simplest asynchronous transport: it drives the call at once, over the fake, and the "token" is a function. It
// shows what an adapter has to do, without Asio.
struct deferring_transport {
  static constexpr bool asynchronous = true;

  template <class Job, class Handler>
  void async_call(Job job, Handler&& handler) {
    auto next = job.start(inner.clock().now());
    while (next != hwc::call_action::finished) {
      if (job.exchange().stop.stop_requested()) {
        next = job.cancelled();
      } else if (next == hwc::call_action::send) {
        auto outcome = inner.send(job.request(), job.response(), job.exchange());
        next = job.completed(std::move(outcome), inner.clock().now());
      } else {
        inner.clock().wait_until(job.wake_at(), job.waker());
        next = job.woke(inner.clock().now());
      }
    }
    job.deliver(std::forward<Handler>(handler));
  }

  hwc::fake::clock& clock() { return inner.clock(); }
  hwc::fake::transport inner;
};

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_DEFERRING_TRANSPORT_HPP
