// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IMPL_TRANSPORT_IPP
#define HWC_FAKE_IMPL_TRANSPORT_IPP

#include <hwc/fake/transport.hpp>
#include <hwc/request_flaw.hpp>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
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

struct transport::state {
  std::mutex mutex;
  std::deque<exchange> script;
  std::optional<any_service> serve;
  std::vector<http_request> requests;
  bool keep_requests = true;
  std::string unforeseen;

  state() = default;
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  ~state() {
    // While an exception is on its way the test has failed already, and its message matters more.
    if (std::uncaught_exceptions() != 0) return;
    const auto lines = take_violations();
    if (lines.empty()) return;
    std::fprintf(stderr, "hwc::fake::transport: violations() was not asked, and there are some:\n%s", lines.c_str());
    std::abort();
  }

  exchange serve_one(const http_request& request, wall_time now);

  std::string take_violations();
};

HWC_DECL transport::transport() : state_{std::make_shared<state>()} {}

HWC_DECL transport::transport(any_service serve) : transport{} { state_->serve.emplace(std::move(serve)); }

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

struct transport::multiplexed::under_way {
  outcome planned;
  http_response* response;
  std::stop_token stop;
};

HWC_DECL transport::multiplexed transport::multiplex(std::size_t concurrency) { return {*this, concurrency}; }

HWC_DECL transport::multiplexed::multiplexed(transport owner, std::size_t concurrency)
    : owner_{std::move(owner)}, slots_(concurrency) {}
HWC_DECL transport::multiplexed::multiplexed(multiplexed&&) noexcept = default;
HWC_DECL transport::multiplexed& transport::multiplexed::operator=(multiplexed&&) noexcept = default;
HWC_DECL transport::multiplexed::~multiplexed() = default;

HWC_DECL void transport::multiplexed::start(std::size_t slot, const http_request& request, http_response& response,
                                            const exchange_options& options) {
  slots_[slot].emplace(under_way{owner_.plan(request, options), &response, options.stop});
}

HWC_DECL std::optional<exchange_completion> transport::multiplexed::next(steady_time until,
                                                                         const std::stop_token& stop) {
  std::optional<std::size_t> first;
  for (std::size_t i = 0; i != slots_.size(); ++i) {
    auto& each = slots_[i];
    if (!each) continue;
    if (each->stop.stop_requested() && each->planned.ends > owner_.clock().now().steady) {
      each->planned = give_up(owner_.clock().now().steady, error_kind::cancelled, delivery::unknown);
    }
    if (!first || each->planned.ends < slots_[*first]->planned.ends) first = i;
  }
  // What is due is told, also after a stop; what is not keeps nobody waiting then.
  if (first && stop.stop_requested() && slots_[*first]->planned.ends > owner_.clock().now().steady) {
    return std::nullopt;
  }
  if (!first || slots_[*first]->planned.ends > until) {
    if (until != steady_time::max()) owner_.clock().wait_until(until, stop);
    return std::nullopt;
  }
  owner_.clock().wait_until(slots_[*first]->planned.ends, {});
  auto ended = *std::exchange(slots_[*first], std::nullopt);
  *ended.response = std::move(ended.planned.response);
  return exchange_completion{*first, std::move(ended.planned.outcome)};
}

}  // namespace hwc::fake

#endif  // HWC_FAKE_IMPL_TRANSPORT_IPP
