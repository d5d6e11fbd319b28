// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_WAITER_HPP
#define HWC_BEAST_DETAIL_WAITER_HPP

#include <hwc/beast/detail/turns.hpp>
#include <hwc/transport.hpp>

#include <memory>

namespace hwc::inline v0_1::beast::detail {

class connection;
class queued;

// Who waits for the end of an exchange. `ended` is called once, on the executor of the connection, or of the line in
// which the exchange waited if there was none, and disposes of the object; `drop` does so instead where the end is
// never told, since the execution context is destroyed.
struct waiter {
  virtual void ended(exchange_result outcome, connection* used) = 0;
  virtual void drop() noexcept = 0;

  turn own{};                      // to the connection, until it is given back
  std::shared_ptr<queued> line{};  // where the exchange waited, if it did: who cancels it knows only that

 protected:
  ~waiter() = default;
};

struct waiter_dropper {
  void operator()(waiter* object) const noexcept { object->drop(); }
};
using owned_waiter = std::unique_ptr<waiter, waiter_dropper>;

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_WAITER_HPP
