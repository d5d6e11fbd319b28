// SPDX-License-Identifier: BSL-1.0
#include <hwc/send_all.hpp>

#include <hwc/beast/server.hpp>
#include <hwc/beast/transport.hpp>
#include <hwc/client.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/testing/socket_server.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstddef>
#include <iterator>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

// send_all over sockets: what has to move while something else does not.

namespace {

using namespace std::chrono_literals;
using hwc::steady_time;
using hwc::testing::socket_server;
using hwc::testing::step;
using hwc::workspace::resend_email;
using then = step::then;
using std::chrono::steady_clock;

const step answer_ok{.answer = std::string{hwc::testing::ok_answer}};

std::vector<resend_email> users(std::size_t count) {
  std::vector<resend_email> all;
  for (std::size_t i = 0; i != count; ++i) all.push_back({.user_id = "u" + std::to_string(i)});
  return all;
}

template <class Transport>
auto client_of(const std::string& url) {
  return hwc::client{hwc::endpoint{url, "project"}, Transport{}, hwc::token_signer{"a-secret-token"},
                     hwc::return_result{}};
}

// Operations that take a while to come, as those of a file on a slow disk.
class slow_users {
 public:
  explicit slow_users(int count) : left_{count} {}

  class iterator {
   public:
    using value_type = resend_email;
    using difference_type = std::ptrdiff_t;
    explicit iterator(slow_users* of) : of_{of} {}
    value_type operator*() const { return {.user_id = "u" + std::to_string(of_->left_)}; }
    iterator& operator++() {
      std::this_thread::sleep_for(100ms);
      --of_->left_;
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return of_->left_ == 0; }

   private:
    slow_users* of_;
  };
  iterator begin() { return iterator{this}; }
  std::default_sentinel_t end() const { return {}; }

 private:
  int left_;
};

}  // namespace

TEST_CASE_TEMPLATE(
    "send_all that is stopped while the service is silent: ends at once, each begun one is accounted for", Transport,
    hwc::curl::transport, hwc::beast::transport) {
  const hwc::testing::script two_answers{answer_ok, answer_ok, {.afterwards = then::stall}};
  socket_server server{std::vector<hwc::testing::script>(8, two_answers)};
  auto client = client_of<Transport>(server.url());
  std::stop_source source;
  steady_time asked{};
  std::jthread other{[&] {
    server.await_requests(24);
    asked = steady_clock::now();
    source.request_stop();
  }};
  std::size_t told = 0;
  const auto sum = client.send_all(users(1000), [&](const resend_email&, const auto&) { ++told; },
                                   {.concurrency = 8, .each = {.stop = source.get_token()}});
  const auto ended = steady_clock::now();
  other.join();
  CHECK(ended - asked < 1s);
  CHECK(sum == hwc::send_all_summary{.sent = 16, .unknown = 8});
  CHECK(told == 24);
  CHECK(server.requests() == 24);
}

TEST_CASE_TEMPLATE("send_all that is stopped in full swing: each begun one is accounted for, none arrived that is not",
                   Transport, hwc::curl::transport, hwc::beast::transport) {
  std::stop_source source;
  std::size_t served = 0;
  hwc::beast::server server{[&](const hwc::http_request&) {
                              if (++served == 50) source.request_stop();
                              return hwc::http_response{.status = 204};
                            },
                            "127.0.0.1", 0};
  auto client = client_of<Transport>(server.url());
  std::size_t told = 0;
  const auto sum = client.send_all(users(1000), [&](const resend_email&, const auto&) { ++told; },
                                   {.concurrency = 16, .each = {.stop = source.get_token()}});
  server.stop();
  CHECK(sum.sent + sum.not_sent + sum.unknown == told);
  CHECK(told < 1000);
  CHECK(server.requests() <= sum.sent + sum.unknown);
  CHECK(server.requests() >= sum.sent);
}

TEST_CASE_TEMPLATE(
    "a range that gives one operation per 100 ms: each is sent before its timeout of 600 ms; 12 requests", Transport,
    hwc::curl::transport, hwc::beast::transport) {
  socket_server server;
  auto client = client_of<Transport>("http://127.0.0.1:" + std::to_string(server.port()));
  std::vector<std::string> why;
  const auto sum = client.send_all(slow_users{12},
                                   [&](const resend_email&, const auto& outcome) {
                                     if (!outcome) why.push_back(to_string(outcome.error()));
                                   },
                                   {.concurrency = 16, .each = {.timeout = 600ms}});
  CAPTURE(why);
  CHECK(sum == hwc::send_all_summary{.sent = 12});
  CHECK(server.requests() == 12);
}
