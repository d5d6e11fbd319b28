// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_FIXED_HPP
#define HWC_CREDENTIALS_FIXED_HPP

#include <hwc/credentials/detail/settled.hpp>
#include <hwc/credentials/source.hpp>

#include <memory>
#include <utility>

namespace hwc::inline v0_1::credentials {

// Credentials that are at hand, as a source: to stand in a chain, or to get others from.
template <class T>
class fixed final : public source<T> {
 public:
  explicit fixed(T value) : value_{std::move(value)} {}

  // With an end, after which they are not used any more, and the project that they are for.
  explicit fixed(issued<T> value) : value_{std::move(value)} {}

  [[nodiscard]] std::unique_ptr<fetch<T>> begin() const override { return detail::settle(value_); }

 private:
  issued<T> value_;
};

}  // namespace hwc::credentials

#endif  // HWC_CREDENTIALS_FIXED_HPP
