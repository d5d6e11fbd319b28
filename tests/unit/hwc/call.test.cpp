// SPDX-License-Identifier: BSL-1.0
#include <hwc/call.hpp>

#include <hwc/client_state.hpp>
#include <hwc/errand.hpp>
#include <hwc/http.hpp>
#include <hwc/project_finder.hpp>
#include <hwc/route.hpp>
#include <hwc/signer.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/batch_create_users.hpp>
#include <hwc/workspace/create_user.hpp>
#include <hwc/workspace/resend_email.hpp>
#include <hwc/workspace/reset_random_password.hpp>

#include <doctest/doctest.h>
#include <boost/describe/class.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace std::chrono_literals;
using hwc::call_action;
using hwc::delivery;
using hwc::error_kind;
using hwc::workspace::resend_email;

namespace {

const hwc::endpoint where{"https://workspace.example", "project"};

// Holds itself, as a list of folders does.
struct tree {
  std::string name{};
  std::vector<tree> below{};
};
BOOST_DESCRIBE_STRUCT(tree, (), (name, below))

// Drives one call without any transport: each answer is told as if it had come from one.
struct driver {
  hwc::token_signer signer{"token-of-the-test"};
  hwc::call_buffers buffers{};
  hwc::moment now{.steady = hwc::steady_time{1h}, .wall = std::chrono::sys_days{2025y / 3 / 14}};
  hwc::call_options options{};
  hwc::call<resend_email, hwc::token_signer> call{signer, options, buffers, 1};

  call_action start() { return call.start({.user_id = "u"}, where, now); }

  call_action answer(hwc::http_response response) {
    call.response() = std::move(response);
    return call.completed({}, now);
  }
};

hwc::http_response answer_with(int status, std::string body, const char* type = "application/json") {
  hwc::http_response response{.status = status, .body = std::move(body)};
  response.headers.add("Content-Type", type);
  response.headers.add("X-Request-Id", "0123456789abcdef0123456789abcdef");
  return response;
}

std::optional<hwc::error> outcome_of(hwc::http_response response) {
  driver d;
  REQUIRE(d.start() == call_action::send);
  REQUIRE(d.answer(std::move(response)) == call_action::finished);
  auto result = d.call.take_result();
  if (result) return std::nullopt;
  return result.error();
}

// A signer that fetches before each signature, by an errand that fails so many times before it is done.
struct fetching_signer {
  struct tally {
    int started = 0;
    int failed = 0;
    int given_up = 0;
    int gone = 0;
  };
  class fetching final : public hwc::errand {
   public:
    fetching(tally& told, int tries, hwc::http_request* to_sign) : told_{told}, tries_{tries}, to_sign_{to_sign} {}
    ~fetching() override { ++told_.gone; }
    hwc::errand_action start(hwc::moment) override {
      ++told_.started;
      return hwc::errand_action::send;
    }
    hwc::errand_action answered(const hwc::http_response&, hwc::moment) override {
      return hwc::errand_action::finished;
    }
    hwc::errand_action failed(const hwc::transport_error&, hwc::moment) override {
      return ++told_.failed < tries_ ? hwc::errand_action::send : hwc::errand_action::finished;
    }
    [[nodiscard]] const hwc::http_request& request() const noexcept override { return request_; }
    [[nodiscard]] hwc::http_request* to_be_signed() noexcept override { return to_sign_; }
    [[nodiscard]] std::chrono::milliseconds timeout() const noexcept override { return 3s; }
    hwc::result<void> deliver(hwc::moment) override { return hwc::error{.kind = error_kind::credentials}; }
    hwc::result<void> give_up(hwc::moment) override {
      ++told_.given_up;
      return hwc::error{.kind = error_kind::credentials, .message = "given up"};
    }

   private:
    tally& told_;
    int tries_;
    hwc::http_request* to_sign_;
    hwc::http_request request_{};
  };

  [[nodiscard]] hwc::result<void> sign(hwc::http_request&, hwc::wall_time) const { return {}; }
  [[nodiscard]] hwc::result<hwc::preparation> prepare(hwc::moment, hwc::preparation_ticket&) const {
    if (told.started == most) return hwc::preparation{};
    return hwc::preparation{.errand = std::make_unique<fetching>(told, tries, to_sign)};
  }
  [[nodiscard]] std::uint64_t generation() const { return 0; }
  [[nodiscard]] bool distrust(std::uint64_t) const { return has_others; }

  tally& told;
  int tries = 1;
  int most = -1;                         // errands; then another call has fetched
  bool has_others = false;               // credentials than those that are refused
  hwc::http_request* to_sign = nullptr;  // of the errand
};
static_assert(hwc::preparing_signer<fetching_signer>);

#ifndef HWC_NO_EXCEPTIONS
// Signs nothing, and cannot go on when its credentials are refused.
struct breaking_signer {
  struct broken {};
  [[nodiscard]] hwc::result<void> sign(hwc::http_request&, hwc::wall_time) const { return {}; }
  [[nodiscard]] hwc::result<hwc::preparation> prepare(hwc::moment, hwc::preparation_ticket&) const {
    return hwc::preparation{};
  }
  [[nodiscard]] std::uint64_t generation() const { return 0; }
  [[nodiscard]] bool distrust(std::uint64_t) const { throw broken{}; }
};
#endif

// A token, and a project that goes with it and may change.
struct signer_of_a_project {
  std::string known;
  [[nodiscard]] std::string project_id() const { return known; }
  [[nodiscard]] hwc::result<void> sign(hwc::http_request&, hwc::wall_time) const { return {}; }
};

// Is never asked.
struct idle_finder final : hwc::project_finder {
  [[nodiscard]] const std::string& problem() const noexcept override { return none; }
  [[nodiscard]] const std::string* found() const noexcept override { return nullptr; }
  [[nodiscard]] hwc::result<hwc::preparation> prepare(hwc::preparation_ticket&) override { return hwc::error{}; }
  std::string none{};
};

// Another call finds the project when this one asks.
struct finder_with_luck final : hwc::project_finder {
  [[nodiscard]] const std::string& problem() const noexcept override { return none; }
  [[nodiscard]] const std::string* found() const noexcept override { return asked ? &id : nullptr; }
  [[nodiscard]] hwc::result<hwc::preparation> prepare(hwc::preparation_ticket&) override {
    asked = true;
    return hwc::preparation{};
  }
  bool asked = false;
  std::string id{"found"};
  std::string none{};
};

// An operation whose answer has keys of its own.
struct get_sizes {
  using response = std::map<std::string, int>;
  static constexpr auto route = hwc::get("/sizes");
};
BOOST_DESCRIBE_STRUCT(get_sizes, (), ())

}  // namespace

TEST_CASE("the gateway says that IAM is down: unknown; where its word is trusted, answered, and tried again") {
  const auto down = answer_with(503, R"({"error_code":"APIG.0613","error_msg":"IAM is not available"})");
  CHECK(outcome_of(down)->sent == delivery::unknown);
  driver d;
  d.options.trust_gateway_codes = true;
  hwc::call<resend_email, hwc::token_signer> call{d.signer, d.options, d.buffers, 1};
  CHECK(call.start({.user_id = "u"}, where, d.now) == call_action::send);
  call.response() = down;
  CHECK(call.completed({}, d.now) == call_action::wait);
  CHECK(call.woke({call.wake_at(), d.now.wall}) == call_action::send);
  call.response() = answer_with(504, R"({"error_code":"APIG.0201","error_msg":"late"})");
  CHECK(call.completed({}, d.now) == call_action::finished);
  CHECK(call.take_result().error().sent == delivery::unknown);
}

TEST_CASE("a call that succeeds: send, then finished") {
  driver d;
  CHECK(d.start() == call_action::send);
  CHECK(d.call.request().target == "/v2/project/users/u/resend-email");
  CHECK(d.call.request().headers.find("X-Auth-Token") == "token-of-the-test");
  CHECK(d.call.exchange().deadline == d.now.steady + 30s);
  CHECK(d.answer(answer_with(204, "")) == call_action::finished);
  CHECK(d.call.take_result());
}

TEST_CASE("a call that is repeated: send, wait, send, finished") {
  driver d;
  CHECK(d.start() == call_action::send);
  CHECK(d.call.completed(hwc::transport_error{.sent = delivery::not_sent, .retryable = true}, d.now) ==
        call_action::wait);
  CHECK(d.call.wake_at() >= d.now.steady);
  CHECK(d.call.wake_at() <= d.now.steady + 250ms);
  d.now.steady = d.call.wake_at();
  CHECK(d.call.woke(d.now) == call_action::send);
  CHECK(d.call.request().headers.size() == 2);
  CHECK(d.answer(answer_with(200, "")) == call_action::finished);
  CHECK(d.call.take_result());
}

TEST_CASE("a call whose caller asks to stop: finished, whether it was to send or to wait") {
  driver to_send;
  CHECK(to_send.start() == call_action::send);
  CHECK(to_send.call.cancelled() == call_action::finished);
  const auto before = to_send.call.take_result();
  CHECK(before.error().kind == error_kind::cancelled);
  CHECK(before.error().attempts == 0);

  driver to_wait;
  CHECK(to_wait.start() == call_action::send);
  CHECK(to_wait.answer({.status = 429}) == call_action::wait);
  CHECK(to_wait.call.cancelled() == call_action::finished);
  CHECK(to_wait.call.take_result().error().sent == delivery::answered);
}

TEST_CASE("a call whose driver cannot go on: the info tells what is known by then, if somebody wants it") {
  hwc::call_info info;
  hwc::token_signer signer{"token-of-the-test"};
  hwc::call_buffers buffers;
  hwc::call<resend_email, hwc::token_signer> call{signer, {.info = &info}, buffers, 1};
  REQUIRE(call.start({.user_id = "u"}, where, {}) == call_action::send);
  call.broken_off();
  CHECK(info.attempts == 1);
  CHECK(info.sent == delivery::unknown);
  REQUIRE(call.completed(hwc::transport_error{.sent = delivery::not_sent, .retryable = true}, {}) == call_action::wait);
  call.broken_off();
  CHECK(info.attempts == 1);
  CHECK(info.sent == delivery::not_sent);
  REQUIRE(call.woke({.steady = call.wake_at()}) == call_action::send);
  call.broken_off();
  CHECK(info.attempts == 2);
  CHECK(info.sent == delivery::unknown);

  driver nobody;
  REQUIRE(nobody.start() == call_action::send);
  nobody.call.broken_off();
}

#ifndef HWC_NO_EXCEPTIONS
TEST_CASE("an attempt is told once: none before it is sent, and one when its answer is what cannot be dealt with") {
  breaking_signer signer;
  hwc::call_buffers buffers;
  hwc::call<resend_email, breaking_signer> call{signer, {}, buffers, 1};
  CHECK(call.attempts_so_far() == 0);
  REQUIRE(call.start({.user_id = "u"}, where, {}) == call_action::send);
  CHECK(call.attempts_so_far() == 1);
  call.response() = {.status = 401};
  CHECK_THROWS_AS(static_cast<void>(call.completed({}, {})), breaking_signer::broken);
  CHECK(call.attempts_so_far() == 1);
  CHECK(call.sent_so_far() == delivery::unknown);
}
#endif

TEST_CASE(
    "the time of the call is up while an errand is under way: it hears so until it is done, but 32 times at most") {
  for (const auto& [tries, heard] : {std::pair{1, 1}, std::pair{3, 3}, std::pair{32, 32}, std::pair{1000, 32}}) {
    fetching_signer::tally told;
    fetching_signer signer{told, tries};
    hwc::call_buffers buffers;
    hwc::call<resend_email, fetching_signer> call{signer, {.timeout = 5s}, buffers, 1};
    REQUIRE(call.start({.user_id = "u"}, where, {}) == call_action::send);
    CHECK(call.completed(hwc::transport_error{.kind = error_kind::timeout}, {.steady = hwc::steady_time{5s}}) ==
          call_action::finished);
    CHECK(call.take_result().error().message == "given up");
    CHECK(told.failed == heard);
    CHECK(told.given_up == 1);
    CHECK(told.gone == 1);
  }
}

TEST_CASE("a 401 to an errand tells the time: another one is sent for the same, and nothing of the answer is kept") {
  fetching_signer::tally told;
  fetching_signer signer{told};
  hwc::call_buffers buffers;
  hwc::client_state state;
  hwc::call<resend_email, fetching_signer> call{signer, {}, buffers, 1, &state};
  const hwc::moment now{.steady = hwc::steady_time{1h}, .wall = std::chrono::sys_days{2025y / 3 / 14}};
  REQUIRE(call.start({.user_id = "u"}, where, now) == call_action::send);
  call.response() = {.status = 401, .headers = {{"Date", "Fri, 14 Mar 2025 01:00:00 GMT"}}, .body = "late"};
  CHECK(call.completed({}, now) == call_action::send);
  CHECK(told.started == 2);
  CHECK(call.response().status == 0);
  CHECK(call.response().headers.empty());
  CHECK(call.response().body.empty());
  // Once: another time in the next one changes nothing.
  call.response() = {.status = 401, .headers = {{"Date", "Fri, 14 Mar 2025 05:00:00 GMT"}}, .body = "late"};
  CHECK(call.completed({}, now) == call_action::finished);
  CHECK(told.started == 2);
  CHECK(call.response().body.empty());
  CHECK(call.take_result().error().kind == error_kind::credentials);
}

TEST_CASE("what an errand was answered, credentials maybe, is wiped from the buffers") {
  fetching_signer::tally told;
  fetching_signer signer{told};
  hwc::call_buffers buffers;
  hwc::call<resend_email, fetching_signer> call{signer, {}, buffers, 1};
  const hwc::moment now{.steady = hwc::steady_time{1h}};
  REQUIRE(call.start({.user_id = "u"}, where, now) == call_action::send);
  call.response() = {.status = 200, .body = R"({"token":"a-token-that-is-fresh"})"};
  const std::string_view memory = call.response().body;  // which the text keeps
  CHECK(call.completed({}, now) == call_action::finished);
  REQUIRE(call.response().body.data() == memory.data());
  CHECK(memory.find("fresh") == std::string_view::npos);
}

TEST_CASE("an errand whose exchange fails while there is time goes on as it likes") {
  fetching_signer::tally told;
  fetching_signer signer{told, 2};
  hwc::call_buffers buffers;
  hwc::call<resend_email, fetching_signer> call{signer, {.timeout = 5s}, buffers, 1};
  REQUIRE(call.start({.user_id = "u"}, where, {}) == call_action::send);
  CHECK(call.completed(hwc::transport_error{}, {.steady = hwc::steady_time{5s} - 1ns}) == call_action::send);
  CHECK(told.failed == 1);
  CHECK(told.given_up == 0);
}

TEST_CASE("a 401 to an errand that tells nothing new: nothing is sent again, and what was learned before counts") {
  const hwc::moment now{.steady = hwc::steady_time{1h}, .wall = std::chrono::sys_days{2025y / 3 / 14}};
  const hwc::http_response late{.status = 401, .headers = {{"Date", "Fri, 14 Mar 2025 01:00:00 GMT"}}, .body = ""};
  hwc::client_state knowing, ignorant;
  REQUIRE(knowing.skew.learn(late, "", now.wall, 0s));
  struct {
    hwc::client_state* state;
    hwc::http_response answer;
  } const cases[] = {{&knowing, late}, {&ignorant, {.status = 401}}, {nullptr, late}};
  for (const auto& each : cases) {
    fetching_signer::tally told;
    fetching_signer signer{.told = told, .has_others = true};  // of which the errand, which is not signed, has nothing
    hwc::call_buffers buffers;
    hwc::call<resend_email, fetching_signer> call{signer, {}, buffers, 1, each.state};
    REQUIRE(call.start({.user_id = "u"}, where, now) == call_action::send);
    call.response() = each.answer;
    CHECK(call.completed({}, now) == call_action::finished);
    CHECK(told.started == 1);
  }
}

TEST_CASE("a 401 to an errand that was signed: another one, where there are other credentials") {
  for (const bool has_others : {false, true}) {
    fetching_signer::tally told;
    hwc::http_request to_sign;
    fetching_signer signer{.told = told, .has_others = has_others, .to_sign = &to_sign};
    hwc::call_buffers buffers;
    hwc::call<resend_email, fetching_signer> call{signer, {}, buffers, 1};
    REQUIRE(call.start({.user_id = "u"}, where, {}) == call_action::send);
    call.response() = {.status = 401};
    CHECK(call.completed({}, {}) == (has_others ? call_action::send : call_action::finished));
    CHECK(told.started == (has_others ? 2 : 1));
  }
}

TEST_CASE("a 401 to an errand, and another call has fetched meanwhile: the operation itself is sent") {
  fetching_signer::tally told;
  hwc::http_request to_sign;
  fetching_signer signer{.told = told, .most = 1, .has_others = true, .to_sign = &to_sign};
  hwc::call_buffers buffers;
  hwc::call<resend_email, fetching_signer> call{signer, {}, buffers, 1};
  REQUIRE(call.start({.user_id = "u"}, where, {}) == call_action::send);
  CHECK(call.attempts_so_far() == 0);
  call.response() = {.status = 401};
  REQUIRE(call.completed({}, {}) == call_action::send);
  CHECK(told.gone == 1);
  CHECK(call.request().target == "/v2/project/users/u/resend-email");
  CHECK(call.attempts_so_far() == 1);
}

TEST_CASE("an errand whose request has a header that cannot be sent: invalid_argument, and it is not sent") {
  fetching_signer::tally told;
  hwc::http_request to_sign;
  to_sign.headers.add("X-Auth-Token", "ends in a line end\n");
  fetching_signer signer{.told = told, .to_sign = &to_sign};
  hwc::call_buffers buffers;
  hwc::call<resend_email, fetching_signer> call{signer, {}, buffers, 1};
  CHECK(call.start({.user_id = "u"}, where, {}) == call_action::finished);
  CHECK(call.take_result().error().kind == error_kind::invalid_argument);
}

TEST_CASE("what a call leaves in its buffers: nothing of an operation's secrets, nor of a response's") {
  hwc::token_signer signer{"token-of-the-test"};
  hwc::call_buffers buffers;
  {
    hwc::call<hwc::workspace::create_user, hwc::token_signer> call{signer, {}, buffers, 1};
    REQUIRE(call.start({.user_name = "ada", .password = "first-password"}, where, {}) == call_action::send);
    CHECK(buffers.request.body.find("first-password") != std::string::npos);
  }
  CHECK(buffers.request.body.find("password") == std::string::npos);
  {
    hwc::call<hwc::workspace::reset_random_password, hwc::token_signer> call{signer, {}, buffers, 1};
    REQUIRE(call.start({.user_id = "u"}, where, {}) == call_action::send);
    call.response() = {.status = 200, .body = R"({"password":"second-password"})"};
    REQUIRE(call.completed({}, {}) == call_action::finished);
    CHECK(call.take_result()->password->reveal() == "second-password");
  }
  CHECK(buffers.response.body.find("password") == std::string::npos);
  CHECK(buffers.reader.source().failed());  // wiped; see tests/unit/hwc/json/source.test.cpp
  CHECK(hwc::json::detail::holds_secret<hwc::workspace::batch_create_users>());
  CHECK(!hwc::json::detail::holds_secret<resend_email>());
  CHECK(!hwc::json::detail::holds_secret<tree>());
}

TEST_CASE("a signer that adds a header without a usable name: invalid_argument, and nothing is sent") {
  struct adds_anything {
    void sign(hwc::http_request& request, hwc::wall_time) const { request.headers.add("X Token", "t"); }
  } signer;
  hwc::call_buffers buffers;
  hwc::call<resend_email, adds_anything> call{signer, {}, buffers, 1};
  CHECK(call.start({.user_id = "u"}, where, {}) == call_action::finished);
  const auto why = call.take_result().error();
  CHECK(why.kind == error_kind::invalid_argument);
  CHECK(why.message == "a header has an unusable name");
}

TEST_CASE("the project is found by another call as soon as this one asks: it is filled in") {
  driver d;
  const hwc::endpoint to_be_found{"https://workspace.example", hwc::lazy_project{std::make_shared<finder_with_luck>()}};
  REQUIRE(d.call.start({.user_id = "u"}, to_be_found, d.now) == call_action::send);
  CHECK(d.call.request().target == "/v2/found/users/u/resend-email");
}

TEST_CASE("an answer that is no value: the error names what is wrong, but no credential, whole or in part") {
  const std::string letters = "abcdefghijklmnopqrstuvwxyz", many = letters + letters + letters;
  struct {
    std::string token;
    std::string key;
  } const cases[] = {
      {letters, letters}, {letters, "\\u0061" + letters.substr(1)}, {many, many},  // longer than what is shown of a key
  };
  for (const auto& each : cases) {
    hwc::token_signer signer{each.token};
    hwc::call_buffers buffers;
    hwc::call<get_sizes, hwc::token_signer> call{signer, {}, buffers, 1};
    REQUIRE(call.start({}, where, {}) == call_action::send);
    call.response() = {.status = 200, .body = "{\"" + each.key + "\":\"x\"}"};
    REQUIRE(call.completed({}, {}) == call_action::finished);
    const auto why = call.take_result().error();
    CHECK(why.kind == error_kind::malformed_response);
    CHECK(why.message.find("***") != std::string::npos);
    CHECK(why.message.find("abc") == std::string::npos);
    CHECK(why.message.find("bcd") == std::string::npos);
  }
}

TEST_CASE("the project of the credentials is filled in once: a repetition is for the same, in path and signature") {
  signer_of_a_project signer{"first"};
  hwc::call_buffers buffers;
  hwc::call<resend_email, signer_of_a_project> call{signer, {}, buffers, 1};
  const hwc::endpoint to_be_found{"https://workspace.example", hwc::lazy_project{std::make_shared<idle_finder>()}};
  REQUIRE(call.start({.user_id = "u"}, to_be_found, {}) == call_action::send);
  CHECK(call.request().target == "/v2/first/users/u/resend-email");
  signer.known = "second";
  REQUIRE(call.completed(hwc::transport_error{.sent = delivery::not_sent, .retryable = true}, {}) == call_action::wait);
  REQUIRE(call.woke({.steady = call.wake_at()}) == call_action::send);
  CHECK(call.request().target == "/v2/first/users/u/resend-email");
  CHECK(call.request().project_id == "first");
}

TEST_CASE("a 401 to a request that was signed for the service's time is not about the clock: not signed anew") {
  const hwc::moment now{.steady = hwc::steady_time{1h}, .wall = std::chrono::sys_days{2025y / 3 / 14}};
  const hwc::http_response refusal{.status = 401, .headers = {{"Date", "Fri, 14 Mar 2025 01:00:00 GMT"}}, .body = ""};
  hwc::client_state state;
  for (const bool known : {false, true}) {
    hwc::token_signer signer{"token-of-the-test"};
    hwc::call_buffers buffers;
    hwc::call<resend_email, hwc::token_signer> call{signer, {}, buffers, 1, &state};
    REQUIRE(call.start({.user_id = "u"}, where, now) == call_action::send);
    call.response() = refusal;
    CHECK(call.completed({}, now) == (known ? call_action::finished : call_action::wait));
  }
}

TEST_CASE("after a call: no credentials are left in its buffers") {
  hwc::call_buffers buffers;
  hwc::token_signer signer{"token-of-the-test"};
  {
    hwc::call<resend_email, hwc::token_signer> call{signer, {}, buffers, 1};
    CHECK(call.start({.user_id = "u"}, where, {}) == call_action::send);
    CHECK(buffers.request.headers.contains("X-Auth-Token"));
    CHECK_FALSE(buffers.unsigned_headers.empty());
  }
  CHECK(buffers.request.headers.empty());
  CHECK(buffers.unsigned_headers.empty());
}

TEST_CASE("the eight documented statuses: a value, or an error with kind, code, message and request id") {
  CHECK_FALSE(outcome_of(answer_with(200, "")).has_value());
  CHECK_FALSE(outcome_of(answer_with(204, "")).has_value());
  struct row {
    int status;
    error_kind kind;
    delivery sent;
  };
  for (const auto& [status, kind, sent] :
       {row{400, error_kind::bad_request, delivery::answered}, row{401, error_kind::unauthorized, delivery::answered},
        row{403, error_kind::forbidden, delivery::answered}, row{404, error_kind::not_found, delivery::answered},
        row{405, error_kind::method_not_allowed, delivery::answered},
        row{500, error_kind::internal_server_error, delivery::unknown},
        row{503, error_kind::service_unavailable, delivery::unknown}}) {
    const auto status_now = status;
    CAPTURE(status_now);
    const auto why = outcome_of(answer_with(
        status, R"({"error_code":"WKS.00081102","error_msg":"Said so.","encoded_authorization_message":"opaque"})"));
    REQUIRE(why.has_value());
    CHECK(*why == hwc::error{.kind = kind,
                             .status = status,
                             .code = "WKS.00081102",
                             .message = "Said so.",
                             .request_id = "0123456789abcdef0123456789abcdef",
                             .encoded_authorization_message = "opaque",
                             .sent = sent,
                             .attempts = 1});
  }
}

TEST_CASE("success is 200 to 299 and nothing beside") {
  for (const int status : {200, 299}) CHECK_FALSE(outcome_of(answer_with(status, "")));
  for (const int status : {199, 300}) CHECK(outcome_of(answer_with(status, "")));
}

TEST_CASE("every shape of an error body: the right code and message") {
  struct row {
    const char* shape;
    const char* body;
    const char* code;
    const char* message;
  };
  for (const auto& [shape, body, code, message] : {
           row{"a", R"({"error_code":"WKS.00170312","error_msg":"No user."})", "WKS.00170312", "No user."},
           row{"b", R"({"error_code":"A","error_msg":"B","error_detail":"C","encoded_authorization_message":"D"})", "A",
               "B: C"},
           row{"c", R"({"error_code":"APIGW.0301","error_msg":"Incorrect","request_id":"x"})", "APIGW.0301",
               "Incorrect"},
           row{"d", R"({"errorCode":"A","errorMsg":"B"})", "A", "B"},
           row{"e", R"({"code":"A","message":"B"})", "A", "B"},
           row{"f", R"({"error":{"code":401,"message":"B","title":"Unauthorized"}})", "401", "B"},
           row{"g", R"({"error":{"code":"EPS.0003","message":"B"}})", "EPS.0003", "B"},
           row{"h", R"({"outer":{"error_code":"A","error_msg":"B","encoded_authorization_message":"D"}})", "A", "B"},
           row{"i", R"({"error_msg":"B","error_code":"IAM.0001","error":{"code":"X","message":"Y"}})", "IAM.0001", "B"},
           row{"j", R"({"error_code":"A","error_msg":"B","details":[{"error_code":"X","error_msg":"Y"}]})", "A", "B"},
           row{"k", R"({"error_msg":"B"})", "", "B"},
           row{"k", R"({"error_msg":"B","error_code":""})", "", "B"},
           row{"l", R"("text")", "", "\"text\""},
           row{"l", "[]", "", "[]"},
           row{"l", "null", "", "null"},
           row{"m", "<html><h1>502 Bad Gateway</h1></html>", "", "<html><h1>502 Bad Gateway</h1></html>"},
           row{"m", "upstream error", "", "upstream error"},
           row{"n", "", "", "the service gave no reason"},
           row{"o", "\x16\x02 bson", "", "\x16\x02 bson"},
       }) {
    const std::string case_now = std::string{shape} + ": " + body;
    CAPTURE(case_now);
    const auto why = outcome_of(answer_with(403, body));
    REQUIRE(why.has_value());
    CHECK(why->kind == error_kind::forbidden);
    CHECK(why->status == 403);
    CHECK(why->code == code);
    CHECK(why->message == message);
    CHECK(why->request_id == "0123456789abcdef0123456789abcdef");
  }
}

TEST_CASE("encoded_authorization_message: found in shapes b and h") {
  CHECK(outcome_of(answer_with(403, R"({"error_code":"A","error_msg":"B","encoded_authorization_message":"D"})"))
            ->encoded_authorization_message == "D");
  CHECK(outcome_of(
            answer_with(403, R"({"error":{"error_code":"A","error_msg":"B","encoded_authorization_message":"D"}})"))
            ->encoded_authorization_message == "D");
}

TEST_CASE("no X-Request-Id header: the id in the body serves; without either it is empty") {
  hwc::http_response response{.status = 401, .body = R"({"error_code":"A","error_msg":"B","request_id":"from body"})"};
  CHECK(outcome_of(response)->request_id == "from body");
  response.headers.add("X-Request-Id", "");
  CHECK(outcome_of(response)->request_id == "from body");
  response.body.clear();
  CHECK(outcome_of(response)->request_id.empty());
}

TEST_CASE("an error answer that was cut: the status decides, the code may be empty") {
  auto response = answer_with(400, R"({"error_code":"WKS.0017)");
  response.truncated = true;
  const auto why = outcome_of(response);
  CHECK(why->kind == error_kind::bad_request);
  CHECK(why->sent == delivery::answered);
  CHECK(why->code.empty());
}

TEST_CASE("a redirect: not followed, and said so") {
  auto response = answer_with(302, "");
  response.headers.add("Location", "https://elsewhere.example/");
  const auto why = outcome_of(response);
  CHECK(why->kind == error_kind::unexpected_status);
  CHECK(why->sent == delivery::answered);
  CHECK(why->message.find("redirect") != std::string::npos);
}
