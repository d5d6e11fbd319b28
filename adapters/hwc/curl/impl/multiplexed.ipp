// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_IMPL_MULTIPLEXED_IPP
#define HWC_CURL_IMPL_MULTIPLEXED_IPP

#include <hwc/clock.hpp>
#include <hwc/curl/detail/classify.hpp>
#include <hwc/curl/detail/easy.hpp>
#include <hwc/curl/detail/multi.hpp>
#include <hwc/curl/detail/settings.hpp>
#include <hwc/curl/multiplexed.hpp>
#include <hwc/http.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::curl {

class multiplexed::exchanges {
 public:
  exchanges(std::shared_ptr<const detail::settings> common, std::size_t concurrency)
      : common_{std::move(common)}, places_(std::max<std::size_t>(concurrency, 1)), ended_(places_.size()) {}

  void start(std::size_t slot, const http_request& request, http_response& response, const exchange_options& options) {
    response.clear();
    bool begun = false;
    const bool tried = detail::guarded([&] {
      auto refused = common_->refusal(request, options);
      if (!refused) refused = begin(slot, request, response, options);
      begun = !refused;
      if (refused) places_[slot].outcome = *std::move(refused);
    });
    if (begun) return;
    if (!tried) {
      auto& outcome = places_[slot].outcome = transport_error{.sent = delivery::not_sent};
      detail::guarded([&] { outcome = detail::settings::exhausted(0); });
    }
    tell(slot);
  }

  [[nodiscard]] std::optional<exchange_completion> next(steady_time until, const std::stop_token& stop) {
    if (waiting_ == 0 && under_way_ != 0) {
      const detail::stop_watch wake{stop, detail::waker{multi_.get()}};
      for (bool late = false; !late && waiting_ == 0;) {
        // What has just begun ends the wait at once, so that each exchange is looked at once for all that has come.
        const auto now = std::chrono::steady_clock::now();
        late = now >= until || stop.stop_requested();
        if (!late && !multi_.wait_until(std::min(until, next_look(now)))) break_off();
        advance();
      }
    }
    if (waiting_ != 0) {
      const auto slot = ended_[first_];
      first_ = (first_ + 1) % ended_.size();
      --waiting_;
      return exchange_completion{slot, std::move(places_[slot].outcome)};
    }
    // With nothing under way there is only time to wait for.
    if (under_way_ == 0 && (until != steady_time::max() || stop.stop_possible())) {
      static_cast<void>(real_clock{}.wait_until(until, stop));
    }
    return std::nullopt;
  }

 private:
  // A slot. Its handle is made when it is first needed, and kept.
  class place {
   public:
    place() = default;
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place() {
      if (attached_to) curl_multi_remove_handle(attached_to, handle->get());
    }

    std::optional<detail::easy> handle{};
    CURLM* attached_to = nullptr;  // null: no exchange is under way
    std::optional<detail::stop_watch> wake{};
    exchange_result outcome{};  // until it is told
  };

  std::optional<transport_error> begin(std::size_t slot, const http_request& request, http_response& response,
                                       const exchange_options& options) {
    auto& p = places_[slot];
    if (!multi_.open(places_.size(), places_.size())) return detail::settings::exhausted(multi_.socket_error());
    if (!p.handle) p.handle.emplace(common_->options, multi_.sockets(), common_->http2);
    if (p.handle->usable()) p.handle->start(request, response, options);
    if (!p.handle->attach(multi_.get())) {
      p.handle.reset();
      return detail::settings::exhausted(0);
    }
    p.attached_to = multi_.get();
    p.wake.emplace(options.stop, detail::waker{multi_.get()});
    ++under_way_;
    return std::nullopt;
  }

  // Moves bytes without blocking, and ends what has ended or has to.
  void advance() {
    if (!multi_.perform()) return break_off();
    while (const auto done = multi_.next_finished()) {
      const auto p = std::find_if(places_.begin(), places_.end(), [&](const place& each) {
        return each.attached_to && each.handle->get() == done->easy;
      });
      if (p != places_.end()) end(*p, {.code = done->code});
    }
    const auto now = std::chrono::steady_clock::now();
    for (auto& p : places_) {
      if (!p.attached_to) continue;
      if (const auto why = p.handle->overdue(now)) end(p, {.end = *why});
    }
  }

  // libcurl cannot go on, for want of memory.
  void break_off() {
    for (auto& p : places_) {
      if (p.attached_to) end(p, {.code = CURLE_OUT_OF_MEMORY});
    }
  }

  void end(place& p, detail::report r) {
    p.handle->collect(r);
    // Closes the connection unless the answer was read to its end or, with HTTP/2, resets the stream.
    curl_multi_remove_handle(std::exchange(p.attached_to, nullptr), p.handle->get());
    if (p.handle->again(r)) {
      if (p.handle->attach(multi_.get())) {
        p.attached_to = multi_.get();
        return;
      }
      r.code = CURLE_OUT_OF_MEMORY;
    }
    p.wake.reset();
    p.outcome = p.handle->verdict(r, common_->proxy);
    // libcurl 7.88 keeps in the handle that a stream was refused, and could take a later one for it.
    if (!p.handle->usable() || r.end != detail::ending::libcurl || r.code != CURLE_OK) p.handle.reset();
    --under_way_;
    tell(static_cast<std::size_t>(&p - places_.data()));
  }

  void tell(std::size_t slot) { ended_[(first_ + waiting_++) % ended_.size()] = slot; }

  // When there is something to do though no byte came. On a connection with several streams libcurl 7.88 at times does
  // not say that one has ended: the answer is there, complete, and the exchange rests until libcurl is called again
  // (measured: with four bodies of 400 KB each way, one time in ten).
  [[nodiscard]] steady_time next_look(steady_time now) const {
    constexpr std::chrono::milliseconds longest_rest{50};
    auto next = steady_time::max();
    for (const auto& p : places_) {
      if (!p.attached_to) continue;
      next = std::min(next, p.handle->deadline());
      if (p.handle->shares_connection()) next = std::min(next, now + longest_rest);
    }
    return next;
  }

  std::shared_ptr<const detail::settings> common_;
  detail::multi multi_{};
  std::vector<place> places_;  // goes before the multi handle
  std::size_t under_way_ = 0;
  std::vector<std::size_t> ended_;  // a ring of the slots whose outcome is to be told, in the order in which they ended
  std::size_t first_ = 0;
  std::size_t waiting_ = 0;
};

HWC_DECL multiplexed::multiplexed(std::shared_ptr<const detail::settings> common, std::size_t concurrency)
    : exchanges_{std::make_unique<exchanges>(std::move(common), concurrency)} {}
HWC_DECL multiplexed::multiplexed(multiplexed&&) noexcept = default;
HWC_DECL multiplexed::~multiplexed() = default;

HWC_DECL void multiplexed::start(std::size_t slot, const http_request& request, http_response& response,
                                 const exchange_options& options) {
  exchanges_->start(slot, request, response, options);
}

HWC_DECL std::optional<exchange_completion> multiplexed::next(steady_time until, const std::stop_token& stop) {
  return exchanges_->next(until, stop);
}

}  // namespace hwc::curl

#endif  // HWC_CURL_IMPL_MULTIPLEXED_IPP
