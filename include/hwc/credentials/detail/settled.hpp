// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_DETAIL_SETTLED_HPP
#define HWC_CREDENTIALS_DETAIL_SETTLED_HPP

#include <hwc/credentials/source.hpp>
#include <hwc/errand.hpp>
#include <hwc/http.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <memory>
#include <string>
#include <utility>

namespace hwc::inline v0_1::credentials::detail {

// A run that needs no exchange: it is over when it begins.
template <class T>
class settled final : public fetch<T> {
 public:
  explicit settled(issued<T> what) : what_{std::move(what)} {}
  settled(std::string message, lack why) : message_{std::move(message)}, why_{why} {}

  [[nodiscard]] errand_action start(moment) override {
    return message_.empty() ? this->found(std::move(what_)) : this->lacking(std::move(message_), why_);
  }
  [[nodiscard]] errand_action answered(const http_response&, moment) override { return errand_action::finished; }
  [[nodiscard]] errand_action failed(const transport_error&, moment) override { return errand_action::finished; }

 private:
  issued<T> what_{};
  std::string message_{};
  lack why_ = lack::failed;
};

template <class T>
[[nodiscard]] std::unique_ptr<fetch<T>> settle(issued<T> what) {
  return std::make_unique<settled<T>>(std::move(what));
}

// `message` names the source, what it lacks and what to do; it is not empty.
template <class T>
[[nodiscard]] std::unique_ptr<fetch<T>> settle_without(std::string message, lack why) {
  return std::make_unique<settled<T>>(std::move(message), why);
}

}  // namespace hwc::credentials::detail

#endif  // HWC_CREDENTIALS_DETAIL_SETTLED_HPP
