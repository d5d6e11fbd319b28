// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CALL_HPP
#define HWC_CALL_HPP

#include <hwc/build_request.hpp>
#include <hwc/call_base.hpp>
#include <hwc/call_buffers.hpp>
#include <hwc/call_fsm.hpp>
#include <hwc/call_options.hpp>
#include <hwc/client_state.hpp>
#include <hwc/detail/signer_ref.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error.hpp>
#include <hwc/json/mapping.hpp>
#include <hwc/json/read.hpp>
#include <hwc/operation.hpp>
#include <hwc/signer.hpp>
#include <hwc/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace hwc::inline v0_1 {

// One call, as a state machine without I/O: it owns everything that is decided between the operation and its result.
//
// It builds and signs the request, judges the answer, decides on repetition and pauses, and keeps the deadline; the
// driver moves the bytes and lets time pass. Each member function that says something to it returns what to do next:
//
//   for (auto next = call.start(op, where, now); next != call_action::finished;) {
//     if (next == call_action::send) next = call.completed(transport.send(...), now);
//     else next = call.woke(now);                                   // after waiting until call.wake_at()
//   }
//   return call.take_result();
//
// What is not here is in <hwc/call_base.hpp>. `Op` and the endpoint are used by `start` alone; signer and buffers must
// outlive the call. One thread at a time.
template <class Op, signer Signer>
class call final : public call_base {
 public:
  using response_type = typename Op::response;

  // `seed` drives the jitter of pauses: any number that differs from call to call. `state` is what earlier calls left,
  // and learns from this one; it must outlive the call. Null: nothing is known of the service's clock, so that one that
  // is off is an error, and repetitions are limited by the options alone.
  call(Signer& with, const call_options& options, call_buffers& buffers, std::uint64_t seed,
       client_state* state = nullptr)
      : call_base{of_operation, options, buffers, seed, state}, signer_{with} {}

  // Begins the call: builds the request, and signs it for the time that is given, or first fetches what it needs for
  // that. To be called first, once.
  [[nodiscard]] call_action start(const Op& op, const endpoint& where, moment now) {
    return built(build_request(op, where, buffers().request), where, now);
  }

  // The same, but the call ends, well, when its request is signed, instead of sending it.
  [[nodiscard]] call_action rehearse(const Op& op, const endpoint& where, moment now) {
    only_rehearse();
    return start(op, where, now);
  }

  // The outcome, after `finished`, but not of a rehearsal; once. Fills the `call_info` of the options.
  [[nodiscard]] result<response_type> take_result() {
    if (auto& failure = report()) return *std::move(failure);
    return std::move(*value_);
  }

 private:
  static constexpr traits of_operation{
      .idempotent = is_idempotent_v<Op>,
      .request_holds_secret = json::detail::holds_secret<Op>(),
      .response_holds_secret = json::detail::holds_secret<response_type>(),
      .has_response = !std::is_same_v<response_type, no_content>,
      .response_may_be_html = detail::reads_response<response_type>,
  };

  [[nodiscard]] const detail::signer_ref& signer() const noexcept override { return signer_; }

  [[nodiscard]] std::optional<std::string> read_response() override {
    auto& answer = response();
    if constexpr (std::is_same_v<response_type, no_content>) {
      value_.emplace();
    } else if constexpr (detail::reads_response<response_type>) {
      auto read = response_type::from_response(answer);
      if constexpr (std::is_same_v<decltype(read), response_type>) {
        value_.emplace(std::move(read));
      } else {
        if (!read) return std::move(read).error().message;
        value_.emplace(*std::move(read));
      }
    } else {
      auto& reader = buffers().reader;
      auto read = reader.template read<response_type>(answer.body);
      if (!read) {
        // The reason names keys of maps, and cuts them. So it is taken from the redacted answer.
        secrets().apply(answer.body);
        const auto again = reader.template read<response_type>(answer.body);
        return again ? std::string{to_string(read.error().code)} : to_string(again.error());
      }
      value_.emplace(*std::move(read));
    }
    return std::nullopt;
  }

  detail::signer_ref_to<Signer> signer_;
  std::optional<response_type> value_;
};

}  // namespace hwc

#endif  // HWC_CALL_HPP
