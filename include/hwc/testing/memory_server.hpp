// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTING_MEMORY_SERVER_HPP
#define HWC_TESTING_MEMORY_SERVER_HPP

#include <hwc/fake/transport.hpp>
#include <hwc/http.hpp>
#include <hwc/testing/scripted_server.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::testing {

// A scripted server without a network: what stands behind `hwc::fake::transport`, in its virtual time.
//
//   hwc::testing::memory_server server;
//   … server.transport() …            // a new one after each `play`
//
// It plays steps that take a whole request. A step without answer is a lost connection where it ends one, and silence
// where it does not; so is a late answer, since no one waits for it. `echo` works in the step `otherwise` only.
class memory_server : public scripted_server {
 public:
  memory_server() { memory_server::restart({}, {.answer = std::string{ok_answer}}); }
  ~memory_server() override { static_cast<void>(transport_.violations()); }

  // Answers as `play` says. Copies share all.
  [[nodiscard]] fake::transport transport() const { return transport_; }

  [[nodiscard]] http_origin origin() const override { return {.tls = true, .host = "memory.example", .port = 443}; }
  // For the next 1000 exchanges, none of which counts as a request.
  void refuse() override {
    for (int i = 0; i != 1000; ++i) {
      transport_.expect({.failure = fake::connection_refused(), .meanwhile = [refused = refused_] { ++*refused; }});
    }
  }
  void hang_up() override {}
  [[nodiscard]] bool on_wire() const override { return false; }
  [[nodiscard]] std::size_t requests() const override { return transport_.requests().size() - *refused_; }
  [[nodiscard]] std::string request(std::size_t index) const override {
    const auto all = transport_.requests();
    return index < requests() ? to_wire(all[index]) : std::string{};
  }
  [[nodiscard]] std::size_t connections() const override { return 0; }
  bool await_ends(std::size_t) const override { return true; }

 private:
  void restart(std::vector<script> scripts, step otherwise) override {
    static_cast<void>(transport_.violations());
    refused_ = std::make_shared<std::atomic<std::size_t>>(0);
    transport_ = fake::transport{[otherwise](const http_request& request) {
      if (otherwise.meanwhile) otherwise.meanwhile();
      return otherwise.echo ? http_response{.status = 200, .body = request.body} : from_wire(otherwise.answer);
    }};
    for (auto& each : scripts) {
      for (auto& next : each) transport_.expect(exchange_of(std::move(next)));
    }
  }

  static fake::exchange exchange_of(step next) {
    const bool ends = next.afterwards != step::then::keep && next.afterwards != step::then::stall;
    fake::exchange made{.response = from_wire(next.answer), .meanwhile = std::move(next.meanwhile)};
    if (next.late || (next.answer.empty() && !ends)) {
      made.delay = std::chrono::hours{24};
    } else if (next.answer.empty()) {
      made.failure = fake::connection_lost();
    }
    return made;
  }

  // The reverse of `testing::to_wire`.
  static http_response from_wire(std::string_view text) {
    http_response answer;
    const auto head = std::min(text.find("\r\n\r\n"), text.size());
    answer.body = text.substr(std::min(head + 4, text.size()));
    answer.status = std::atoi(std::string{text.substr(std::min<std::size_t>(9, head), 3)}.c_str());
    for (auto at = std::min(text.find("\r\n"), head); at < head;) {
      const auto end = std::min(text.find("\r\n", at + 2), head);
      const auto field = text.substr(at + 2, end - at - 2);
      const auto colon = std::min(field.find(": "), field.size());
      answer.headers.add(field.substr(0, colon), field.substr(std::min(colon + 2, field.size())));
      at = end;
    }
    return answer;
  }

  static std::string to_wire(const http_request& request) {
    std::string text{hwc::to_string(request.method)};
    text += ' ' + request.target + " HTTP/1.1\r\n";
    for (const auto& [name, value] : request.headers) {
      text += name;
      text += ": ";
      text += value;
      text += "\r\n";
    }
    return text + "\r\n" + request.body;
  }

  fake::transport transport_;
  std::shared_ptr<std::atomic<std::size_t>> refused_{};  // exchanges that did not arrive
};

}  // namespace hwc::testing

#endif  // HWC_TESTING_MEMORY_SERVER_HPP
