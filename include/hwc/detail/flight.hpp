// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_FLIGHT_HPP
#define HWC_DETAIL_FLIGHT_HPP

#include <hwc/error.hpp>

#include <cstdint>
#include <optional>
#include <utility>

namespace hwc::inline v0_1::detail {

// Who of many calls fetches what all of them need. Used under the lock of its owner.
class flight {
 public:
  enum class turn : unsigned char {
    fetch,   // it is yours: `land` or `abandon` must follow
    wait,    // another one fetches
    failed,  // the one that was waited for failed; see `failure`
  };

  // `ticket` is the caller's, 0 at first, and remembers for whom it waits: who has waited for a flight shares its
  // failure instead of trying again at once.
  [[nodiscard]] turn ask(std::uint64_t& ticket) {
    const bool waited = ticket != 0 && ticket <= landed_;
    if (waited && failure_) return turn::failed;
    if (busy_) {
      ticket = landed_ + 1;
      return turn::wait;
    }
    busy_ = true;
    return turn::fetch;
  }

  // Whether somebody fetches, so that `ask` would not say `fetch`.
  [[nodiscard]] bool busy() const noexcept { return busy_; }

  void land(std::optional<error> failure) {
    ++landed_;
    failure_ = std::move(failure);
    busy_ = false;
  }
  void abandon() noexcept { busy_ = false; }

  [[nodiscard]] const error& failure() const { return *failure_; }

 private:
  bool busy_ = false;
  std::uint64_t landed_ = 0;
  std::optional<error> failure_{};
};

}  // namespace hwc::detail

#endif  // HWC_DETAIL_FLIGHT_HPP
