// SPDX-License-Identifier: BSL-1.0
#include "faults/stage.hpp"

#include <hwc/http.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <stop_token>
#include <thread>
#include <utility>

namespace faults {
namespace {

std::string verdict_of(const outcome& what) {
  if (what) return "sent";
  if (what.error().sent == hwc::delivery::answered) return "rejected";
  return std::string{to_string(what.error().sent)};
}

// "sent, unknown", or "sent x8" for many of one kind.
std::string listed(const std::vector<std::string>& verdicts) {
  std::string text;
  for (auto at = verdicts.begin(); at != verdicts.end();) {
    const auto end = std::find_if(at, verdicts.end(), [&](const auto& each) { return each != *at; });
    text += (text.empty() ? "" : ", ") + *at;
    if (end - at > 2) text += " x" + std::to_string(end - at);
    if (end - at == 2) text += ", " + *at;
    at = end;
  }
  return text;
}

bool among(std::string_view alternatives, std::string_view one) {
  while (alternatives != one) {
    const auto bar = alternatives.find('|');
    if (bar == std::string_view::npos) return false;
    if (alternatives.substr(0, bar) == one) return true;
    alternatives.remove_prefix(bar + 1);
  }
  return true;
}

}  // namespace

std::string answer(int status, std::string_view body, std::string_view fields) {
  return "HTTP/1.1 " + std::to_string(status) + " x\r\n" + std::string{fields} +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string{body};
}

stage::~stage() {
  client_.reset();
  if (how.memory) static_cast<void>(how.memory->violations());
}

void stage::play(std::vector<script> scripts, step otherwise) {
  if (in_memory()) {
    memory_ = std::make_unique<hwc::testing::memory_server>();
    memory_->play(std::move(scripts), std::move(otherwise));
    how.memory = memory_->transport();
    server_ = memory_.get();
  } else {
    use(std::make_unique<hwc::testing::socket_server>(std::move(scripts), std::move(otherwise)));
  }
}

void stage::use(std::unique_ptr<hwc::testing::socket_server> server) {
  sockets_ = std::move(server);
  server_ = sockets_.get();
}

void stage::fail_once(const hwc::transport_error& why) {
  play({});
  how.memory->expect({.failure = why, .meanwhile = [this, why] {
                        if (why.sent == hwc::delivery::not_sent) ++lost_;
                      }});
}

void stage::answer_once(hwc::http_response what) {
  play({});
  how.memory->expect({.response = std::move(what)});
}

hwc::moment stage::now() {
  if (how.memory) return how.memory->clock().now();
  return {.steady = std::chrono::steady_clock::now(), .wall = std::chrono::system_clock::now()};
}

any_client& stage::client() {
  if (!client_) {
    auto at = where;
    if (!at && in_memory()) at.emplace("https://memory.example", "project");
    if (!at) at.emplace(sockets_->url(), "project");
    how.log = [this, log = how.log](std::string_view text) {
      {
        const std::lock_guard lock{mutex_};
        texts_ += text;
        texts_ += '\n';
      }
      log(text);
    };
    client_ = make_client(who, *at, how, signs);
  }
  return *client_;
}

void stage::note(const outcome& what) {
  const std::lock_guard lock{mutex_};
  verdicts_.push_back(verdict_of(what));
  if (what) return;
  const auto& e = what.error();
  for (const auto& text : {to_string(e), e.code, e.message, e.request_id, e.cause.message()}) texts_ += text + '\n';
}

outcome stage::timed(const hwc::call_options& options, const std::function<outcome(const hwc::call_options&)>& make) {
  hwc::call_info info;
  auto with = options;
  with.info = &info;
  static_cast<void>(client());
  const auto start = now().steady;
  auto made = make(with);
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(now().steady - start);
  note(made);
  took_ += took;
  attempts_ = info.attempts;
  // Virtual time has no excuse.
  if (in_memory()) CHECK(took <= options.timeout);
  late_if(took > options.timeout + 100ms);
  return made;
}

outcome stage::call(const hwc::call_options& options, const resend_email& op) {
  return timed(options, [&](const auto& with) { return client().send(op, with); });
}

outcome stage::call_and_stop(std::chrono::milliseconds after, const resend_email& op) {
  static_cast<void>(client());
  std::stop_source source;
  std::chrono::steady_clock::time_point asked;
  std::jthread asks{[&] {
    std::this_thread::sleep_for(after);
    asked = std::chrono::steady_clock::now();
    source.request_stop();
  }};
  auto made = call({.timeout = 5s, .stop = source.get_token(), .max_attempts = 1000}, op);
  const auto ended = std::chrono::steady_clock::now();
  asks.join();
  late_if(ended - asked > 10ms);
  CHECK_FALSE(made.has_value());
  if (!made) CHECK(made.error().kind == hwc::error_kind::cancelled);
  return made;
}

outcome stage::call_as_one_of_many(const hwc::call_options& options) {
  const resend_email op{.user_id = "u"};
  return timed(options, [&](const auto& with) {
    auto made = client().send_as_one_of_many(op, with);
    if (!made) with.info->attempts = made.error().attempts;  // `send_all` fills none
    return made;
  });
}

std::size_t stage::requests() {
  if (counted) return counted();
  std::size_t posts = 0;
  for (std::size_t i = 0; i != server_->requests(); ++i) posts += server_->request(i).starts_with("POST ") ? 1 : 0;
  return posts - lost_;
}

line stage::told(int row, std::string played) {
  // What is still under way counts when it has arrived.
  hang_up();
  if (sockets_ && !ends_unseen) CHECK(sockets_->await_no_connections());
  const auto count = requests();
  const std::lock_guard lock{mutex_};
  return {row, name_of(who), std::move(played), verdicts_.size(), count, listed(verdicts_), took_};
}

std::string stage::texts() {
  const std::lock_guard lock{mutex_};
  return texts_;
}

void check(int row, subject who, const std::string& played, const expected& wanted,
           const std::function<void(stage&)>& play) {
  const std::string over{name_of(who)};
  CAPTURE(row);
  CAPTURE(over);
  CAPTURE(played);
  for (int tries = 1;; ++tries) {
    stage on{who};
    play(on);
    const auto told = on.told(row, played);
    const auto texts = on.texts();
    CAPTURE(texts);
    CHECK_MESSAGE(among(wanted.verdicts, told.verdicts), "wanted ", wanted.verdicts, ", got ", told.verdicts);
    CHECK(told.requests == wanted.requests);
    if (wanted.attempts != 0) CHECK(on.attempts() == wanted.attempts);
    const std::array secrets{token, secret_key, password};
    CHECK(std::none_of(secrets.begin(), secrets.end(),
                       [&](auto secret) { return texts.find(secret) != std::string::npos; }));
    // What is late proves nothing about time, but all the rest holds for it too.
    if (on.late() && tries != 3) continue;
    CHECK_FALSE(on.late());
    record(told);
    return;
  }
}

void check_failure_in_memory(int row, const std::string& played, const hwc::transport_error& why) {
  const bool arrives = why.sent != hwc::delivery::not_sent;
  const bool again = why.retryable && !arrives;
  const auto verdict = to_string(why.sent);
  check(row, subject::memory, "given: " + played, {verdict, arrives ? 1U : 0U, 1}, [&](stage& s) {
    s.fail_once(why);
    s.call(once);
  });
  check(row, subject::memory, "given: " + played + ", with time for a retry",
        {again ? "sent" : verdict, arrives || again ? 1U : 0U, again ? 2 : 1}, [&](stage& s) {
          s.fail_once(why);
          s.call();
        });
}

}  // namespace faults
