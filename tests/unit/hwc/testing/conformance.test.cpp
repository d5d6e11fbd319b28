// SPDX-License-Identifier: BSL-1.0
#include <hwc/testing/conformance.hpp>

#include <hwc/fake/clock.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/http.hpp>
#include <hwc/testing/memory_server.hpp>
#include <hwc/transport.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <sstream>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

using hwc::exchange_options;
using hwc::exchange_result;
using hwc::http_request;
using hwc::http_response;
using hwc::testing::check_conformance;
using hwc::testing::memory_server;

namespace {

// A transport with one fault: it does with the good one what the function says.
struct faulty {
  using fault = std::function<exchange_result(hwc::fake::transport&, const http_request&, http_response&,
                                              const exchange_options&)>;
  static constexpr bool thread_safe = true;

  exchange_result send(const http_request& request, http_response& response, const exchange_options& options) {
    return what(good, request, response, options);
  }
  hwc::fake::clock& clock() { return good.clock(); }

  hwc::fake::transport good;
  fault what;
};

void check_found(std::string_view name, const faulty::fault& what) {
  CAPTURE(name);
  memory_server server;
  const auto report = check_conformance(server, [&] { return faulty{server.transport(), what}; });
  CAPTURE(report);
  CHECK_FALSE(report.good());
  bool found = false;
  for (const auto& failure : report.failures) found = found || failure.test_case.starts_with(name);
  CHECK(found);
}

// Tells each completion of the second exchange twice, or never.
template <std::size_t Times>
struct miscounting {
  struct many {
    void start(std::size_t slot, const http_request& request, http_response& response,
               const exchange_options& options) {
      inner.start(slot, request, response, options);
    }
    std::optional<hwc::exchange_completion> next(hwc::steady_time until, const std::stop_token& stop) {
      if (again) return std::exchange(again, std::nullopt);
      auto ended = inner.next(until, stop);
      if (ended && ++count == 2) {
        if (Times == 2) again = ended;
        if (Times == 0) ended = inner.next(until, stop);
      }
      return ended;
    }
    decltype(std::declval<hwc::fake::transport&>().multiplex(1)) inner;
    std::optional<hwc::exchange_completion> again{};
    int count = 0;
  };
  exchange_result send(const http_request& request, http_response& response, const exchange_options& options) {
    return good.send(request, response, options);
  }
  many multiplex(std::size_t concurrency) { return {good.multiplex(concurrency)}; }
  hwc::fake::clock& clock() { return good.clock(); }
  hwc::fake::transport good;
};

}  // namespace

TEST_CASE("a transport without a fault passes; what the server cannot play is skipped and named") {
  memory_server server;
  const auto report = check_conformance(server, [&] { return server.transport(); });
  CHECK_MESSAGE(report.good(), report);
  CHECK(report.passed.size() + report.skipped.size() == 2 * 41);
  CHECK(report.skipped.size() > 10);
  bool twice = false;
  for (const auto& name : report.passed) twice = twice || name.starts_with("multiplexed: ");
  CHECK(twice);
}

TEST_CASE("a transport that many threads may not use is checked on one; one that cannot multiplex, once") {
  struct modest {
    exchange_result send(const http_request& request, http_response& response, const exchange_options& options) {
      return good.send(request, response, options);
    }
    hwc::fake::clock& clock() { return good.clock(); }
    hwc::fake::transport good;
  };
  memory_server server;
  const auto report = check_conformance(server, [&] { return modest{server.transport()}; });
  CHECK_MESSAGE(report.good(), report);
  CHECK(report.passed.size() + report.skipped.size() == 41);
  bool threads = false;
  for (const auto& name : report.skipped) threads = threads || name.starts_with("8 threads");
  CHECK(threads);
}

TEST_CASE("`only` picks cases by their names; none is not good") {
  memory_server server;
  const auto make = [&] { return server.transport(); };
  const auto one = check_conformance(server, make, {.only = "redirects"});
  CHECK(one.passed.size() == 2);
  CHECK(one.good());
  const auto none = check_conformance(server, make, {.only = "no case is called so"});
  CHECK(none.failures.empty());
  CHECK_FALSE(none.good());
}

TEST_CASE("a report prints each failure with its case, and the numbers") {
  hwc::testing::conformance_report report;
  report.passed = {"one", "two"};
  report.skipped = {"three"};
  report.failures = {{"four; 1 request", "the server received 2 complete requests instead of 1"}};
  std::ostringstream out;
  out << report;
  CHECK(out.str() ==
        "FAILED four; 1 request: the server received 2 complete requests instead of 1\n"
        "2 cases passed, 1 failures, 1 cases skipped\n");
}

TEST_CASE("each fault of a transport is found by the case that is there for it") {
  check_found("target, headers and body", [](auto& good, auto request, auto& response, auto& options) {
    request.headers.erase("X-Empty");
    return good.send(request, response, options);
  });
  check_found("target, headers and body", [](auto& good, auto request, auto& response, auto& options) {
    request.headers.add("X-Trace", "1");
    return good.send(request, response, options);
  });
  check_found("target, headers and body", [](auto& good, auto request, auto& response, auto& options) {
    if (request.headers.contains("content-type")) request.headers.set("content-type", "text/plain");
    return good.send(request, response, options);
  });
  check_found("target, headers and body", [](auto& good, auto request, auto& response, auto& options) {
    if (const auto dots = request.target.find("/./"); dots != std::string::npos) request.target.erase(dots, 2);
    return good.send(request, response, options);
  });
  check_found("every method", [](auto& good, auto request, auto& response, auto& options) {
    if (request.method == hwc::http_method::patch) request.method = hwc::http_method::put;
    return good.send(request, response, options);
  });
  check_found("a body of 3 MB", [](auto& good, auto request, auto& response, auto& options) {
    request.body.resize(std::min<std::size_t>(request.body.size(), 1'000'000));
    return good.send(request, response, options);
  });
  check_found("requests that cannot be put on the wire", [](auto& good, auto request, auto& response, auto& options) {
    request.headers.erase("Transfer-Encoding");
    return good.send(request, response, options);
  });
  check_found("every status", [](auto& good, auto& request, auto& response, auto& options) {
    auto result = good.send(request, response, options);
    if (result && response.status == 407) return exchange_result{hwc::transport_error{}};
    return result;
  });
  check_found("a response that is used again", [](auto& good, auto& request, auto& response, auto& options) {
    const auto before = response.body;
    auto result = good.send(request, response, options);
    response.body.insert(0, before);
    return result;
  });
  check_found("redirects", [](auto& good, auto request, auto& response, auto& options) {
    auto result = good.send(request, response, options);
    if (!result || !response.headers.contains("Location")) return result;
    request.target = *response.headers.find("Location");
    return good.send(request, response, options);
  });
  check_found("a body over response_limit", [](auto& good, auto& request, auto& response, auto options) {
    options.response_limit = 1'000'000'000;
    return good.send(request, response, options);
  });
  check_found("a body over response_limit", [](auto& good, auto& request, auto& response, auto& options) {
    auto result = good.send(request, response, options);
    response.truncated = false;
    return result;
  });
  check_found("connection refused", [](auto& good, auto& request, auto& response, auto& options) {
    auto result = good.send(request, response, options);
    if (result) return result;
    auto why = result.error();
    why.retryable = false;
    return exchange_result{why};
  });
  check_found("a new connection breaks", [](auto& good, auto& request, auto& response, auto& options) {
    auto result = good.send(request, response, options);
    if (result) return result;
    return good.send(request, response, options);
  });
  check_found("a new connection breaks", [](auto& good, auto& request, auto& response, auto& options) {
    auto result = good.send(request, response, options);
    if (result || result.error().kind != hwc::error_kind::connection) return result;
    auto why = result.error();
    why.sent = hwc::delivery::not_sent;
    return exchange_result{why};
  });
  check_found("silence", [](auto& good, auto& request, auto& response, auto options) {
    options.deadline += std::chrono::seconds{1};
    return good.send(request, response, options);
  });
  check_found("silence", [](auto& good, auto& request, auto& response, auto options) {
    options.deadline -= std::chrono::milliseconds{50};
    return good.send(request, response, options);
  });
  check_found("the deadline has passed", [](auto& good, auto& request, auto& response, auto options) {
    options.deadline += std::chrono::milliseconds{50};
    return good.send(request, response, options);
  });
  check_found("no deadline", [](auto& good, auto& request, auto& response, auto options) {
    if (options.deadline == hwc::steady_time::max()) options.deadline = {};
    return good.send(request, response, options);
  });
  check_found("stopped beforehand", [](auto& good, auto& request, auto& response, auto options) {
    options.stop = {};
    return good.send(request, response, options);
  });
  check_found("stopped while the answer is awaited", [](auto& good, auto& request, auto& response, auto options) {
    if (!options.stop.stop_requested()) options.stop = {};
    return good.send(request, response, options);
  });
  check_found("stopped while the answer is awaited", [](auto& good, auto& request, auto& response, auto& options) {
    auto result = good.send(request, response, options);
    if (!result && result.error().kind == hwc::error_kind::cancelled) {
      good.clock().advance(std::chrono::seconds{1});
    }
    return result;
  });
  check_found("a late answer", [](auto& good, auto& request, auto& response, auto& options) {
    auto result = good.send(request, response, options);
    if (result && response.body == "ok") response.body = "late";
    return result;
  });
  check_found("8 threads", [](auto& good, auto& request, auto& response, auto& options) {
    auto result = good.send(request, response, options);
    if (request.body == "3/7") response.body = "3/6";
    return result;
  });
  check_found("a client repeats what was refused", [](auto& good, auto& request, auto& response, auto& options) {
    auto result = good.send(request, response, options);
    if (result && response.status == 429) return good.send(request, response, options);
    return result;
  });
  check_found("a client does not repeat", [](auto& good, auto& request, auto& response, auto& options) {
    auto result = good.send(request, response, options);
    if (result && response.status == 503) return good.send(request, response, options);
    return result;
  });
}

TEST_CASE("a multiplexer that tells of an exchange twice, or never, is found") {
  const auto check = [](auto make) {
    memory_server server;
    const auto report = check_conformance(server, [&] { return make(server); }, {.only = "4 exchanges at once"});
    CAPTURE(report);
    CHECK_FALSE(report.failures.empty());
  };
  check([](auto& server) { return miscounting<2>{server.transport()}; });
  check([](auto& server) { return miscounting<0>{server.transport()}; });
}
