// SPDX-License-Identifier: BSL-1.0
#include <hwc/beast/async_transport.hpp>
#include <hwc/beast/server.hpp>
#include <hwc/beast/transport.hpp>
#include <hwc/call_options.hpp>
#include <hwc/client.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/openssl/testing/authority.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <doctest/doctest.h>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

// Many threads, one client: every call is answered once, by the answer that is its own, and the service sees it once.
// What the threads write and the service counts has no lock of its own, so that ThreadSanitizer, under which the test
// run starts this program too, finds a call that is on two threads at once. No assertion is made before all have ended.

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using hwc::workspace::resend_email;

constexpr std::size_t thread_count = 8;
constexpr std::size_t calls_per_thread = 10'000;
constexpr std::size_t call_count = thread_count * calls_per_thread;
constexpr std::size_t secure_calls_per_thread = 1'000;  // of the same numbers the first; TLS costs more

// Calls have numbers from 0 on, and each has a user of its own: "t3-00042" is the 43rd of the fourth thread.
std::string user_of(std::size_t call) {
  auto digits = std::to_string(call % calls_per_thread);
  return "t" + std::to_string(call / calls_per_thread) + "-" + std::string(5 - digits.size(), '0') + digits;
}

// Counts the requests for each user, and answers with the user's id as the request's.
class tally {
 public:
  hwc::http_response operator()(const hwc::http_request& request) const {
    constexpr std::string_view before = "/v2/p/users/t", after = "/resend-email";
    std::string_view user = request.target;
    if (!user.starts_with(before) || !user.ends_with(after)) return {.status = 404};
    user = user.substr(before.size() - 1, user.size() - before.size() + 1 - after.size());
    std::size_t thread = thread_count, call = calls_per_thread;
    const auto* const end = user.data() + user.size();
    const auto dash = std::from_chars(user.data() + 1, end, thread).ptr;
    if (dash != end) std::from_chars(dash + 1, end, call);
    if (thread >= thread_count || call >= calls_per_thread) return {.status = 404};
    ++(*counts_)[thread * calls_per_thread + call];
    hwc::http_response answer{.status = 204};
    answer.headers.add("X-Request-Id", user);
    return answer;
  }

  // Users for whom there was one request, neither more nor less.
  [[nodiscard]] std::size_t served_once() const {
    return static_cast<std::size_t>(std::count(counts_->begin(), counts_->end(), 1));
  }

 private:
  std::shared_ptr<std::vector<int>> counts_ = std::make_shared<std::vector<int>>(call_count);
};

// What each call came to. A call that ends twice leaves two texts.
class outcomes {
 public:
  void add(std::size_t call, const hwc::result<hwc::no_content>& outcome, const hwc::call_info& info) {
    auto& text = texts_[call];
    if (!outcome)
      text += to_string(outcome.error());
    else if (info.attempts != 1)
      text += std::to_string(info.attempts) + " attempts";
    else
      text += info.request_id;
  }

  // The id of the request that was answered, if all is well.
  [[nodiscard]] const std::string& operator[](std::size_t call) const { return texts_[call]; }

  // Calls that were not answered, or by an answer to another call. `each`: how many a thread made.
  void check_answers(std::size_t each = calls_per_thread) const {
    std::size_t wrong = 0;
    std::string first;
    for (std::size_t call = 0; call != call_count; ++call) {
      if (call % calls_per_thread >= each) continue;
      if (texts_[call] != user_of(call) && wrong++ == 0) first = user_of(call) + ": " + texts_[call];
    }
    CHECK_MESSAGE(wrong == 0, first);
  }

 private:
  std::vector<std::string> texts_ = std::vector<std::string>(call_count);
};

template <class F>
void run_threads(std::size_t count, F f) {
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i != count; ++i) threads.emplace_back([&f, i] { f(i); });
}

// Eight threads that each make their calls by `one_call(call)`.
template <class F>
void call_from_threads(F one_call, std::size_t each = calls_per_thread) {
  run_threads(thread_count, [&](std::size_t thread) {
    for (std::size_t i = 0; i != each; ++i) one_call(thread * calls_per_thread + i);
  });
}

// Machines that are busy elsewhere must not make a call late.
constexpr auto patience = 5min;

using async_client = hwc::client<hwc::beast::async_transport, hwc::token_signer, hwc::return_result>;

// As many calls as a thread makes, or `each`, the next of which begins in the handler of the last.
struct chain {
  void next() {
    client.async_send(resend_email{.user_id = user_of(call)}, {.timeout = patience, .info = &info},
                      asio::bind_executor(strand, [this](const hwc::result<hwc::no_content>& outcome) {
                        told.add(call, outcome, info);
                        ++ended;
                        if (++call % calls_per_thread % each != 0) next();
                      }));
  }
  async_client& client;
  asio::strand<asio::io_context::executor_type>& strand;
  outcomes& told;
  std::size_t& ended;
  std::size_t call;
  std::size_t each = calls_per_thread;
  hwc::call_info info{};
};

void check_server(hwc::beast::server& server, const tally& service, std::size_t each = calls_per_thread) {
  server.stop();
  CHECK(server.requests() == thread_count * each);
  CHECK(server.connections() <= thread_count);
  CHECK(service.served_once() == thread_count * each);
}

// The service searches its lists from the front, so calls are told apart by one of 8 users and one of `kinds` templates
// of either kind: kinds * kinds calls of each thread.
template <class Signer>
void check_in_memory(const Signer& signer, std::size_t kinds) {
  const auto calls = kinds * kinds;
  hwc::fake::project project{.id = "p"};
  for (std::size_t i = 0; i != thread_count; ++i) {
    project.users.push_back({.id = std::to_string(i), .user_email = "user@workspace.example"});
  }
  for (std::size_t i = 0; i != kinds; ++i) {
    project.email_templates.push_back(std::to_string(i));
    project.phone_templates.push_back(std::to_string(i));
  }
  hwc::fake::workspace service{project, signer};
  hwc::client client{hwc::endpoint{"https://workspace.example", "p"}, hwc::fake::transport{service}, signer,
                     hwc::return_result{}};
  outcomes told;
  run_threads(thread_count, [&](std::size_t thread) {
    for (std::size_t i = 0; i != calls; ++i) {
      hwc::call_info info;
      const auto outcome = client.send(resend_email{.user_id = std::to_string(thread),
                                                    .template_id = std::to_string(i / kinds),
                                                    .phone_template_id = std::to_string(i % kinds)},
                                       {.info = &info});
      told.add(thread * calls_per_thread + i, outcome, info);
    }
  });
  CHECK(service.requests() == thread_count * calls);
  const auto outbox = service.outbox();
  CHECK(outbox.size() == thread_count * calls);
  std::vector<int> emails(call_count);
  std::size_t wrong = 0;
  std::string first;
  for (const auto& email : outbox) {
    const auto call = std::stoul(email.user_id) * calls_per_thread + std::stoul(email.template_id.value()) * kinds +
                      std::stoul(email.phone_template_id.value());
    if ((++emails[call] != 1 || told[call] != email.request_id) && wrong++ == 0) first = told[call];
  }
  CHECK_MESSAGE(wrong == 0, first);
}

}  // namespace

TEST_SUITE_BEGIN("eight threads, 10,000 calls each");

TEST_CASE("in memory: each answered once, one email for each") {
  static_assert(100 * 100 == calls_per_thread);
  check_in_memory(hwc::token_signer{"a-good-token"}, 100);
}

// A tenth of the calls, since making and verifying a signature costs more than all the rest.
TEST_CASE("in memory, signed with an access key, 900 calls each: each answered once, one email for each") {
  check_in_memory(hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256>{{"HWCTESTAK0000EXAMPLE",
                                                                         "hwcTestSecretKey/0123456789+abcdefEXAMPLE"}},
                  30);
}

TEST_CASE_TEMPLATE("over sockets, blocking: each answered once, 80,000 requests on 8 connections", Transport,
                   hwc::curl::transport, hwc::beast::transport) {
  const tally service;
  hwc::beast::server server{service, "127.0.0.1", 0};
  hwc::client client{hwc::endpoint{server.url(), "p"}, Transport{}, hwc::token_signer{"c4nary-token"},
                     hwc::return_result{}};
  outcomes told;
  call_from_threads([&](std::size_t call) {
    hwc::call_info info;
    const auto outcome = client.send(resend_email{.user_id = user_of(call)}, {.timeout = patience, .info = &info});
    told.add(call, outcome, info);
  });
  told.check_answers();
  check_server(server, service);
}

TEST_CASE_TEMPLATE("over TLS, blocking, 1,000 calls each: each answered once, 8,000 requests on 8 connections",
                   Transport, hwc::curl::transport, hwc::beast::transport) {
  const hwc::openssl::testing::authority ca;
  const auto id = ca.issue({"127.0.0.1"});
  const tally service;
  hwc::beast::server server{service, "127.0.0.1", 0, {id.certificate_chain_pem, id.private_key_pem}};
  hwc::client client{hwc::endpoint{server.url(), "p"}, Transport{{.ca_file = ca.file()}},
                     hwc::token_signer{"c4nary-token"}, hwc::return_result{}};
  outcomes told;
  call_from_threads(
      [&](std::size_t call) {
        hwc::call_info info;
        const auto outcome = client.send(resend_email{.user_id = user_of(call)}, {.timeout = patience, .info = &info});
        told.add(call, outcome, info);
      },
      secure_calls_per_thread);
  told.check_answers(secure_calls_per_thread);
  check_server(server, service, secure_calls_per_thread);
}

TEST_CASE("over TLS, callbacks on a strand over four threads, 1,000 calls each: 8,000 requests on 8 connections") {
  const hwc::openssl::testing::authority ca;
  const auto id = ca.issue({"127.0.0.1"});
  const tally service;
  hwc::beast::server server{service, "127.0.0.1", 0, {id.certificate_chain_pem, id.private_key_pem}};
  asio::io_context io;
  async_client client{
      {server.url(), "p"}, hwc::beast::async_transport{io, {.ca_file = ca.file()}}, hwc::token_signer{"c4nary-token"}};
  outcomes told;
  auto strand = asio::make_strand(io);
  std::size_t ended = 0;
  std::vector<chain> chains;
  for (std::size_t i = 0; i != thread_count; ++i) {
    chains.push_back({client, strand, told, ended, i * calls_per_thread, secure_calls_per_thread});
  }
  for (auto& each : chains) each.next();
  run_threads(4, [&](std::size_t) { io.run(); });
  CHECK(ended == thread_count * secure_calls_per_thread);
  told.check_answers(secure_calls_per_thread);
  check_server(server, service, secure_calls_per_thread);
}

TEST_CASE("futures, from a context that two threads run: each answered once, 80,000 requests on 8 connections") {
  const tally service;
  hwc::beast::server server{service, "127.0.0.1", 0};
  asio::io_context io;
  async_client client{{server.url(), "p"}, hwc::beast::async_transport{io}, hwc::token_signer{"c4nary-token"}};
  outcomes told;
  auto busy = asio::make_work_guard(io);
  std::jthread one{[&] { io.run(); }}, two{[&] { io.run(); }};
  call_from_threads([&](std::size_t call) {
    hwc::call_info info;
    auto later = client.async_send(resend_email{.user_id = user_of(call)}, {.timeout = patience, .info = &info},
                                   asio::use_future);
    told.add(call, later.get(), info);
  });
  busy.reset();
  one.join();
  two.join();
  told.check_answers();
  check_server(server, service);
}

TEST_CASE("callbacks on a strand over four threads: each answered once, 80,000 requests on 8 connections") {
  const tally service;
  hwc::beast::server server{service, "127.0.0.1", 0};
  asio::io_context io;
  async_client client{{server.url(), "p"}, hwc::beast::async_transport{io}, hwc::token_signer{"c4nary-token"}};
  outcomes told;
  auto strand = asio::make_strand(io);
  std::size_t ended = 0;
  std::vector<chain> chains;
  for (std::size_t i = 0; i != thread_count; ++i) {
    chains.push_back({client, strand, told, ended, i * calls_per_thread});
  }
  for (auto& each : chains) each.next();
  run_threads(4, [&](std::size_t) { io.run(); });
  CHECK(ended == call_count);
  told.check_answers();
  check_server(server, service);
}

TEST_SUITE_END();
