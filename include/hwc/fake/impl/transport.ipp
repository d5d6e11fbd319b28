// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IMPL_TRANSPORT_IPP
#define HWC_FAKE_IMPL_TRANSPORT_IPP

#include <hwc/fake/transport.hpp>

#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::fake {

HWC_DECL transport_error connection_refused() {
  return {
      .kind = error_kind::connection, .sent = delivery::not_sent, .retryable = true, .message = "connection refused"};
}

HWC_DECL transport_error connection_lost() {
  return {.kind = error_kind::connection, .sent = delivery::unknown, .retryable = true, .message = "connection lost"};
}

HWC_DECL void transport::expect(exchange next) {
  const std::lock_guard lock{state_->mutex};
  state_->script.push_back(std::move(next));
}

HWC_DECL exchange_result transport::send(const http_request& request, http_response& response,
                                         const exchange_options& options) {
  auto planned = plan(request, options);
  clock_.wait_until(planned.ends, {});
  response = std::move(planned.response);
  return std::move(planned.outcome);
}

HWC_DECL std::vector<http_request> transport::requests() const {
  const std::lock_guard lock{state_->mutex};
  return state_->requests;
}

HWC_DECL void transport::keep_requests(bool keep) {
  const std::lock_guard lock{state_->mutex};
  state_->keep_requests = keep;
  if (!keep) state_->requests.clear();
}

HWC_DECL std::string transport::violations() {
  const std::lock_guard lock{state_->mutex};
  return state_->take_violations();
}

HWC_DECL exchange transport::state::serve_one(const http_request& request, wall_time now) {
  const std::lock_guard lock{mutex};
  if (keep_requests) requests.push_back(request);
  if (script.empty() && serve) return {.response = (*serve)(request, now)};
  const auto line = std::string{to_string(request.method)} + ' ' + request.target;
  if (!script.empty() && (script.front().request.empty() || script.front().request == line)) {
    auto next = std::move(script.front());
    script.pop_front();
    return next;
  }
  unforeseen += "unforeseen request: " + line + '\n';
  return {.failure = transport_error{.kind = error_kind::connection,
                                     .sent = delivery::unknown,
                                     .message = "the script does not foresee " + line}};
}

HWC_DECL std::string transport::state::take_violations() {
  auto lines = std::exchange(unforeseen, {});
  for (const auto& missing : std::exchange(script, {})) {
    lines += "did not happen: " + (missing.request.empty() ? std::string{"any request"} : missing.request) + '\n';
  }
  return lines;
}

HWC_DECL transport::outcome transport::plan(const http_request& request, const exchange_options& options) {
  const auto now = clock_.now();
  if (const auto flaw = hwc::request_flaw(request); !flaw.empty()) {
    return {.ends = now.steady,
            .outcome = transport_error{.kind = error_kind::invalid_argument,
                                       .sent = delivery::not_sent,
                                       .message = "not sent: " + std::string{flaw}}};
  }
  if (options.stop.stop_requested()) return give_up(now.steady, error_kind::cancelled, delivery::not_sent);
  if (now.steady >= options.deadline) return give_up(now.steady, error_kind::timeout, delivery::not_sent);
  auto next = state_->serve_one(request, now.wall);
  if (next.meanwhile) next.meanwhile();
  if (options.stop.stop_requested()) return give_up(now.steady, error_kind::cancelled, delivery::unknown);
  const auto arrives = saturating_add(now.steady, next.delay);
  if (arrives >= options.deadline) return give_up(options.deadline, error_kind::timeout, delivery::unknown);
  if (next.failure) return {.ends = arrives, .outcome = *std::move(next.failure)};
  outcome answered{.ends = arrives, .response = std::move(next.response)};
  if (answered.response.body.size() > options.response_limit) {
    answered.response.body.resize(options.response_limit);
    answered.response.truncated = true;
  }
  return answered;
}

HWC_DECL transport::outcome transport::give_up(steady_time at, error_kind kind, delivery sent) {
  return {.ends = at,
          .outcome = transport_error{
              .kind = kind,
              .sent = sent,
              .message = kind == error_kind::timeout ? "the deadline passed" : "the caller asked to stop"}};
}

}  // namespace hwc::fake

#endif  // HWC_FAKE_IMPL_TRANSPORT_IPP
