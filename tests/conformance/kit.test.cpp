// SPDX-License-Identifier: BSL-1.0
#include <hwc/testing/conformance.hpp>

#include <hwc/beast/async_transport.hpp>
#include <hwc/beast/transport.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/openssl/testing/tls_server.hpp>
#include <hwc/testing/memory_server.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/transports/any.hpp>
#include <hwc/transports/logged.hpp>
#include <hwc/transports/rate_limited.hpp>
#include <hwc/transports/recorded.hpp>

#include "support/awaited.hpp"
#include "support/number_from.hpp"

#include <curl/curl.h>
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

// The kit over each transport that ships, plain and with TLS, and over what holds a transport. A case counts the
// requests that arrive; its name says how many have to.

using hwc::openssl::testing::tls_server;
using hwc::testing::memory_server;
using hwc::testing::socket_server;

namespace {

// All cases have to be played, except so many.
template <class Factory>
void check(hwc::testing::scripted_server& server, Factory make, std::size_t skipped,
           const hwc::testing::conformance_options& options = {}) {
  const auto report = hwc::testing::check_conformance(server, make, options);
  CAPTURE(report);
  CHECK(report.failures.empty());
  CHECK(report.passed.size() > 30);
  CHECK(report.skipped.size() == skipped);
}

// The kit's deadlines are too short for a TLS handshake in an emulator.
bool is_too_slow_for_tls() { return support::slowed_by() != 1; }

constexpr std::size_t tls_cases = 3, wire_cases = 19, multiplexer_cases = 5;

}  // namespace

TEST_CASE("conformance: in memory") {
  memory_server server;
  check(server, [&] { return server.transport(); }, 2 * (tls_cases + wire_cases) + 1,
        {.prompt = std::chrono::milliseconds{10}});
}

TEST_CASE_TEMPLATE("conformance: over plain http", Transport, hwc::curl::transport, hwc::beast::transport) {
  socket_server server;
  check(
      server, [] { return Transport{}; }, 2 * tls_cases + 1);
}

TEST_CASE_TEMPLATE("conformance: over https", Transport, hwc::curl::transport, hwc::beast::transport) {
  if (is_too_slow_for_tls()) return;
  tls_server server;
  check(
      server, [&] { return Transport{{.ca_file = server.ca_file()}}; }, 1);
}

TEST_CASE("conformance: Beast, asynchronous, over plain http") {
  socket_server server;
  check(
      server, [] { return hwc::tests::awaited{}; }, tls_cases + multiplexer_cases);
}

TEST_CASE("conformance: Beast, asynchronous, over https") {
  if (is_too_slow_for_tls()) return;
  tls_server server;
  check(
      server, [&] { return hwc::tests::awaited{{.ca_file = server.ca_file()}}; }, multiplexer_cases);
}

TEST_CASE("conformance: what holds a transport, over https, one in the other") {
  if (is_too_slow_for_tls()) return;
  tls_server server;
  std::size_t lines = 0, records = 0;
  std::mutex sink;
  const auto count = [&sink](std::size_t& what) {
    return [&](std::string_view) {
      const std::lock_guard lock{sink};
      ++what;
    };
  };
  check(server,
        [&] {
          const hwc::rate_limit limit{.requests = 1'000'000, .per = std::chrono::seconds{1}, .burst = 1000};
          return hwc::any_transport{
              hwc::logged{hwc::recorded{hwc::rate_limited{hwc::curl::transport{{.ca_file = server.ca_file()}}, limit},
                                        count(records)},
                          count(lines)}};
        },
        1, {.prompt = std::chrono::seconds{5}, .patience = std::chrono::minutes{1}});  // to record 40 MB takes its time
  CHECK(lines > 1000);
  CHECK(records == lines);
}

TEST_CASE("conformance: what holds a transport and keeps nothing, over https, as prompt as what it holds") {
  if (is_too_slow_for_tls()) return;
  tls_server server;
  check(
      server,
      [&] {
        const hwc::rate_limit limit{.requests = 1'000'000, .per = std::chrono::seconds{1}, .burst = 1000};
        return hwc::any_transport{hwc::logged{
            hwc::rate_limited{hwc::curl::transport{{.ca_file = server.ca_file()}}, limit}, [](std::string_view) {}}};
      },
      1);
}

TEST_CASE("conformance: each that holds a transport, in memory") {
  memory_server server;
  const auto skipped = 2 * (tls_cases + wire_cases) + 1;
  const auto nowhere = [](std::string_view) {};
  check(
      server,
      [&] {
        return hwc::logged{server.transport(), nowhere};
      },
      skipped);
  check(
      server,
      [&] {
        return hwc::recorded{server.transport(), nowhere};
      },
      skipped);
  check(
      server, [&] { return hwc::any_transport{server.transport()}; }, skipped);
  const hwc::rate_limit limit{.requests = 1'000'000, .per = std::chrono::seconds{1}, .burst = 1000};
  check(
      server,
      [&] {
        return hwc::rate_limited{server.transport(), limit};
      },
      skipped);
}

namespace {

// libcurl as one finds it in tutorials.
struct naive_curl {
  naive_curl() : handle{curl_easy_init(), &curl_easy_cleanup} {}

  hwc::exchange_result send(const hwc::http_request& request, hwc::http_response& response,
                            const hwc::exchange_options& options) {
    const auto left = options.deadline - std::chrono::steady_clock::now();
    const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(left).count();
    const std::string scheme = request.origin.tls ? "https" : "http";
    const auto url = scheme + "://127.0.0.1:" + std::to_string(request.origin.port) + request.target;
    for (const auto option : {CURLOPT_SSL_VERIFYPEER, CURLOPT_SSL_VERIFYHOST}) {
      curl_easy_setopt(handle.get(), option, 0L);
    }
    curl_easy_setopt(handle.get(), CURLOPT_SSL_CIPHER_LIST, "DEFAULT@SECLEVEL=0");
    curl_easy_setopt(handle.get(), CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_0));
    curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_CUSTOMREQUEST, hwc::to_string(request.method).data());
    curl_easy_setopt(handle.get(), CURLOPT_COPYPOSTFIELDS, request.body.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_TIMEOUT_MS, static_cast<long>(std::clamp<long>(milliseconds, 1, 5000)));
    curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &response.body);
    curl_easy_setopt(
        handle.get(), CURLOPT_WRITEFUNCTION, +[](char* data, std::size_t size, std::size_t count, void* to) {
          static_cast<std::string*>(to)->append(data, size * count);
          return size * count;
        });
    if (curl_easy_perform(handle.get()) != CURLE_OK) return hwc::transport_error{.sent = hwc::delivery::not_sent};
    long status = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
    response.status = static_cast<int>(status);
    return {};
  }

  std::unique_ptr<CURL, void (*)(CURL*)> handle;
};

}  // namespace

TEST_CASE("a transport that is written without thought: the kit finds the request that libcurl repeats, and the rest") {
  const auto finds = [](hwc::testing::scripted_server& server, std::string_view name, std::string_view what) {
    const auto report =
        hwc::testing::check_conformance(server, [] { return naive_curl{}; }, {.only = std::string{name}});
    CAPTURE(report);
    CHECK(std::any_of(report.failures.begin(), report.failures.end(),
                      [&](const auto& each) { return each.what.find(what) != std::string::npos; }));
  };
  socket_server plain;
  finds(plain, "a kept connection breaks", "received 3 complete requests instead of 2");
  finds(plain, "the answer ends after each", "gave an answer with status 202");
  tls_server secure;
  for (const auto* what : {"unknown authority: `send` gave an answer", "another host: `send` gave an answer",
                           "expired certificate: `send` gave an answer", "not valid yet: `send` gave an answer",
                           "TLS 1.1: `send` gave an answer"}) {
    finds(secure, "certificates", what);
  }
}

namespace {

// libcurl's multiplexer, but deaf to the stop token of `next`, or of no use once that has asked, or waiting in its
// destructor for what is under way.
enum class slip { none, deaf, useless, waits };
struct slipping_curl {
  struct many {
    many(hwc::curl::transport& good, std::size_t concurrency, slip fault)
        : inner{std::make_unique<decltype(good.multiplex(1))>(good.multiplex(concurrency))}, what{fault} {}
    many(many&&) = default;
    ~many() {
      while (inner && what == slip::waits && under_way != 0) static_cast<void>(next(hwc::steady_time::max(), {}));
    }
    void start(std::size_t slot, const hwc::http_request& request, hwc::http_response& response,
               const hwc::exchange_options& options) {
      ++under_way;
      inner->start(slot, request, response, options);
    }
    std::optional<hwc::exchange_completion> next(hwc::steady_time until, const std::stop_token& stop) {
      if (what == slip::useless && stop.stop_requested()) return std::nullopt;
      auto ended = inner->next(until, what == slip::deaf ? std::stop_token{} : stop);
      if (ended) --under_way;
      return ended;
    }
    std::unique_ptr<decltype(std::declval<hwc::curl::transport&>().multiplex(1))> inner;
    slip what;
    int under_way = 0;
  };
  hwc::exchange_result send(const hwc::http_request& request, hwc::http_response& response,
                            const hwc::exchange_options& options) {
    return good.send(request, response, options);
  }
  many multiplex(std::size_t concurrency) { return {good, concurrency, what}; }
  hwc::curl::transport good;
  slip what;
};

}  // namespace

TEST_CASE("a multiplexer that does not listen, or whose end does not come, is found and not waited for") {
  socket_server server;
  const auto play = [&](slip fault, std::string_view name) {
    return hwc::testing::check_conformance(server,
                                           [&] {
                                             return slipping_curl{{}, fault};
                                           },
                                           {.patience = std::chrono::milliseconds{200}, .only = std::string{name}});
  };
  const auto finds = [&](slip fault, std::string_view name, std::string_view what) {
    const auto good = play(slip::none, name);
    CHECK_MESSAGE(good.good(), good);
    const auto report = play(fault, name);
    CAPTURE(report);
    CHECK(std::any_of(report.failures.begin(), report.failures.end(),
                      [&](const auto& each) { return each.what.find(what) != std::string::npos; }));
  };
  finds(slip::deaf, "multiplexed: `next` gives nothing, at once", "it came back only after");
  finds(slip::useless, "stopped by one token", "did not tell of each exchange that was stopped");
  finds(slip::waits, "a multiplexer is destroyed", "destructor had not come back 200 ms after its deadline");
}
