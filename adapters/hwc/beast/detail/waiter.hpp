// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_WAITER_HPP
#define HWC_BEAST_DETAIL_WAITER_HPP

#include <hwc/transport.hpp>

namespace hwc::beast::detail {

class connection;

// Who waits for the end of an exchange. `ended` is called once, on the connection's executor, and disposes of the
// object; `drop` does so instead where the end is never told, since the execution context is destroyed.
struct waiter {
  virtual void ended(exchange_result outcome, connection& used) = 0;
  virtual void drop() noexcept = 0;

 protected:
  ~waiter() = default;
};

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_WAITER_HPP
