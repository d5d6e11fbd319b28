// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_CONFORMANCE_HPP
#define HWC_TESTING_CONFORMANCE_HPP

#include <hwc/clock.hpp>
#include <hwc/http.hpp>
#include <hwc/multiplexer.hpp>
#include <hwc/testing/detail/answer_cases.hpp>
#include <hwc/testing/detail/call_cases.hpp>
#include <hwc/testing/detail/caught.hpp>
#include <hwc/testing/detail/delivery_cases.hpp>
#include <hwc/testing/detail/many_cases.hpp>
#include <hwc/testing/detail/request_cases.hpp>
#include <hwc/testing/detail/time_cases.hpp>
#include <hwc/testing/detail/tls_cases.hpp>
#include <hwc/testing/detail/trial.hpp>
#include <hwc/testing/detail/watchdog.hpp>
#include <hwc/testing/scripted_server.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>
#include <hwc/transports/any.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::testing {

// How `check_conformance` looks.
struct conformance_options {
  // How soon `send` has to come back once a stop token asked or the deadline passed. A case is tried three times before
  // it counts as too slow. Default: 100 ms.
  std::chrono::milliseconds prompt{100};

  // How long after the deadline of a `send` that does not come back the server drops all connections, so that it does;
  // the case then failed, and the next one follows. In real time only. Default: 3 s.
  std::chrono::milliseconds patience{3000};

  // Runs only the cases in whose names this text occurs. Default: empty, all of them.
  std::string only{};
};

// A case that the transport did not pass.
struct conformance_failure {
  std::string test_case;  // its name: circumstance, what must come of it, and how many requests
  std::string what;       // what came instead

  friend bool operator==(const conformance_failure&, const conformance_failure&) = default;
};

// What `check_conformance` found.
struct conformance_report {
  std::vector<std::string> passed{};   // names of cases
  std::vector<std::string> skipped{};  // names of cases for which the server or the transport lacks something
  std::vector<conformance_failure> failures{};

  // Whether the transport does all that was asked of it, and anything was.
  [[nodiscard]] bool good() const noexcept { return failures.empty() && !passed.empty(); }
};

// The cases that failed, each with what came instead, one per line; then a line with the numbers.
[[nodiscard]] inline std::string to_string(const conformance_report& report) {
  const auto number = [](std::size_t of, const std::string& what) {
    return std::to_string(of) + ' ' + what + (of == 1 ? "" : "s");
  };
  std::string text;
  const conformance_failure* before = nullptr;
  for (const auto& failure : report.failures) {
    if (before == nullptr || before->test_case != failure.test_case) text += "FAILED " + failure.test_case + "\n";
    text += "  " + failure.what + "\n";
    before = &failure;
  }
  return text + number(report.passed.size(), "case") + " passed, " + number(report.failures.size(), "failure") + ", " +
         number(report.skipped.size(), "case") + " skipped\n";
}

template <class Traits>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, const conformance_report& report) {
  return out << to_string(report);
}

namespace detail {

// Lets `any_transport` hold a transport that one thread at a time may use.
template <transport Transport>
class held {
 public:
  static constexpr bool thread_safe = true;
  explicit held(Transport one) : inner_{std::move(one)} {}
  [[nodiscard]] exchange_result send(const http_request& request, http_response& response,
                                     const exchange_options& options) {
    return inner_.send(request, response, options);
  }
  [[nodiscard]] decltype(auto) clock() { return hwc::detail::clock_of(inner_); }
  [[nodiscard]] auto multiplex(std::size_t concurrency) { return hwc::detail::multiplexer_of(inner_, concurrency); }

 private:
  Transport inner_;
};

// A transport whose exchanges go through what the other's `multiplex` gives.
template <transport Transport>
class through_multiplexer {
 public:
  explicit through_multiplexer(Transport inner)
      : inner_{std::make_unique<Transport>(std::move(inner))}, many_{inner_->multiplex(2)} {}

  [[nodiscard]] exchange_result send(const http_request& request, http_response& response,
                                     const exchange_options& options) {
    many_.start(1, request, response, options);
    auto ended = many_.next(steady_time::max(), {});
    if (ended && ended->slot == 1) return std::move(ended->outcome);
    return transport_error{.message = "`next` told of no exchange, or of one that was not begun"};
  }
  [[nodiscard]] decltype(auto) clock() { return hwc::detail::clock_of(*inner_); }
  [[nodiscard]] auto multiplex(std::size_t concurrency) { return inner_->multiplex(concurrency); }

 private:
  std::unique_ptr<Transport> inner_;
  decltype(std::declval<Transport&>().multiplex(std::size_t{1})) many_;
};

// Which cases this server, and a transport of this kind, can play.
struct abilities {
  bool wire;
  bool certificates;
  bool threads;
  bool another_server;
  bool multiplexer;

  [[nodiscard]] bool meet(need needs) const noexcept {
    switch (needs) {
      case need::nothing:
        return true;
      case need::wire:
        return wire;
      case need::certificates:
        return certificates;
      case need::threads:
        return threads;
      case need::another_server:
        return another_server;
      case need::multiplexer:
        return multiplexer;
    }
    return false;
  }
};

inline void run_cases(scripted_server& server, const std::function<any_transport()>& make, const abilities& can,
                      std::string_view prefix, const conformance_options& options, watchdog* dog,
                      conformance_report& report) {
  for (const std::span<const test_case> group :
       {std::span<const test_case>{request_cases}, std::span<const test_case>{answer_cases},
        std::span<const test_case>{delivery_cases}, std::span<const test_case>{time_cases},
        std::span<const test_case>{tls_cases}, std::span<const test_case>{many_cases},
        std::span<const test_case>{call_cases}}) {
    for (const auto& each : group) {
      const auto name = std::string{prefix} + std::string{each.name};
      if (name.find(options.only) == std::string::npos) continue;
      if (!can.meet(each.needs)) {
        report.skipped.push_back(name);
        continue;
      }
      trial t{server, make, options.prompt, dog};
      if (const auto threw = caught([&] { each.run(t); })) {
        t.expect(false, "the case ended with an exception: " + *threw);
        server.present(certificate::trusted);
      }
      t.end();
      if (t.failures().empty()) report.passed.push_back(name);
      for (const auto& what : t.failures()) report.failures.push_back({name, what});
    }
  }
}

// What a factory makes, if that is a transport.
template <class Factory>
concept makes_transport = std::invocable<Factory&> && transport<std::invoke_result_t<Factory&>>;

template <makes_transport Factory>
conformance_report check_made(scripted_server& server, Factory& make_transport, const conformance_options& options) {
  using tested = std::invoke_result_t<Factory&>;
  conformance_report report;
  abilities can{.wire = server.on_wire(),
                .certificates = server.present(certificate::trusted),
                .threads = is_thread_safe_v<tested>,
                .another_server = server.another() != nullptr,
                .multiplexer = hwc::detail::has_multiplex<tested>};
  if constexpr (hwc::detail::has_multiplex<tested>) {
    // Only one that is made can be asked; if it cannot be made, the cases tell.
    static_cast<void>(caught([&] {
      auto one = make_transport();
      can.multiplexer = hwc::detail::can_multiplex(one);
    }));
  }
  std::optional<watchdog> dog;
  if (can.wire) dog.emplace(options.patience);
  auto* const watching = dog ? &*dog : nullptr;
  run_cases(
      server, [&] { return any_transport{held<tested>{make_transport()}}; }, can, "", options, watching, report);
  if constexpr (hwc::detail::has_multiplex<tested>) {
    if (!can.multiplexer) return report;
    can.threads = false;
    run_cases(
        server,
        [&] { return any_transport{held<through_multiplexer<tested>>{through_multiplexer<tested>{make_transport()}}}; },
        can, "multiplexed: ", options, watching, report);
  }
  return report;
}

}  // namespace detail

// Checks that a transport does what the list above the concept `transport` demands: it plays named cases, each with a
// transport that the factory makes anew, against a server that misbehaves by script, and tells what went wrong. It
// knows no test framework:
//
//   hwc::testing::socket_server server;
//   const auto report = hwc::testing::check_conformance(server, [] { return my_transport{}; });
//   if (!report.good()) std::cerr << report;
//
// The factory takes nothing and gives the transport, which trusts `server`'s authority where that speaks TLS. With a
// transport that can multiplex the cases are played a second time through that; their names begin with "multiplexed: ".
// What is a matter of choice is left open: whether connections are kept, which headers are added, the messages.
//
// Cases take real time where the transport's clock does: over sockets all of them take a few seconds. An asynchronous
// transport is checked through a blocking one that waits for it.
//
// A call that does not come back is ended as `patience` says, and one that throws is a failure; the next case follows.
template <class Factory>
[[nodiscard]] conformance_report check_conformance(scripted_server& server, Factory make_transport,
                                                   const conformance_options& options = {}) {
  constexpr bool makes_transport = detail::makes_transport<Factory>;
  static_assert(makes_transport,
                "hwc: check_conformance needs a factory that takes nothing and gives a blocking transport; see "
                "<hwc/transport.hpp> for what one is");
  if constexpr (makes_transport)
    return detail::check_made(server, make_transport, options);
  else
    return {};
}

}  // namespace hwc::testing

#endif  // HWC_TESTING_CONFORMANCE_HPP
