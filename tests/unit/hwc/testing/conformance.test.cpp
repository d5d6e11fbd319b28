// SPDX-License-Identifier: BSL-1.0
#include <hwc/testing/conformance.hpp>

#include <hwc/detail/config.hpp>
#include <hwc/fake/clock.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/http.hpp>
#include <hwc/testing/memory_server.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <sstream>
#include <stdexcept>
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

// Whether a failure of the case whose name begins so holds the text.
bool tells(const hwc::testing::conformance_report& report, std::string_view name, std::string_view what) {
  return std::any_of(report.failures.begin(), report.failures.end(), [&](const auto& each) {
    return each.test_case.starts_with(name) && each.what.find(what) != std::string::npos;
  });
}

// As one writes it on an afternoon: it waits for as long as it takes, keeps one connection for whatever comes next, and
// leaves what it does not want of an answer unread.
struct naive {
  exchange_result send(const http_request& request, http_response& response, const exchange_options& options) {
    response.clear();
    if (!socket) connect(request.origin.port);
    auto text = std::string{to_string(request.method)} + ' ' + request.target + " HTTP/1.1\r\nHost: x\r\n";
    text += "Content-Length: " + std::to_string(request.body.size()) + "\r\n\r\n" + request.body;
    ::send(*socket, text.data(), text.size(), MSG_NOSIGNAL);
    std::string head;
    while (!head.ends_with("\r\n\r\n")) {
      if (!read(head)) return broken();
    }
    response.status = std::atoi(head.substr(9, 3).c_str());
    const auto length = std::strtoul(head.substr(head.find("Content-Length: ") + 16).c_str(), nullptr, 10);
    while (response.body.size() < std::min(length, options.response_limit)) {
      if (!read(response.body)) return broken();
    }
    response.truncated = response.body.size() < length;
    return {};
  }

  void connect(std::uint16_t port) {
    socket = {new int{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)}, [](const int* number) {
                ::close(*number);
                delete number;
              }};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(*socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  [[nodiscard]] bool read(std::string& into) {
    if (next == in.size()) {
      in.resize(16384);
      const auto size = ::recv(*socket, in.data(), in.size(), 0);
      in.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
      next = 0;
      if (in.empty()) return false;
    }
    into += in[next++];
    return true;
  }
  exchange_result broken() {
    socket.reset();
    return hwc::transport_error{.message = "the connection broke"};
  }

  std::shared_ptr<const int> socket{};
  std::string in{};  // received, and used up to here:
  std::size_t next = 0;
};

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

namespace {

// A multiplexer with one fault.
enum class slip { none, waits, is_not_stopped, leaves_a_mess };
struct slipping {
  struct many {
    many(hwc::fake::transport& good, std::size_t concurrency, slip fault, std::shared_ptr<bool> mess)
        : inner{good.multiplex(concurrency)}, what{fault}, messy{std::move(mess)} {}
    many(many&&) = default;
    ~many() {
      if (messy && under_way != 0 && what == slip::leaves_a_mess) *messy = true;
    }
    void start(std::size_t slot, const http_request& request, http_response& response, exchange_options options) {
      ++under_way;
      if (what == slip::is_not_stopped) options.stop = {};
      inner.start(slot, request, response, options);
    }
    std::optional<hwc::exchange_completion> next(hwc::steady_time until, const std::stop_token& stop) {
      auto ended = inner.next(what == slip::waits ? hwc::steady_time::max() : until, stop);
      if (ended) --under_way;
      return ended;
    }
    decltype(std::declval<hwc::fake::transport&>().multiplex(1)) inner;
    slip what;
    std::shared_ptr<bool> messy;
    int under_way = 0;
  };
  exchange_result send(const http_request& request, http_response& response, const exchange_options& options) {
    if (*messy) return hwc::transport_error{};
    return good.send(request, response, options);
  }
  many multiplex(std::size_t concurrency) { return {good, concurrency, what, messy}; }
  hwc::fake::clock& clock() { return good.clock(); }
  hwc::fake::transport good;
  slip what;
  std::shared_ptr<bool> messy = std::make_shared<bool>(false);
};

}  // namespace

TEST_CASE("a transport without a fault passes; what the server cannot play is skipped and named") {
  memory_server server;
  const auto report = check_conformance(server, [&] { return server.transport(); });
  CHECK_MESSAGE(report.good(), report);
  CHECK(report.passed.size() + report.skipped.size() == 2 * 48);
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
  CHECK(report.passed.size() + report.skipped.size() == 48);
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
  CHECK(to_string(report) ==
        "FAILED four; 1 request\n"
        "  the server received 2 complete requests instead of 1\n"
        "2 cases passed, 1 failure, 1 case skipped\n");
  report.failures.push_back({"four; 1 request", "the body is another one"});
  report.failures.push_back({"five", "status 200 was sent"});
  report.skipped = {};
  std::ostringstream out;
  out << report;
  CHECK(out.str() ==
        "FAILED four; 1 request\n"
        "  the server received 2 complete requests instead of 1\n"
        "  the body is another one\n"
        "FAILED five\n"
        "  status 200 was sent\n"
        "2 cases passed, 3 failures, 0 cases skipped\n");
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
    options.deadline = hwc::saturating_add(options.deadline, std::chrono::seconds{1});
    return good.send(request, response, options);
  });
  check_found("silence", [](auto& good, auto& request, auto& response, auto options) {
    options.deadline -= std::chrono::milliseconds{50};
    return good.send(request, response, options);
  });
  check_found("the deadline has passed", [](auto& good, auto& request, auto& response, auto options) {
    options.deadline = hwc::saturating_add(options.deadline, std::chrono::milliseconds{50});
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

TEST_CASE("a dirty connection that is used again after an over-long body is found") {
  memory_server server;
  const auto make = [&] {
    return faulty{server.transport(),
                  [dirty = false](auto& good, auto& request, auto& response, auto& options) mutable {
                    auto result = good.send(request, response, options);
                    if (std::exchange(dirty, response.truncated)) response.body = "the rest";
                    return result;
                  }};
  };
  const auto report = check_conformance(server, make, {.only = "a body over response_limit"});
  CAPTURE(report);
  CHECK(tells(report, "a body over", "the exchange after it did not get its own answer"));
}

TEST_CASE("a transport that waits for as long as it takes is found, and not waited for") {
  hwc::testing::socket_server server;
  const auto play = [&](std::string_view only) {
    return check_conformance(server, [] { return naive{}; },
                             {.patience = std::chrono::milliseconds{50}, .only = std::string{only}});
  };
  CHECK(play("redirects").good());
  for (const std::string_view name : {"silence: timeout", "stopped while the answer is awaited"}) {
    const auto report = play(name);
    CAPTURE(report);
    CHECK(tells(report, name, "`send` had not come back 50 ms after its deadline; the server hung up"));
  }
  CHECK(play("no deadline").good());
}

TEST_CASE("a connection that is used for all that comes is found") {
  hwc::testing::socket_server server;
  const auto finds = [&](std::string_view name, std::string_view what) {
    const auto report = check_conformance(server, [] { return naive{}; }, {.only = std::string{name}});
    CAPTURE(report);
    CHECK(tells(report, name, what));
  };
  finds("a kept connection is used for its own origin only", "the second server received 0 complete requests");
  finds("fresh_connection", "it took 0 new connections instead of 1");
  finds("a body over response_limit", "status 200 was sent, but `send` gave an answer with status 20");
}

TEST_CASE("a multiplexer that waits too long, stops no exchange or leaves a mess is found") {
  const auto play = [](slip fault, std::string_view name) {
    memory_server server;
    return check_conformance(server, [&] { return slipping{server.transport(), fault}; }, {.only = std::string{name}});
  };
  const std::pair<slip, std::string_view> slips[] = {
      {slip::waits, "`next` gives nothing when its time comes"},
      {slip::is_not_stopped, "one exchange of two is stopped"},
      {slip::leaves_a_mess, "a multiplexer is destroyed"},
  };
  for (const auto& each : slips) {
    const auto [fault, name] = each;
    CHECK(play(slip::none, name).good());
    CHECK(tells(play(fault, name), name, ""));
  }
}

#ifndef HWC_NO_EXCEPTIONS

TEST_CASE("what throws is a failure of its case, and the rest is played") {
  memory_server server;
  const auto all = check_conformance(server, [&] {
    return faulty{server.transport(), [](auto&, auto& request, auto&, auto&) -> exchange_result {
                    if (request.body == "3/7") throw 7;
                    throw std::runtime_error{"no more sockets"};
                  }};
  });
  CAPTURE(all);
  CHECK(all.passed.empty());
  for (const std::string_view name : {"target, headers and body", "a response that is used again", "silence"}) {
    CHECK(tells(all, name, "`send` threw: no more sockets"));
  }
  CHECK(tells(all, "8 threads", "`send` threw: something that is no std::exception"));
  CHECK(tells(all, "a client resends an email", "the case ended with an exception: no more sockets"));
  CHECK(all.passed.size() + all.skipped.size() > 20);

  const auto some = check_conformance(server, [&] {
    return faulty{server.transport(), [](auto& good, auto& request, auto& response, auto& options) {
                    if (request.method == hwc::http_method::patch) throw std::runtime_error{"PATCH"};
                    return good.send(request, response, options);
                  }};
  });
  CAPTURE(some);
  CHECK(tells(some, "every method", "`send` threw: PATCH"));
  CHECK(some.passed.size() > 15);

  const auto none = check_conformance(server, []() -> hwc::fake::transport { throw std::runtime_error{"no license"}; });
  CHECK(none.passed.empty());
  CHECK(tells(none, "silence", "the case ended with an exception: no license"));
  CHECK(tells(none, "multiplexed: silence", "the case ended with an exception: no license"));
}

#endif
