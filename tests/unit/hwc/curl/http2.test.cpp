// SPDX-License-Identifier: BSL-1.0
#include <hwc/curl/multiplexed.hpp>

#include <hwc/client.hpp>
#include <hwc/curl/detail/stream_words.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/openssl/testing/authority.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "support/http2_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using hwc::delivery;
using hwc::error_kind;
using hwc::http_method;
using hwc::steady_time;
using hwc::tests::http2_action;
using hwc::tests::http2_request;
using hwc::tests::http2_server;
using hwc::tests::http2_server_options;
using hwc::workspace::resend_email;
using counts = http2_server::counts;
using then = http2_action::then;
using what = http2_action::what;
using std::chrono::steady_clock;

const hwc::openssl::testing::authority& authority() {
  static const hwc::openssl::testing::authority made;
  return made;
}
const hwc::openssl::testing::identity& identity() {
  static const auto made = authority().issue({"127.0.0.1"});
  return made;
}

hwc::curl::transport_options trusting() { return {.ca_file = authority().file()}; }

hwc::exchange_options within(std::chrono::milliseconds span) { return {.deadline = steady_clock::now() + span}; }

http2_action reset(std::uint32_t code) { return {.kind = what::reset, .code = code}; }
const http2_action hold{.late = true};
const http2_action refuse = reset(NGHTTP2_REFUSED_STREAM);

// Answers with the request's own path.
http2_action echo(const http2_request& request) { return {.body = request.path()}; }

// Does that about the request of this number, and `other` about the rest.
http2_server::handler only(std::size_t number, http2_action action, http2_action other = {}) {
  return [=](const http2_request& request) { return request.number == number ? action : other; };
}

struct outcome {
  hwc::http_response response{};
  hwc::exchange_result result{};
  steady_time at{};

  [[nodiscard]] bool answered() const { return result.has_value(); }
  [[nodiscard]] hwc::transport_error error() const { return result.error(); }
};

// A multiplexer with the requests and outcomes of its slots; the request of slot i goes to "/i".
class exchanges {
 public:
  exchanges(const http2_server& server, std::size_t concurrency, hwc::curl::transport_options options = trusting())
      : port_{server.port()},
        many_{hwc::curl::transport{std::move(options)}.multiplex(concurrency)},
        requests_(concurrency),
        outcomes_(concurrency) {}

  void start(std::size_t slot, const hwc::exchange_options& options = within(5s), std::string body = "{}",
             http_method method = http_method::post) {
    auto& request = requests_[slot];
    request = {};
    request.method = method;
    request.origin = {.tls = true, .host = "127.0.0.1", .port = port_};
    request.target = "/" + std::to_string(slot);
    request.body = std::move(body);
    many_.start(slot, request, outcomes_[slot].response, options);
  }
  void start_all(const hwc::exchange_options& options = within(5s), const std::string& body = "{}") {
    for (std::size_t slot = 0; slot != requests_.size(); ++slot) start(slot, options, body);
  }

  // The slot of the next exchange that ends. Nothing after 10 s, which fails the case.
  std::size_t next() {
    auto ended = many_.next(steady_clock::now() + 10s, {});
    REQUIRE(ended);
    outcomes_[ended->slot].result = std::move(ended->outcome);
    outcomes_[ended->slot].at = steady_clock::now();
    return ended->slot;
  }
  void next(std::size_t count) {
    for (std::size_t i = 0; i != count; ++i) next();
  }

  // Moves bytes until that is so, while nothing ends.
  template <class F>
  void drive(F reached) {
    const auto limit = steady_clock::now() + 5s;
    while (!reached() && steady_clock::now() < limit) REQUIRE_FALSE(many_.next(steady_clock::now() + 1ms, {}));
    REQUIRE(reached());
  }
  void drive(const http2_server& server, std::size_t counts::*which, std::size_t least) {
    drive([&] { return server.count().*which >= least; });
  }

  const outcome& send(std::size_t slot, const hwc::exchange_options& options = within(5s), std::string body = "{}",
                      http_method method = http_method::post) {
    start(slot, options, std::move(body), method);
    REQUIRE(next() == slot);
    return of(slot);
  }

  [[nodiscard]] const outcome& of(std::size_t slot) const { return outcomes_[slot]; }
  [[nodiscard]] std::size_t size() const { return outcomes_.size(); }

 private:
  std::uint16_t port_;
  hwc::curl::multiplexed many_;
  std::vector<hwc::http_request> requests_;
  std::vector<outcome> outcomes_;
};

void check_failed(const outcome& o, error_kind kind, delivery sent) {
  REQUIRE_FALSE(o.answered());
  CAPTURE(o.error().message);
  CHECK(to_string(o.error().kind) == to_string(kind));
  CHECK(to_string(o.error().sent) == to_string(sent));
  CHECK_FALSE(o.error().message.empty());
}

void check_refused(const outcome& o) {
  check_failed(o, error_kind::connection, delivery::not_sent);
  CHECK(o.error().retryable);
}

void check_answered(const outcome& o, std::string_view body = "ok") {
  REQUIRE(o.answered());
  CHECK(o.response.status == 200);
  CHECK(o.response.body == body);
  CHECK_FALSE(o.response.truncated);
}

// The ways to give a request: with a body, with an empty one, and without.
struct {
  http_method method;
  std::string_view body;
} const kinds[] = {{http_method::post, "{}"}, {http_method::post, ""}, {http_method::get, ""}};

auto client_of(const http2_server& server, hwc::curl::transport t) {
  return hwc::client{hwc::endpoint{"https://127.0.0.1:" + std::to_string(server.port()), "project"}, std::move(t),
                     hwc::token_signer{"a-secret-token"}, hwc::return_result{}};
}

std::vector<resend_email> users(std::size_t count) {
  std::vector<resend_email> all;
  for (std::size_t i = 0; i != count; ++i) all.push_back({.user_id = "u" + std::to_string(i)});
  return all;
}

}  // namespace

TEST_SUITE_BEGIN("curl::multiplexed over HTTP/2");

TEST_CASE("16 at once share one connection, and each has its own answer; 160 requests") {
  http2_server server{identity(), echo};
  exchanges x{server, 16};
  for (int round = 0; round != 10; ++round) {
    x.start_all();
    x.next(16);
    for (std::size_t slot = 0; slot != 16; ++slot) check_answered(x.of(slot), "/" + std::to_string(slot));
  }
  CHECK(server.requests() == 160);
  CHECK(server.requests("/7") == 10);
  CHECK(server.connections() == 1);
}

TEST_CASE("exchanges overlap on one connection: 3 requests are there before the first answer") {
  http2_server server{identity(), only(99, {}, hold)};
  exchanges x{server, 3};
  x.start_all();
  x.drive(server, &counts::requests, 3);
  server.release();
  x.next(3);
  for (std::size_t slot = 0; slot != 3; ++slot) check_answered(x.of(slot));
  CHECK(server.requests() == 3);
  CHECK(server.connections() == 1);
}

TEST_CASE("the request arrives as it was given: method, target, headers and body; the answer too") {
  http2_request got;
  http2_server server{identity(), [&](const http2_request& request) {
                        got = request;
                        return http2_action{.status = 202, .body = "queued", .fields = {{"x-request-id", "r1"}}};
                      }};
  hwc::http_request request;
  request.method = http_method::post;
  request.origin = {.tls = true, .host = "127.0.0.1", .port = server.port()};
  request.target = "/v2/p/users/a%2Fb/../x?q=%20";
  request.headers.add("X-Auth-Token", "secret");
  request.headers.add("Content-Type", "application/json");
  request.headers.add("X-Empty", "");
  request.body = R"({"a":1})";
  hwc::http_response response;
  auto many = hwc::curl::transport{trusting()}.multiplex(1);
  many.start(0, request, response, within(5s));
  const auto ended = many.next(steady_time::max(), {});
  server.stop();
  REQUIRE(ended);
  REQUIRE(ended->outcome.has_value());
  CHECK(response.status == 202);
  CHECK(response.body == "queued");
  REQUIRE(response.headers.find("X-Request-Id"));
  CHECK(*response.headers.find("X-Request-Id") == "r1");
  CHECK(got.stream == 1);
  CHECK(got.field(":method") == "POST");
  CHECK(got.field(":scheme") == "https");
  CHECK(got.field(":authority") == "127.0.0.1:" + std::to_string(server.port()));
  CHECK(got.path() == request.target);
  CHECK(got.field("x-auth-token") == "secret");
  CHECK(got.field("content-type") == "application/json");
  CHECK(got.field("content-length") == "7");
  CHECK(got.body == request.body);
  const std::set<std::string_view> known{":method",      ":scheme",        ":authority", ":path",  "x-auth-token",
                                         "content-type", "content-length", "user-agent", "x-empty"};
  for (const auto& field : got.fields) CHECK_MESSAGE(known.count(field.first) == 1, field.first);
  CHECK(server.requests() == 1);
}

TEST_CASE(
    "more exchanges than streams are allowed: the others have connections of their own, or are refused and not sent") {
  http2_server server{identity(), echo, {.max_streams = 2}};
  exchanges x{server, 8};
  std::size_t answered = 0;
  for (int round = 0; round != 3; ++round) {
    x.start_all();
    x.next(8);
    for (std::size_t slot = 0; slot != 8; ++slot) {
      answered += x.of(slot).answered() ? 1 : 0;
      if (x.of(slot).answered())
        check_answered(x.of(slot), "/" + std::to_string(slot));
      else
        check_refused(x.of(slot));
    }
  }
  CHECK(answered >= 6);
  CHECK(server.requests() == answered);
  CHECK(server.count().most_streams <= 2);
}

TEST_CASE("a fresh connection is wanted while another is in use: it has one of its own, and leaves it for others") {
  http2_server server{identity(), only(0, hold)};
  exchanges x{server, 3};
  x.start(0);
  x.drive(server, &counts::requests, 1);
  auto fresh = within(5s);
  fresh.fresh_connection = true;
  check_answered(x.send(1, fresh));
  CHECK(server.connections() == 2);
  check_answered(x.send(2));
  check_answered(x.send(1));
  server.release();
  CHECK(x.next() == 0);
  check_answered(x.of(0));
  CHECK(server.requests() == 4);
  CHECK(server.connections() == 2);
}

TEST_CASE("REFUSED_STREAM, on a new, a used and a shared connection: not sent; each request arrived once") {
  for (const auto& kind : kinds) {
    const std::string body{kind.body};
    CAPTURE(body);
    {
      http2_server server{identity(), only(0, refuse)};
      exchanges x{server, 1};
      check_refused(x.send(0, within(5s), body, kind.method));
      check_answered(x.send(0, within(5s), body, kind.method));
      CHECK(server.requests() == 2);
    }
    {
      http2_server server{identity(), only(1, refuse)};
      exchanges x{server, 1};
      check_answered(x.send(0, within(5s), body, kind.method));
      check_refused(x.send(0, within(5s), body, kind.method));
      check_answered(x.send(0, within(5s), body, kind.method));
      CHECK(server.requests() == 3);
      CHECK(server.connections() == 2);
    }
    {
      http2_server server{identity(), only(2, refuse, hold)};
      exchanges x{server, 3};
      for (std::size_t slot = 0; slot != 3; ++slot) x.start(slot, within(5s), body, kind.method);
      check_refused(x.of(x.next()));
      server.release();
      for (int i = 0; i != 2; ++i) check_answered(x.of(x.next()));
      CHECK(server.requests() == 3);
      CHECK(server.connections() == 1);
    }
  }
}

TEST_CASE("all streams refused: none was sent; as many requests as exchanges") {
  http2_server server{identity(), [](const http2_request&) { return refuse; }};
  exchanges x{server, 16};
  x.start_all();
  x.next(16);
  for (std::size_t slot = 0; slot != 16; ++slot) check_refused(x.of(slot));
  CHECK(server.requests() == 16);
}

TEST_CASE("REFUSED_STREAM before the body was complete: not sent; 1 request, of the other") {
  http2_server server{identity(), only(99, {}), {.refuse_heads = 1}};
  exchanges x{server, 2};
  x.start_all(within(5s), std::string(500'000, 'x'));
  x.next(2);
  CHECK(x.of(0).answered() != x.of(1).answered());
  check_refused(x.of(x.of(0).answered() ? 1 : 0));
  CHECK(server.requests() == 1);
}

TEST_CASE("REFUSED_STREAM after an interim head: not sent; 1 request") {
  http2_server server{identity(), only(0, {.kind = what::reset, .code = NGHTTP2_REFUSED_STREAM, .head = "103"})};
  exchanges x{server, 1};
  check_refused(x.send(0));
  CHECK(server.requests() == 1);
}

TEST_CASE("GOAWAY below the stream: not sent; streams that it allows are answered; each request arrived once") {
  for (const auto afterwards : {then::keep, then::close}) {
    for (const std::size_t before : {std::size_t{0}, std::size_t{1}}) {
      CAPTURE(before);
      http2_server server{identity(),
                          only(before, {.kind = what::go_away, .afterwards = afterwards, .last = before == 0 ? 0 : 1})};
      exchanges x{server, 1};
      if (before != 0) check_answered(x.send(0));
      check_refused(x.send(0));
      check_answered(x.send(0));
      CHECK(server.requests() == before + 2);
      CHECK(server.connections() == 2);
    }
    for (const std::int32_t last : {0, 1, 3}) {
      CAPTURE(last);
      std::map<std::string, std::int32_t> streams;
      http2_server server{identity(), [&](const http2_request& request) {
                            streams[request.path()] = request.stream;
                            if (request.number != 3) return hold;
                            return http2_action{.kind = what::go_away, .afterwards = afterwards, .last = last};
                          }};
      exchanges x{server, 4};
      x.start_all();
      const auto allowed = static_cast<std::size_t>((last + 1) / 2);
      if (afterwards == then::keep) {
        x.next(4 - allowed);
        server.release();
        x.next(allowed);
      } else {
        x.next(4);
      }
      CHECK(server.requests() == 4);
      CHECK(server.connections() == 1);
      server.stop();
      for (std::size_t slot = 0; slot != 4; ++slot) {
        if (streams["/" + std::to_string(slot)] > last)
          check_refused(x.of(slot));
        else if (afterwards == then::keep)
          check_answered(x.of(slot));
        else
          check_failed(x.of(slot), error_kind::connection, delivery::unknown);
      }
    }
  }
}

TEST_CASE("GOAWAY at or above the stream and no answer: unknown; 1 request each") {
  for (const std::int32_t last : {1, 99, 0x7fffffff}) {
    for (const auto afterwards : {then::close, then::abort}) {
      http2_server server{identity(), only(0, {.kind = what::go_away, .afterwards = afterwards, .last = last})};
      exchanges x{server, 1};
      check_failed(x.send(0), error_kind::connection, delivery::unknown);
      CHECK(server.requests() == 1);
      CHECK(server.connections() == 1);
    }
  }
}

TEST_CASE("GOAWAY at the stream, which is then answered: success, and the next exchange connects anew") {
  http2_server server{identity(), [](const http2_request& request) {
                        if (request.number == 0) return hold;
                        return http2_action{.kind = request.number == 1 ? what::go_away : what::answer, .last = 3};
                      }};
  exchanges x{server, 2};
  x.start(0);
  x.drive(server, &counts::requests, 1);
  x.start(1, within(300ms));
  x.drive(server, &counts::requests, 2);
  server.release();
  CHECK(x.next() == 0);
  check_answered(x.of(0));
  CHECK(x.next() == 1);
  check_failed(x.of(1), error_kind::timeout, delivery::unknown);
  check_answered(x.send(0));
  CHECK(server.requests() == 3);
  CHECK(server.connections() == 2);
}

TEST_CASE("RST_STREAM for any other reason: unknown, the others go on; each request arrived once") {
  for (const auto& kind : kinds) {
    const std::string body{kind.body};
    for (const std::uint32_t code : {NGHTTP2_NO_ERROR, NGHTTP2_PROTOCOL_ERROR, NGHTTP2_INTERNAL_ERROR, NGHTTP2_CANCEL,
                                     NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_HTTP_1_1_REQUIRED}) {
      CAPTURE(code);
      CAPTURE(body);
      http2_server server{identity(), only(2, reset(code), hold)};
      exchanges x{server, 3};
      for (std::size_t slot = 0; slot != 3; ++slot) x.start(slot, within(5s), body, kind.method);
      check_failed(x.of(x.next()), error_kind::connection, delivery::unknown);
      server.release();
      for (int i = 0; i != 2; ++i) check_answered(x.of(x.next()));
      CHECK(server.requests() == 3);
      CHECK(server.connections() == 1);
    }
  }
}

TEST_CASE("a request that holds libcurl's words for a refusal, and whose stream is reset: unknown; 1 request") {
  http2_server server{identity(), only(0, reset(NGHTTP2_CANCEL))};
  exchanges x{server, 1};
  check_failed(x.send(0, within(5s), "REFUSED_STREAM, retrying a fresh connect\n"), error_kind::connection,
               delivery::unknown);
  CHECK(server.requests() == 1);
}

TEST_CASE("the connection breaks with streams open: all unknown; each request arrived once") {
  for (const auto& kind : kinds) {
    for (const auto how : {then::close, then::abort}) {
      for (const bool used : {false, true}) {
        http2_server server{identity(), [=](const http2_request& request) {
                              const std::size_t last = used ? 3 : 2;
                              if ((request.number == 0 && used) || request.number > last) return http2_action{};
                              const bool all = request.number == last;
                              return http2_action{.late = true, .afterwards = all ? how : then::keep};
                            }};
        exchanges x{server, 3};
        if (used) check_answered(x.send(0));
        for (std::size_t slot = 0; slot != 3; ++slot) x.start(slot, within(5s), std::string{kind.body}, kind.method);
        x.next(3);
        for (std::size_t slot = 0; slot != 3; ++slot) {
          check_failed(x.of(slot), error_kind::connection, delivery::unknown);
          CHECK(x.of(slot).error().retryable);
        }
        CHECK(server.requests() == (used ? 4 : 3));
        CHECK(server.connections() == 1);
        check_answered(x.send(0));
        CHECK(server.requests() == (used ? 5 : 4));
      }
    }
  }
}

TEST_CASE("a refusal after the head is not taken for the end of a later exchange of the slot: that is unknown") {
  http2_server server{identity(), [](const http2_request& request) {
                        if (request.number != 0) return http2_action{.kind = what::go_away, .last = 99};
                        return http2_action{
                            .kind = what::reset, .late = true, .code = NGHTTP2_REFUSED_STREAM, .head = "200"};
                      }};
  exchanges x{server, 1};
  x.start(0);
  x.drive([&] { return x.of(0).response.status == 200; });
  server.release();
  CHECK(x.next() == 0);
  REQUIRE(x.of(0).answered());
  CHECK(x.of(0).response.truncated);
  x.start(0, within(5s), "", http_method::get);
  x.drive(server, &counts::requests, 2);
  // Once there is nothing left to be written, the end is seen by reading, which is what libcurl takes for a refusal.
  const auto settled = steady_clock::now() + 50ms;
  x.drive([&] { return steady_clock::now() >= settled; });
  server.hang_up(then::abort, false);
  CHECK(x.next() == 0);
  check_failed(x.of(0), error_kind::connection, delivery::unknown);
  CHECK(server.requests() == 2);
}

TEST_CASE(
    "an idle connection was ended meanwhile, with or without GOAWAY: the next exchange has a new one; 2 requests") {
  for (const bool go_away : {false, true}) {
    for (const auto how : {then::close, then::abort}) {
      http2_server server{identity()};
      exchanges x{server, 2};
      check_answered(x.send(0));
      server.hang_up(how, go_away);
      REQUIRE(server.await(&counts::ends, 1));
      check_answered(x.send(1));
      CHECK(server.requests() == 2);
      CHECK(server.connections() == 2);
    }
  }
}

TEST_CASE("words of libcurl: what proves that a stream was refused, and what does not") {
  using hwc::curl::detail::stream_words;
  const auto after = [](std::initializer_list<std::string_view> lines) {
    stream_words words;
    std::optional<std::uint32_t> last;
    for (const auto line : lines) {
      if (const auto heard = words.hear(line)) last = heard;
    }
    return words.refused(last);
  };
  constexpr std::string_view id = "Using Stream ID: 5 (easy handle 0x1)\n";
  CHECK(after({id, "REFUSED_STREAM, retrying a fresh connect\n"}));
  CHECK(after({"HTTP/2 stream 5 refused by server, try again on a new connection\n"}));
  CHECK(after({id, "recveived GOAWAY, error=0, last_stream=3\n"}));
  CHECK(after({id, "received GOAWAY, error=0, last_stream=0\n", "Empty reply from server\n"}));
  CHECK_FALSE(after({id}));
  CHECK_FALSE(after({id, "recveived GOAWAY, error=0, last_stream=5\n"}));
  CHECK_FALSE(after({id, "recveived GOAWAY, error=0, last_stream=2147483647\n"}));
  CHECK_FALSE(after({id, "recveived GOAWAY, error=0\n"}));
  CHECK_FALSE(after({"recveived GOAWAY, error=0, last_stream=0\n"}));  // which stream is ours is not known
  CHECK_FALSE(after({id, "HTTP/2 stream 5 was not closed cleanly: CANCEL (err 8)\n"}));
  // What comes after libcurl has let go of the connection is about another.
  for (const std::string_view end :
       {"HTTP/2 stream 5 was not closed cleanly: HTTP_1_1_REQUIRED (err 13)\n",
        "Connection died, retrying a fresh connect (retry count: 1)\n", "Issue another request to this URL: 'x'\n"}) {
    CHECK_FALSE(after({id, end, "recveived GOAWAY, error=0, last_stream=3\n"}));
    CHECK_FALSE(after({id, end, "REFUSED_STREAM, retrying a fresh connect\n"}));
  }
}

TEST_CASE("the deadline of one exchange: timeout, on time, its stream is reset; the others are answered; 3 requests") {
  http2_server server{identity(), [](const http2_request& request) {
                        return request.path() == "/0" ? hold : http2_action{.body = request.path()};
                      }};
  exchanges x{server, 2};
  const auto deadline = steady_clock::now() + 200ms;
  x.start(0, {.deadline = deadline});
  check_answered(x.send(1), "/1");
  CHECK(x.next() == 0);
  check_failed(x.of(0), error_kind::timeout, delivery::unknown);
  CHECK(x.of(0).at >= deadline);
  CHECK(x.of(0).at < deadline + 1s);
  check_answered(x.send(1), "/1");
  CHECK(server.await(&counts::resets, 1));
  CHECK(server.count().resets == 1);
  CHECK(server.count().faults == 0);
  CHECK(server.requests() == 3);
  CHECK(server.connections() == 1);
}

TEST_CASE("the stop token of one exchange: cancelled at once, the others are answered; 3 requests") {
  http2_server server{identity(), only(99, {}, hold)};
  exchanges x{server, 3};
  std::stop_source source;
  auto options = within(5s);
  options.stop = source.get_token();
  x.start(0);
  x.start(1, options);
  x.start(2);
  x.drive(server, &counts::requests, 3);
  steady_time asked{};
  std::jthread other{[&] {
    asked = steady_clock::now();
    source.request_stop();
  }};
  CHECK(x.next() == 1);
  other.join();
  check_failed(x.of(1), error_kind::cancelled, delivery::unknown);
  CHECK(x.of(1).at - asked < 1s);
  server.release();
  x.next(2);
  check_answered(x.of(0));
  check_answered(x.of(2));
  check_answered(x.send(1));
  CHECK(server.requests() == 4);
  CHECK(server.connections() == 1);
}

TEST_CASE("a late answer to an exchange that timed out reaches no one; 5 requests, 1 connection") {
  http2_server server{identity(), [](const http2_request& request) {
                        auto action = echo(request);
                        action.late = request.number < 3;
                        return action;
                      }};
  exchanges x{server, 3};
  x.start(0, within(200ms));
  x.start(1);
  x.start(2);
  x.drive(server, &counts::requests, 3);
  CHECK(x.next() == 0);
  check_failed(x.of(0), error_kind::timeout, delivery::unknown);
  server.release();
  x.next(2);
  check_answered(x.of(1), "/1");
  check_answered(x.of(2), "/2");
  check_answered(x.send(0), "/0");
  check_answered(x.send(2), "/2");
  CHECK(x.of(0).response.body == "/0");
  CHECK(server.requests() == 5);
  CHECK(server.connections() == 1);
}

TEST_CASE("an exchange that waits for a connection is stopped or late: not sent, and the others are answered") {
  http2_server server{identity()};
  exchanges x{server, 4};
  std::stop_source source;
  auto options = within(5s);
  options.stop = source.get_token();
  x.start(0);
  x.start(1, options);
  x.start(2);
  source.request_stop();
  CHECK(x.next() == 1);
  check_failed(x.of(1), error_kind::cancelled, delivery::not_sent);
  x.next(2);
  check_answered(x.of(0));
  check_answered(x.of(2));
  CHECK(server.requests() == 2);
  CHECK(server.connections() == 1);
}

TEST_CASE("a server that offers no HTTP/2, or that is not to: HTTP/1.1, a connection for each; 6 requests") {
  auto no_http2 = trusting();
  no_http2.http2 = false;
  struct {
    hwc::curl::transport_options options;
    bool offered;
  } const cases[] = {{trusting(), false}, {no_http2, true}};
  for (const auto& each : cases) {
    http2_server server{identity(), echo, {.http2 = each.offered}};
    exchanges x{server, 3, each.options};
    for (int round = 0; round != 2; ++round) {
      x.start_all();
      x.next(3);
      for (std::size_t slot = 0; slot != 3; ++slot) check_answered(x.of(slot), "h1");
    }
    CHECK(server.requests() == 6);
    CHECK(server.connections() <= 3);
  }
}

TEST_CASE("no idle connections wanted: each exchange connects, with HTTP/1.1; 4 requests") {
  for (const bool by_age : {false, true}) {
    auto options = trusting();
    if (by_age)
      options.idle_age = 0s;
    else
      options.max_idle_connections = 0;
    http2_server server{identity(), echo};
    exchanges x{server, 2, options};
    for (int round = 0; round != 2; ++round) {
      x.start_all();
      x.next(2);
      for (std::size_t slot = 0; slot != 2; ++slot) check_answered(x.of(slot), "h1");
    }
    CHECK(server.requests() == 4);
    CHECK(server.connections() == 4);
  }
}

TEST_CASE("one exchange at a time is HTTP/1.1; 1 request") {
  http2_server server{identity(), echo};
  hwc::http_request request;
  request.origin = {.tls = true, .host = "127.0.0.1", .port = server.port()};
  request.target = "/";
  outcome o;
  o.result = hwc::curl::transport{trusting()}.send(request, o.response, within(5s));
  check_answered(o, "h1");
  CHECK(server.requests() == 1);
}

TEST_CASE("large requests, four at once: complete, each its own; 4 requests, 1 connection") {
  std::map<std::string, std::string> got;
  http2_server server{identity(), [&](const http2_request& request) {
                        got[request.path()] = request.body;
                        return http2_action{};
                      }};
  exchanges x{server, 4};
  const auto body = [](std::size_t slot) { return std::string(900'000, static_cast<char>('a' + slot)); };
  for (std::size_t slot = 0; slot != 4; ++slot) x.start(slot, within(9s), body(slot));
  x.next(4);
  server.stop();
  for (std::size_t slot = 0; slot != 4; ++slot) {
    check_answered(x.of(slot));
    CHECK(got["/" + std::to_string(slot)] == body(slot));
  }
  CHECK(server.requests() == 4);
  CHECK(server.connections() == 1);
}

TEST_CASE("large answers, four at once: complete, each its own; 4 requests, 1 connection") {
  const auto body = [](const std::string& path) {
    return std::string(400'000, static_cast<char>('a' + path.at(1) - '0'));
  };
  http2_server server{identity(),
                      [&](const http2_request& request) { return http2_action{.body = body(request.path())}; }};
  exchanges x{server, 4};
  x.start_all(within(9s));
  x.next(4);
  for (std::size_t slot = 0; slot != 4; ++slot) check_answered(x.of(slot), body("/" + std::to_string(slot)));
  CHECK(server.requests() == 4);
  CHECK(server.connections() == 1);
}

// libcurl 7.88 leaves the end of a stream unnoticed at times, one round in ten here: it would be told only at the
// deadline, for which `next` does not wait.
TEST_CASE("large bodies both ways, four at once, 40 times: complete and none late; 160 requests") {
  http2_server server{identity(), [](const http2_request& request) { return http2_action{.body = request.body}; }};
  std::size_t good = 0;
  for (int round = 0; round != 40; ++round) {
    exchanges x{server, 4};
    const auto body = [](std::size_t slot) { return std::string(400'000, static_cast<char>('a' + slot)); };
    for (std::size_t slot = 0; slot != 4; ++slot) x.start(slot, within(60s), body(slot));
    x.next(4);
    for (std::size_t slot = 0; slot != 4; ++slot)
      good += x.of(slot).answered() && x.of(slot).response.body == body(slot);
  }
  CHECK(good == 160);
  CHECK(server.requests() == 160);
  CHECK(server.connections() == 40);
}

TEST_CASE("a large body that is reset before its last byte: not sent; 0 requests") {
  // The window is 64 KiB, and the server's silence keeps it shut.
  http2_server server{identity()};
  exchanges x{server, 1};
  x.start(0, within(5s), std::string(20'000'000, 'x'));
  x.drive(server, &counts::handshakes, 1);
  server.stop();
  CHECK(x.next() == 0);
  check_failed(x.of(0), error_kind::connection, delivery::not_sent);
  CHECK(server.requests() == 0);
}

TEST_CASE("a body over the limit: truncated, and the others go on; 4 requests") {
  http2_server server{identity(), [](const http2_request& request) {
                        return http2_action{.body = std::string(request.path() == "/0" ? 300'000 : 1000, 'b')};
                      }};
  exchanges x{server, 3};
  auto options = within(5s);
  options.response_limit = 1000;
  x.start_all(options);
  x.next(3);
  for (std::size_t slot = 0; slot != 3; ++slot) {
    REQUIRE(x.of(slot).answered());
    CHECK(x.of(slot).response.body == std::string(1000, 'b'));
    CHECK(x.of(slot).response.truncated == (slot == 0));
  }
  CHECK(x.send(1).answered());
  CHECK(server.requests() == 4);
  CHECK(server.connections() <= 2);  // a rest of the body that comes now keeps the idle one from being used
}

TEST_CASE("a body that breaks off: success, truncated; 1 request") {
  for (const std::uint32_t code : {NGHTTP2_INTERNAL_ERROR, NGHTTP2_CANCEL, NGHTTP2_REFUSED_STREAM}) {
    http2_server server{identity(), only(0, {.kind = what::reset, .late = true, .code = code, .head = "200"})};
    exchanges x{server, 1};
    x.start(0);
    x.drive([&] { return x.of(0).response.status == 200; });
    server.release();
    CHECK(x.next() == 0);
    REQUIRE(x.of(0).answered());
    CHECK(x.of(0).response.truncated);
    CHECK(server.requests() == 1);
  }
}

TEST_CASE("a head over 200 fields or 64 KiB: malformed, unknown; its connection goes on; 2 requests") {
  for (const bool many_fields : {false, true}) {
    http2_action big;
    if (many_fields)
      for (int i = 0; i != 201; ++i) big.fields.emplace_back("x-" + std::to_string(i), "v");
    else
      for (int i = 0; i != 70; ++i) big.fields.emplace_back("x-" + std::to_string(i), std::string(1000, 'v'));
    http2_server server{identity(), [&](const http2_request& r) { return r.path() == "/0" ? big : http2_action{}; }};
    exchanges x{server, 2};
    const auto& o = x.send(0);
    REQUIRE_FALSE(o.answered());
    check_failed(o, error_kind::malformed_response, delivery::unknown);
    check_answered(x.send(1));
    CHECK(server.requests() == 2);
    CHECK(server.connections() == 1);
  }
  http2_action fitting;
  for (int i = 0; i != 199; ++i) fitting.fields.emplace_back("x-" + std::to_string(i), "v");
  http2_server server{identity(), only(0, fitting)};
  exchanges x{server, 1};
  check_answered(x.send(0));
}

TEST_CASE("TLS that cannot be: tls, not sent, for all that waited; 0 requests") {
  const hwc::openssl::testing::authority stranger{"another authority"};
  const auto other_name = authority().issue({"example.com"});
  struct {
    const hwc::openssl::testing::identity& id;
    std::string trusted;
  } const cases[] = {{identity(), stranger.file()}, {other_name, authority().file()}};
  for (const auto& each : cases) {
    http2_server server{each.id};
    exchanges x{server, 3, {.ca_file = each.trusted}};
    x.start_all();
    x.next(3);
    for (std::size_t slot = 0; slot != 3; ++slot) {
      check_failed(x.of(slot), error_kind::tls, delivery::not_sent);
      CHECK_FALSE(x.of(slot).error().retryable);
    }
    CHECK(server.requests() == 0);
  }
}

TEST_CASE("send_all: 200 operations on one connection, each sent once") {
  std::map<std::string, int> served;
  http2_server server{identity(), [&](const http2_request& request) {
                        ++served[request.path()];
                        return http2_action{.status = 204, .body = ""};
                      }};
  auto client = client_of(server, hwc::curl::transport{trusting()});
  std::map<std::string, int> ended;
  const auto sum = client.send_all(users(200),
                                   [&](const resend_email& op, const hwc::result<hwc::no_content>& outcome) {
                                     ended[op.user_id] += outcome ? 1 : 1000;
                                   },
                                   {.concurrency = 16});
  server.stop();
  CHECK(sum == hwc::send_all_summary{.sent = 200});
  const auto once = [](const auto& each) { return each.second == 1; };
  CHECK(ended.size() == 200);
  CHECK(std::all_of(ended.begin(), ended.end(), once));
  CHECK(served.size() == 200);
  CHECK(std::all_of(served.begin(), served.end(), once));
  CHECK(server.requests() == 200);
  CHECK(server.connections() == 1);
}

TEST_CASE("send_all past refused streams and a GOAWAY: each is processed once, and all are sent") {
  std::map<std::string, int> served;
  std::size_t refused = 0;
  http2_server server{identity(), [&](const http2_request& request) {
                        if (request.number % 10 == 3) {
                          ++refused;
                          return refuse;
                        }
                        if (request.number == 25) {
                          ++refused;
                          return http2_action{.kind = what::go_away, .last = request.stream - 2};
                        }
                        ++served[request.path()];
                        return http2_action{.status = 204, .body = ""};
                      }};
  auto client = client_of(server, hwc::curl::transport{trusting()});
  const auto sum = client.send_all(users(60), [](const auto&, const auto&) {}, {.concurrency = 1});
  server.stop();
  CHECK(sum == hwc::send_all_summary{.sent = 60});
  CHECK(served.size() == 60);
  CHECK(std::all_of(served.begin(), served.end(), [](const auto& each) { return each.second == 1; }));
  CHECK(refused >= 7);
  CHECK(server.requests() == 60 + refused);
}

TEST_CASE("send_all, 8 at once, past GOAWAYs and a broken connection: each is processed once at most") {
  std::map<std::string, int> served;
  std::map<std::size_t, std::int32_t> highest, last;  // stream that was processed or may be, by connection
  std::size_t ignored = 0;
  bool broken = false;
  http2_server server{identity(), [&](const http2_request& request) {
                        const auto limit = last.find(request.connection);
                        if (limit == last.end() && request.number % 40 == 10) {
                          ++ignored;
                          last[request.connection] =
                              std::min(highest[request.connection], std::max(request.stream - 2, 0));
                          return http2_action{.kind = what::go_away, .last = last[request.connection]};
                        }
                        if (limit != last.end() && request.stream > limit->second) {
                          ++ignored;
                          return hold;
                        }
                        auto& top = highest[request.connection];
                        top = std::max(top, request.stream);
                        ++served[request.path()];
                        if (request.number >= 60 && !std::exchange(broken, true)) {
                          return http2_action{.late = true, .afterwards = then::abort};
                        }
                        return http2_action{.status = 204, .body = ""};
                      }};
  auto client = client_of(server, hwc::curl::transport{trusting()});
  const auto sum = client.send_all(users(100), [](const auto&, const auto&) {}, {.concurrency = 8});
  server.stop();
  CHECK(sum.sent + sum.unknown == 100);
  CHECK(sum.not_sent == 0);
  CHECK(sum.unknown >= 1);
  CHECK(sum.unknown <= 8);
  CHECK(ignored >= 2);
  CHECK(std::all_of(served.begin(), served.end(), [](const auto& each) { return each.second == 1; }));
}

TEST_SUITE_END();
