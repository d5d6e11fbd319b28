// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_TRANSPORT_HPP
#define HWC_FAKE_TRANSPORT_HPP

#include <hwc/detail/config.hpp>
#include <hwc/fake/clock.hpp>
#include <hwc/fake/service.hpp>
#include <hwc/http.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
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
  transport();

  explicit transport(any_service serve);

  // Appends to the script.
  void expect(exchange next);

  [[nodiscard]] exchange_result send(const http_request& request, http_response& response,
                                     const exchange_options& options);

  // Many exchanges at once for one thread; models `hwc::multiplexer`, and is moved, not copied. They end in the order
  // of their virtual time.
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
  struct state;

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
  multiplexed(transport owner, std::size_t concurrency);
  multiplexed(multiplexed&&) noexcept;
  multiplexed& operator=(multiplexed&&) noexcept;
  ~multiplexed();

  void start(std::size_t slot, const http_request& request, http_response& response, const exchange_options& options);

  [[nodiscard]] std::optional<exchange_completion> next(steady_time until, const std::stop_token& stop);

 private:
  struct under_way;
  transport owner_;
  std::vector<std::optional<under_way>> slots_;
};

static_assert(hwc::transport<transport>);
static_assert(multiplexer<transport::multiplexed>);

}  // namespace hwc::fake

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/impl/transport.ipp>
#endif

#endif  // HWC_FAKE_TRANSPORT_HPP
