// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_RANDOM_FAULTS_PLAN_HPP
#define HWC_TESTS_RANDOM_FAULTS_PLAN_HPP

#include <hwc/call_options.hpp>
#include <hwc/detail/splitmix64.hpp>
#include <hwc/http.hpp>
#include <hwc/retry_budget.hpp>
#include <hwc/testing/scripted_server.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What is drawn for a call and for each arrival of its request. It depends on nothing but the seed and their numbers,
// so both ends know it, and a failure is repeated with its seed.
namespace random_faults {

using hwc::testing::step;

// Numbers that follow from seed, call and arrival alone.
class draws {
 public:
  draws(std::uint64_t seed, std::uint64_t call, std::uint64_t arrival)
      : state_{seed ^ (call * 0xD1342543DE82EF95U) ^ (arrival * 0xAF251AF3B0F025B5U)} {
    next();
  }
  std::uint64_t next() noexcept { return hwc::detail::splitmix64(state_); }
  std::size_t below(std::size_t limit) noexcept { return static_cast<std::size_t>(next() % limit); }
  bool one_in(std::size_t n) noexcept { return below(n) == 0; }
  template <class T, std::size_t N>
  T of(const std::array<T, N>& all) noexcept {
    return all[below(N)];
  }

 private:
  std::uint64_t state_;
};

// What an arrival of a request is to prove to the client.
enum class proof : unsigned char { done, refused, none };

// What is done with one arrival of a request.
struct plan {
  // How the end of the answer is told.
  enum class framing : unsigned char { length, chunked, close };
  // When the stop token of the call asks.
  enum class stop : unsigned char { never, before_reading, before_answering, after_answering };

  bool whole = true;      // the request is read; else a part of it, and it is not answered
  bool answered = true;   // with the whole head of `answer`, or …
  std::string instead{};  // … with these bytes
  hwc::http_response answer{};
  framing told = framing::length;
  std::size_t cut = 0;                 // of the body these bytes are kept back
  std::string preface{};               // 1xx answers before it
  std::string afterword{};             // bytes that nobody asked for, after it and at once
  std::size_t pieces = 1;              // in which all of it is written
  std::chrono::milliseconds pause{0};  // before the answer
  step::then afterwards = step::then::keep;
  stop stops = stop::never;
  std::uint64_t random = 0;  // where a request or a head is cut
  proof proves = proof::none;

  // The client has to wait for its deadline, or may have to.
  [[nodiscard]] bool waits() const { return afterwards == step::then::stall || pause.count() != 0; }
  // The end of the connection may overtake what was sent before.
  [[nodiscard]] bool is_abrupt() const { return afterwards == step::then::reset || afterwards == step::then::drop; }
  // The client must come to know what it proves: nothing is in its way.
  [[nodiscard]] bool is_seen() const { return whole && !waits() && stops == stop::never && !(answered && is_abrupt()); }
};

// What is drawn for a call.
struct call_plan {
  hwc::call_options options{};           // without stop token
  bool patient = true;                   // nothing may happen to it that ends by the deadline only
  bool stopped = false;                  // its stop token asks: before it begins, or …
  std::optional<std::size_t> stop_at{};  // … at the arrival of that number
  plan::stop stop_when = plan::stop::never;
};

constexpr std::size_t most_attempts = 4;

inline std::string user_of(std::size_t call) { return "u" + std::to_string(call); }

namespace detail {

inline constexpr std::array successes{200, 200, 201, 202, 204, 206, 299};
inline constexpr std::array refusals{301, 302, 303, 304, 307, 308, 400, 403, 404, 405, 409,
                                     413, 414, 415, 418, 422, 426, 431, 451, 494, 499};
inline constexpr std::array repeated{401, 421, 425, 429, 429};
inline constexpr std::array doubts{408, 500, 500, 502, 503, 503, 504, 511, 599, 600, 999};

inline void draw_status(plan& p, draws& random, const std::string& id, bool trusting) {
  const auto kind = random.below(100);
  auto& a = p.answer;
  p.proves = kind < 60 ? proof::done : kind < 84 ? proof::refused : proof::none;
  a.status = kind < 60   ? random.of(successes)
             : kind < 75 ? random.of(refusals)
             : kind < 84 ? random.of(repeated)
                         : random.of(doubts);
  a.headers.add("X-Request-Id", id);
  if (kind >= 98) {
    // What the gateway says before it forwards anything, which proves it to those who trust it.
    a.status = 502;
    a.body = R"({"error_code":"APIG.0610","error_msg":"no backend"})";
    if (trusting) p.proves = proof::refused;
  } else if (kind < 60 && random.one_in(20)) {
    // A captive portal. It proves nothing.
    a.status = 200;
    a.headers.add("Content-Type", "text/html");
    a.body = "<!DOCTYPE html><html><body>Log in</body></html>";
    p.proves = proof::none;
  } else if (a.status != 204 && a.status != 304) {
    constexpr std::array<std::string_view, 5> bodies{"", "{}", R"({"error_code":"WKS.1","error_msg":"no"})", "[[[",
                                                     R"({"error":{}})"};
    a.body = random.of(bodies);
  }
  if ((a.status == 429 || a.status == 503) && !random.one_in(3)) {
    // The last is more than any call has time for.
    constexpr std::array<std::string_view, 4> waits{"0", "soon", "Sun, 06 Nov 1994 08:49:37 GMT", "100000"};
    a.headers.add("Retry-After", random.of(waits));
  }
}

inline step::then draw_end(draws& random) {
  if (random.one_in(10)) return step::then::stall;
  if (random.one_in(2)) return step::then::close;
  return random.one_in(3) ? step::then::drop : step::then::reset;
}

}  // namespace detail

// For the arrival of that number, from 0 on.
inline plan plan_of(std::uint64_t seed, std::size_t call, std::size_t arrival, bool trusting) {
  draws random{seed, call, arrival + 1};
  plan p;
  p.random = random.next();
  detail::draw_status(p, random, user_of(call) + "-" + std::to_string(arrival), trusting);
  const auto kind = random.below(100);
  if (kind < 60) {
    p.told = random.of(
        std::array{plan::framing::length, plan::framing::length, plan::framing::chunked, plan::framing::close});
    if (p.answer.status == 204 || p.answer.status == 304) p.told = plan::framing::length;
    p.afterwards = random.one_in(6) ? step::then::close : random.one_in(30) ? step::then::reset : step::then::keep;
    if (random.one_in(20)) p.answer.headers.add("Connection", "close");
    if (random.one_in(8)) p.preface = "HTTP/1.1 103 \r\nLink: </>\r\n\r\n";
    if (random.one_in(8)) p.preface += "HTTP/1.1 100 Continue\r\n\r\n";
    if (random.one_in(50) && p.told != plan::framing::close) {
      p.afterword = "HTTP/1.1 200 OK\r\nX-Request-Id: nobody\r\nContent-Length: 0\r\n\r\n";
    } else if (random.one_in(5)) {
      p.pieces = 2 + random.below(4);
    }
    if (p.told == plan::framing::close) p.afterwards = step::then::close;
    if (p.afterwards == step::then::keep && p.answer.headers.find("Connection")) p.afterwards = step::then::close;
    if (random.one_in(60)) p.pause = std::chrono::milliseconds{10 + random.below(50)};
  } else if (kind < 70) {
    p.whole = p.answered = false;
    p.afterwards = detail::draw_end(random);
  } else if (kind < 80) {
    p.answered = false;
    p.afterwards = detail::draw_end(random);
  } else if (kind < 84) {
    p.answered = false;
    constexpr std::array<std::string_view, 7> nonsense{
        "\x16\x03\x01",         "HTTP/0.9 hello\r\n\r\n", "<html></html>\r\n\r\n", "HTTP/1.1 2OO OK\r\n\r\n",
        "HTTP/1.1 20 \r\n\r\n", "\r\n\r\n\r\n",           "ICY 200 OK\r\n\r\n"};
    p.instead = random.of(nonsense);
    p.afterwards = step::then::close;
  } else if (kind < 94) {
    // The head of an answer, but for its end.
    p.answered = false;
    p.instead = hwc::testing::to_wire(p.answer);
    p.instead.resize(1 + p.random % (p.instead.find("\r\n\r\n") + 3));
    p.afterwards = detail::draw_end(random);
  } else {
    if (p.answer.status == 204) p.answer.status = 200;
    if (p.answer.status == 304) p.answer.status = 404;
    // A body that is not all there is not understood: neither as a web page nor as a code of the gateway.
    p.answer.body = "{\"error_msg\":\"broken off\"}";
    if (p.answer.status == 502 && p.proves == proof::refused) p.proves = proof::none;
    if (p.answer.status >= 200 && p.answer.status <= 299 && !p.answer.headers.find("Content-Type")) {
      p.proves = proof::done;
    }
    p.cut = 1 + p.random % p.answer.body.size();
    p.told = random.one_in(2) ? plan::framing::length : plan::framing::chunked;
    p.afterwards = detail::draw_end(random);
  }
  if (!p.answered) p.proves = proof::none;
  return p;
}

// Bytes of text in the request: now and then more than goes out in one write with the head, or than the kernel buffers.
inline std::size_t text_size_of(std::uint64_t seed, std::size_t call) {
  draws random{seed, call, most_attempts + 1};
  if (random.one_in(1'000)) return 6'000'000;
  return random.one_in(20) ? 20'000 : 1;
}

// Whether nothing may happen to the call that ends by the deadline only.
inline bool is_patient(std::uint64_t seed, std::size_t call) {
  for (std::size_t arrival = 0; arrival != most_attempts; ++arrival) {
    if (plan_of(seed, call, arrival, false).waits()) return false;
  }
  return true;
}

// For one call or, as they share their options, for those of one `send_all`. `number`: of the call, or of the first.
inline call_plan call_plan_of(std::uint64_t seed, std::size_t number, bool patient) {
  draws random{seed, number, 0};
  call_plan c{.patient = patient};
  // More than a machine that is busy elsewhere can use up, less than the longest pause that a service may ask for.
  c.options.timeout = patient ? std::chrono::milliseconds{50'000} : std::chrono::milliseconds{40};
  // Mostly several, as what repetitions do is what matters most.
  c.options.max_attempts = random.one_in(8) ? 1 : static_cast<int>(2 + random.below(most_attempts - 1));
  c.options.allow_duplicates = random.one_in(8);
  c.options.trust_gateway_codes = random.one_in(4);
  // So many faults would use up what a client has for all, and then nothing would be repeated any more.
  static hwc::retry_budget plenty{1'000'000'000};
  if (!random.one_in(8)) c.options.budget = &plenty;
  c.stopped = random.one_in(25);
  if (c.stopped && !random.one_in(4)) {
    c.stop_at = random.below(2);
    c.stop_when =
        random.of(std::array{plan::stop::before_reading, plan::stop::before_answering, plan::stop::after_answering});
  }
  return c;
}

}  // namespace random_faults

#endif  // HWC_TESTS_RANDOM_FAULTS_PLAN_HPP
