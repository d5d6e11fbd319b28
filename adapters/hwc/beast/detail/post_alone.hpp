// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_POST_ALONE_HPP
#define HWC_BEAST_DETAIL_POST_ALONE_HPP

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <memory>
#include <thread>
#include <utility>

namespace hwc::inline v0_1::beast::detail {

// Posts a step that may end an operation, and with it its context, while the caller is not back yet: copies of an
// executor must not outlive its context, so the step waits until the caller has none any more.
template <class Step>
void post_alone(boost::asio::any_io_executor executor, Step step) {
  const auto has_none = std::make_shared<std::atomic<bool>>(false);
  {
    const auto own = std::move(executor);
    boost::asio::post(own, [has_none, step = std::move(step)]() mutable {
      while (!has_none->load(std::memory_order_acquire)) std::this_thread::yield();
      step();
    });
  }
  has_none->store(true, std::memory_order_release);
}

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_POST_ALONE_HPP
