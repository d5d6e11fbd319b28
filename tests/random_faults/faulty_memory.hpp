// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_RANDOM_FAULTS_FAULTY_MEMORY_HPP
#define HWC_TESTS_RANDOM_FAULTS_FAULTY_MEMORY_HPP

#include <hwc/error.hpp>
#include <hwc/fake/clock.hpp>
#include <hwc/http.hpp>
#include <hwc/testing/scripted_server.hpp>
#include <hwc/transport.hpp>

#include "random_faults/book.hpp"
#include "random_faults/plan.hpp"

#include <string>
#include <utility>

namespace random_faults {

// A transport that plays what is planned without a network, in virtual time: what the best of transports could tell.
class faulty_memory {
 public:
  static constexpr bool thread_safe = true;

  explicit faulty_memory(book& notes) : book_{&notes} {}

  [[nodiscard]] hwc::fake::clock& clock() noexcept { return clock_; }

  hwc::exchange_result send(const hwc::http_request& request, hwc::http_response& response,
                            const hwc::exchange_options& options) {
    using hwc::delivery;
    using hwc::error_kind;
    response.clear();
    if (options.stop.stop_requested()) return failed(error_kind::cancelled, delivery::not_sent);
    const auto call = book_->call_of(request.target);
    if (!call) return failed(error_kind::invalid_argument, delivery::not_sent);
    auto [number, p] = book_->arrive(*call);
    if (p.stops == plan::stop::before_reading) {
      book_->stop(*call);
      return failed(error_kind::cancelled, delivery::not_sent);
    }
    const auto sent = p.whole ? delivery::unknown : delivery::not_sent;
    if (p.whole) book_->complete(*call, number);
    if (p.stops == plan::stop::before_answering) {
      book_->stop(*call);
      return failed(error_kind::cancelled, sent);
    }
    const auto ends = hwc::saturating_add(clock_.now().steady, p.pause);
    if (ends >= options.deadline || (!p.answered && p.afterwards == step::then::stall)) {
      clock_.wait_until(options.deadline, {});
      return failed(error_kind::timeout, sent);
    }
    clock_.wait_until(ends, {});
    if (p.stops == plan::stop::after_answering) book_->stop(*call);
    if (!p.answered) return failed(p.instead.empty() ? error_kind::connection : error_kind::malformed_response, sent);
    book_->answer(*call, number, p);
    response = std::move(p.answer);
    response.truncated = p.cut != 0;
    response.body.resize(response.body.size() - p.cut);
    return {};
  }

 private:
  static hwc::exchange_result failed(hwc::error_kind kind, hwc::delivery sent) {
    return hwc::transport_error{.kind = kind,
                                .sent = sent,
                                .retryable = kind == hwc::error_kind::connection,
                                .message = std::string{to_string(kind)}};
  }

  hwc::fake::clock clock_;
  book* book_;
};

static_assert(hwc::transport<faulty_memory>);

}  // namespace random_faults

#endif  // HWC_TESTS_RANDOM_FAULTS_FAULTY_MEMORY_HPP
