// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_TRANSPORT_HPP
#define HWC_FAKE_TRANSPORT_HPP

#include <hwc/detail/config.hpp>
#include <hwc/fake/clock.hpp>
#include <hwc/fake/service.hpp>
#include <hwc/http.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/request_flaw.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::fake {

// One exchange that a test foresees: what is asked, and what then happens.
struct exchange {
  std::string request{};                     // method and target, "POST /v2/…"; empty: any request will do
  http_response response{.status = 200};     // the answer, unless there is a failure
  std::optional<transport_error> failure{};  // what the transport reports instead of an answer
  std::chrono::milliseconds delay{0};        // virtual time until then; at the deadline the transport gives up
  std::function<void()> meanwhile{};         // called after the request arrived and before anything comes back
};

// A failure in which the service cannot have seen the request, and another try may succeed.
[[nodiscard]] transport_error connection_refused();

// A failure after which nobody knows whether the service has the request.
[[nodiscard]] transport_error connection_lost();

// A transport in memory, for tests without network: it answers from a script, from a service, or from the script first
// and then the service. Time is virtual (see `clock`), so neither a delay nor a back-off takes any.
//
//   hwc::fake::transport t{hwc::fake::workspace{…}};              // a whole service
//   hwc::fake::transport t;                                       // only what the script says:
//   t.expect({.request = "POST /v2/p/users/u/resend-email", .response = {.status = 503}});
//
// It refuses what no transport can put on a wire, and it is strict: a request that nothing foresees is answered with a
// failure, and `violations()` tells of it and of each scripted exchange that did not happen. A test asks for it at the
// end; where it does not although there are violations, the program ends with a message when the last copy goes.
//
// Copies share everything, so a test keeps one and gives another to the client. May be used from many threads; requests
// are then served one at a time.
class transport {
 public:
  static constexpr bool thread_safe = true;

  // Without a service: whatever is not scripted is a violation.
  transport() : state_{std::make_shared<state>()} {}

  explicit transport(any_service serve) : transport{} { state_->serve.emplace(std::move(serve)); }

  // Appends to the script.
  void expect(exchange next);

  [[nodiscard]] exchange_result send(const http_request& request, http_response& response,
                                     const exchange_options& options);

  // Many exchanges at once for one thread; models `hwc::multiplexer`. They end in the order of their virtual time.
  class multiplexed;
  [[nodiscard]] multiplexed multiplex(std::size_t concurrency);

  // The time in which the transport lives; a client on it lives in the same.
  [[nodiscard]] fake::clock& clock() noexcept { return clock_; }

  // Every request that was sent and is kept, in order.
  [[nodiscard]] std::vector<http_request> requests() const;

  // False forgets the requests and keeps none from now on, for a run that is too long to hold them all. True, as it is
  // at first, keeps them.
  void keep_requests(bool keep);

  // What went against the script, one line each: requests that nothing foresaw, exchanges that did not happen. Empty
  // when all went as written. Asking counts as having checked; the lines are told once.
  [[nodiscard]] std::string violations();

 private:
  struct state {
    std::mutex mutex;
    std::deque<exchange> script;
    std::optional<any_service> serve;
    std::vector<http_request> requests;
    bool keep_requests = true;
    std::string unforeseen;

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

  // What an exchange that begins now will come to, and when.
  struct outcome {
    steady_time ends{};
    exchange_result outcome{};
    http_response response{};
  };

  [[nodiscard]] outcome plan(const http_request& request, const exchange_options& options);

  static outcome give_up(steady_time at, error_kind kind, delivery sent);

  fake::clock clock_;
  std::shared_ptr<state> state_;
};

class transport::multiplexed {
 public:
  multiplexed(transport owner, std::size_t concurrency) : owner_{std::move(owner)}, slots_(concurrency) {}

  void start(std::size_t slot, const http_request& request, http_response& response, const exchange_options& options) {
    slots_[slot].emplace(under_way{owner_.plan(request, options), &response, options.stop});
  }

  [[nodiscard]] std::optional<exchange_completion> next(steady_time until, const std::stop_token& stop) {
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

 private:
  struct under_way {
    outcome planned;
    http_response* response;
    std::stop_token stop;
  };
  transport owner_;
  std::vector<std::optional<under_way>> slots_;
};

inline transport::multiplexed transport::multiplex(std::size_t concurrency) { return {*this, concurrency}; }

static_assert(hwc::transport<transport>);
static_assert(multiplexer<transport::multiplexed>);

}  // namespace hwc::fake

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/impl/transport.ipp>
#endif

#endif  // HWC_FAKE_TRANSPORT_HPP
