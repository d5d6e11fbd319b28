// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_DETAIL_EXCHANGED_HPP
#define HWC_CREDENTIALS_DETAIL_EXCHANGED_HPP

#include <hwc/credentials/detail/refusal.hpp>
#include <hwc/credentials/source.hpp>
#include <hwc/errand.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::credentials::detail {

// A run of one exchange with a service. `what` begins the messages: what is fetched, and where.
template <class T>
class exchanged : public fetch<T> {
 public:
  [[nodiscard]] errand_action start(moment now) override { return ask_or_end(ask(now)); }
  [[nodiscard]] errand_action answered(const http_response& answer, moment now) override {
    auto got = read(answer, now);
    if (got) return this->found(*std::move(got));
    return this->lacking(std::move(got).error().message, refuses(answer) ? lack::refused : lack::failed);
  }
  [[nodiscard]] errand_action failed(const transport_error& why, moment) override {
    return this->lacking(no_answer(what_, why) + "; check the network and the address " + address());
  }

 protected:
  explicit exchanged(std::string what) : what_{std::move(what)} {}

  // Makes `request_`. Errors: why it cannot be made.
  [[nodiscard]] virtual result<void> ask(moment now) = 0;
  [[nodiscard]] virtual result<issued<T>> read(const http_response& answer, moment now) = 0;

  // Whether the service said no to what was shown, so that showing it again may lock the account.
  [[nodiscard]] virtual bool refuses(const http_response& answer) const { return is_lock_warning(answer); }

  [[nodiscard]] const std::string& what() const noexcept { return what_; }

  errand_action ask_or_end(result<void> asked) {
    if (asked) return errand_action::send;
    return this->lacking(what_ + ": " + asked.error().message);
  }

 private:
  [[nodiscard]] std::string address() const {
    std::string text{this->request_.origin.tls ? "https://" : "http://"};
    append_authority(text, this->request_.origin);
    return text;
  }

  std::string what_;
};

// The same after another run, whose credentials the exchange needs.
template <class First, class T>
class exchanged_for : public exchanged<T> {
 public:
  [[nodiscard]] errand_action start(moment now) override { return go_on(first_->start(now), now); }
  [[nodiscard]] errand_action answered(const http_response& answer, moment now) override {
    return first_ ? go_on(first_->answered(answer, now), now) : exchanged<T>::answered(answer, now);
  }
  [[nodiscard]] errand_action failed(const transport_error& why, moment now) override {
    return first_ ? go_on(first_->failed(why, now), now) : exchanged<T>::failed(why, now);
  }
  [[nodiscard]] const http_request& request() const noexcept override {
    return first_ ? first_->request() : exchanged<T>::request();
  }
  [[nodiscard]] std::chrono::milliseconds timeout() const noexcept override {
    return first_ ? first_->timeout() : exchanged<T>::timeout();
  }

 protected:
  exchanged_for(std::string what, std::unique_ptr<fetch<First>> first)
      : exchanged<T>{std::move(what)}, first_{std::move(first)} {}

  // What the first run found; valid from `ask` on.
  [[nodiscard]] const issued<First>& given() const noexcept { return given_; }

 private:
  errand_action go_on(errand_action next, moment now) {
    if (next == errand_action::send) return next;
    auto got = first_->take();
    const auto why = first_->why();
    first_.reset();
    if (!got) return this->lacking(this->what() + ": " + std::move(got).error().message, why);
    given_ = *std::move(got);
    return this->ask_or_end(this->ask(now));
  }

  std::unique_ptr<fetch<First>> first_;
  issued<First> given_{};
};

}  // namespace hwc::credentials::detail

#endif  // HWC_CREDENTIALS_DETAIL_EXCHANGED_HPP
