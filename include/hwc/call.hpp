// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CALL_HPP
#define HWC_CALL_HPP

#include <hwc/build_request.hpp>
#include <hwc/call_fsm.hpp>
#include <hwc/call_options.hpp>
#include <hwc/client_state.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/detail/describe_answer.hpp>
#include <hwc/detail/redact.hpp>
#include <hwc/detail/web_page.hpp>
#include <hwc/detail/wipe.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/errand.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/json/read.hpp>
#include <hwc/operation.hpp>
#include <hwc/project_finder.hpp>
#include <hwc/retry.hpp>
#include <hwc/signer.hpp>
#include <hwc/time.hpp>
#include <hwc/transport.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace hwc::inline v0_1 {

// What a call writes to: the request, the answer, and a JSON reader. One call uses it at a time; given to the next one,
// its memory serves again, so that a steady stream of calls allocates nothing here.
struct call_buffers {
  http_request request{};
  http_headers unsigned_headers{};  // of the request before it was signed, for signing it anew
  http_response response{};
  json::reader reader{};
};

namespace detail {

// Of the answer to an errand, whatever the caller keeps of the operation's.
inline constexpr std::size_t longest_errand_answer = 1024 * 1024;

[[nodiscard]] result<void> check_headers(const http_headers& headers);

}  // namespace detail

// One call, as a state machine without I/O: it owns everything that is decided between the operation and its result.
//
// It builds and signs the request, judges the answer, decides on repetition and pauses, and keeps the deadline; the
// driver moves the bytes and lets time pass. Each member function that says something to it returns what to do next:
//
//   for (auto next = call.start(now); next != call_action::finished;) {
//     if (next == call_action::send) next = call.completed(transport.send(...), now);
//     else next = call.woke(now);                                   // after waiting until call.wake_at()
//   }
//   return call.take_result();
//
// `Op` and the endpoint are used by `start` alone; signer and buffers must outlive the call. One thread at a time.
template <class Op, signer Signer>
class call {
 public:
  using response_type = typename Op::response;

  // `seed` drives the jitter of pauses: any number that differs from call to call. `state` is what earlier calls left,
  // and learns from this one; it must outlive the call. Null: nothing is known of the service's clock, so that one that
  // is off is an error, and repetitions are limited by the options alone.
  call(Signer& with, const call_options& options, call_buffers& buffers, std::uint64_t seed,
       client_state* state = nullptr)
      : signer_{with},
        buffers_{buffers},
        info_{options.info},
        skew_{state ? &state->skew : nullptr},
        fsm_{is_idempotent_v<Op>, options, seed,
             options.budget ? options.budget
             : state        ? &state->budget
                            : nullptr} {}

  call(const call&) = delete;
  call& operator=(const call&) = delete;

  // Leaves no credentials in the buffers, and none of the operation's secrets.
  ~call() {
    buffers_.request.headers.clear();
    buffers_.unsigned_headers.clear();
    if constexpr (json::detail::holds_secret<Op>()) detail::wipe(buffers_.request.body);
    if constexpr (json::detail::holds_secret<response_type>()) {
      detail::wipe(buffers_.response.body);
      buffers_.reader.source().wipe();
    }
  }

  // Begins the call: builds the request, and signs it for the time that is given, or first fetches what it needs for
  // that. To be called first, once.
  [[nodiscard]] call_action start(const Op& op, const endpoint& where, moment now) {
    if (auto built = build_request(op, where, buffers_.request); !built) return fsm_.abandon(std::move(built).error());
    if (where.finder() && detail::lacks_project(buffers_.request)) finder_ = where.finder();
    fsm_.begin(now);
    buffers_.unsigned_headers = buffers_.request.headers;
    return proceed(now);
  }

  // The same, but the call ends, well, when its request is signed, instead of sending it.
  [[nodiscard]] call_action rehearse(const Op& op, const endpoint& where, moment now) {
    rehearsal_ = true;
    return start(op, where, now);
  }

  // The exchange that `send` asked for ended, with `response()` filled if it succeeded.
  [[nodiscard]] call_action completed(exchange_result outcome, moment now) {
    if (errand_) return continue_errand(std::move(outcome), now);
    const auto next = judge(std::move(outcome), now);
    under_way_ = false;
    return next;
  }

  // What is known of the delivery at this moment, for a driver that cannot go on: an exception came through a call of
  // this.
  [[nodiscard]] delivery sent_so_far() const noexcept { return under_way_ ? delivery::unknown : fsm_.sent_so_far(); }

  // Exchanges begun for the operation, the one that is under way included.
  [[nodiscard]] int attempts_so_far() const noexcept { return fsm_.attempts() + (under_way_ && !counted_ ? 1 : 0); }

  // A driver that cannot go on says so here, and the `call_info` of the options tells what is known.
  void broken_off() noexcept {
    if (info_) *info_ = {.attempts = attempts_so_far(), .sent = sent_so_far()};
  }

  // The time that `wait` asked for has come.
  [[nodiscard]] call_action woke(moment now) {
    buffers_.request.headers = buffers_.unsigned_headers;
    return proceed(now);
  }

  // The caller's stop token asked, instead of sending or while waiting. (A stop during an exchange is the transport's
  // to notice; it comes as a `transport_error`.)
  [[nodiscard]] call_action cancelled() {
    return fsm_.abandon({.kind = error_kind::cancelled, .message = "the caller asked to stop"});
  }

  // What to send, and where the answer goes: the operation's own exchange, or one that fetches credentials.
  [[nodiscard]] const http_request& request() const noexcept { return errand_ ? errand_->request() : buffers_.request; }
  [[nodiscard]] http_response& response() noexcept { return buffers_.response; }

  // The limits of the exchange; the driver adds the stop token.
  [[nodiscard]] exchange_options exchange() const {
    auto limits = fsm_.exchange();
    if (errand_) {
      limits.deadline = std::min(limits.deadline, errand_deadline_);
      limits.response_limit = detail::longest_errand_answer;
    }
    return limits;
  }

  // When `wait` ends.
  [[nodiscard]] steady_time wake_at() const noexcept { return fsm_.wake_at(); }

  // Why the call failed, after `finished`; nothing if it did not.
  [[nodiscard]] const std::optional<error>& failure() const noexcept { return fsm_.failure(); }

  // The outcome, after `finished`, but not of a rehearsal; once. Fills the `call_info` of the options.
  [[nodiscard]] result<response_type> take_result() {
    auto& failure = fsm_.failure();
    if (info_ && failure) {
      *info_ = {failure->status, fsm_.attempts(), failure->sent, failure->request_id, fsm_.budget_spent()};
    } else if (info_) {
      const auto& answer = buffers_.response;
      *info_ = {answer.status, fsm_.attempts(), delivery::answered, {}, false};
      info_->request_id = request_id();
    }
    if (failure) return *std::move(failure);
    return std::move(*value_);
  }

 private:
  // What the end of the operation's own exchange means.
  call_action judge(exchange_result outcome, moment now) {
    fsm_.count_attempt();
    counted_ = true;
    if (!outcome) return fsm_.failed(std::move(outcome).error(), now);
    auto& answer = buffers_.response;
    if (answer.status < 200 || answer.status > 299) {
      auto why = detail::describe_answer(answer, secrets(), buffers_.reader);
      if (!signed_anew_ && can_sign_otherwise(why, now)) {
        signed_anew_ = true;
        return fsm_.sign_anew(answer, std::move(why), now);
      }
      return fsm_.refused(answer, std::move(why), now);
    }
    if (detail::reads_response<response_type> ? detail::says_web_page(answer) : detail::is_web_page(answer)) {
      return fsm_.fail(
          unreadable("a web page answered instead of the service; is a captive portal or proxy in the way?"));
    }
    return read_response();
  }

  // Does what is left to do before the request can be sent.
  call_action proceed(moment now) {
    if (!fsm_.may_send(now)) return call_action::finished;
    if constexpr (preparing_signer<Signer>) {
      auto ready = std::as_const(signer_).prepare(service_time(now), ticket_);
      if (!ready) return fsm_.abandon(std::move(ready).error());
      if (ready->wait) return fsm_.wait_for_another(now);
      if (ready->errand) return run(std::move(ready->errand), now);
      generation_ = signer_.generation();
    }
    if (finder_) {
      if (const auto first = find_project(now)) return *first;
    }
    const auto at = service_time(now).wall;
    signed_skew_ = at - now.wall;
    auto ready = detail::sign(signer_, buffers_.request, at);
    if (ready) ready = detail::check_headers(buffers_.request.headers);
    if (!ready) return fsm_.abandon(std::move(ready).error());
    if (rehearsal_) return fsm_.succeed();
    under_way_ = true;
    counted_ = false;
    return call_action::send;
  }

  // The project id: as the credentials know it, as it was found, or to be found first. Nothing: it is filled in.
  std::optional<call_action> find_project(moment now) {
    std::string known;
    if constexpr (requires { signer_.project_id(); }) known = std::as_const(signer_).project_id();
    const std::string* id = known.empty() ? finder_->found() : &known;
    if (id == nullptr) {
      auto ready = finder_->prepare(finder_ticket_);
      if (!ready) return fsm_.abandon(std::move(ready).error());
      if (ready->wait) return fsm_.wait_for_another(now);
      if (ready->errand) return run(std::move(ready->errand), now);
      id = finder_->found();
    }
    auto filled = detail::fill_in_project(buffers_.request, *id);
    finder_.reset();
    if (!filled) return fsm_.abandon(std::move(filled).error());
    return std::nullopt;
  }

  call_action run(std::unique_ptr<errand> next, moment now) {
    errand_ = std::move(next);
    const auto at = service_time(now);
    errand_skew_ = at.wall - now.wall;
    return obey(errand_->start(at), now);
  }

  // Exchanges of an errand are no attempts: whatever becomes of them, the operation was not sent.
  call_action continue_errand(exchange_result outcome, moment now) {
    if (!outcome && outcome.error().kind == error_kind::cancelled) return cancelled();
    if (!outcome && now.steady >= fsm_.exchange().deadline) return give_up(outcome.error(), now);
    auto& answer = buffers_.response;
    if (outcome && answer.status == 401 && !errand_again_ && errand_could_do_otherwise(now)) {
      errand_again_ = true;
      errand_.reset();
      answer.clear();
      return proceed(now);
    }
    const auto next = outcome ? errand_->answered(answer, service_time(now))
                              : errand_->failed(std::move(outcome).error(), service_time(now));
    detail::wipe(answer.body);
    answer.clear();
    return obey(next, now);
  }

  // The call's own time is up. Whatever else the errand would try has none either; one that never ends trying is not
  // heard to the end.
  call_action give_up(const transport_error& why, moment now) {
    for (int tries = 0; tries != 32; ++tries) {
      if (errand_->failed(why, service_time(now)) == errand_action::finished) break;
    }
    auto given_up = errand_->give_up(service_time(now));
    errand_.reset();
    return given_up ? proceed(now) : fsm_.abandon(std::move(given_up).error());
  }

  // After a 401 to an errand: as `can_sign_otherwise`, for a request that this call signed; else the clock alone may
  // have been at fault. What the answer repeats of the request's credentials is masked.
  [[nodiscard]] bool errand_could_do_otherwise(moment now) {
    auto& answer = buffers_.response;
    const detail::redactor secrets{errand_->request().headers, {}};
    const auto why = detail::describe_answer(answer, secrets, buffers_.reader);
    if (errand_->to_be_signed()) return can_sign_otherwise(why, now);
    return skew_ && skew_->learn(answer, why.message, now.wall, errand_skew_);
  }

  call_action obey(errand_action next, moment now) {
    if (next == errand_action::send) {
      if (auto* request = errand_->to_be_signed()) {
        auto ready = detail::sign_unscoped(signer_, *request, service_time(now).wall);
        if (ready) ready = detail::check_headers(request->headers);
        if (!ready) return fsm_.abandon(std::move(ready).error());
      }
      errand_deadline_ = saturating_add(now.steady, errand_->timeout());
      return call_action::send;
    }
    auto delivered = errand_->deliver(service_time(now));
    errand_.reset();
    if (!delivered) return fsm_.abandon(std::move(delivered).error());
    return proceed(now);
  }

  // The moment by the service's clock, as far as that is known.
  [[nodiscard]] moment service_time(moment now) const {
    if (skew_) now.wall = skew_->correct(now.wall);
    return now;
  }

  // After a refusal: whether the next signature would be another one: for the service's time, or with other
  // credentials.
  [[nodiscard]] bool can_sign_otherwise(const error& why, moment now) {
    const auto& answer = buffers_.response;
    if (!refuses_credentials(answer.status, why.code)) return false;
    if (skew_ && skew_->learn(answer, why.message, now.wall, errand_ ? errand_skew_ : signed_skew_)) return true;
    if constexpr (preparing_signer<Signer>) return signer_.distrust(generation_);
    return false;
  }

  call_action read_response() {
    auto& answer = buffers_.response;
    if constexpr (std::is_same_v<response_type, no_content>) {
      value_.emplace();
    } else if (answer.truncated) {
      return fsm_.fail(unreadable("the answer is incomplete: it broke off or is larger than the limit"));
    } else if constexpr (detail::reads_response<response_type>) {
      auto read = response_type::from_response(answer);
      if constexpr (std::is_same_v<decltype(read), response_type>) {
        value_.emplace(std::move(read));
      } else {
        if (!read) return fsm_.fail(unreadable(std::move(read).error().message));
        value_.emplace(*std::move(read));
      }
    } else {
      auto read = buffers_.reader.template read<response_type>(answer.body);
      if (!read) {
        // The reason names keys of maps, and cuts them. So it is taken from the redacted answer.
        secrets().apply(answer.body);
        const auto again = buffers_.reader.template read<response_type>(answer.body);
        return fsm_.fail(unreadable(again ? std::string{to_string(read.error().code)} : to_string(again.error())));
      }
      value_.emplace(*std::move(read));
    }
    return fsm_.succeed();
  }

  // A success by its status whose meaning is lost: nobody can say what was done.
  [[nodiscard]] error unreadable(std::string why) const {
    const auto& answer = buffers_.response;
    secrets().apply(why);
    detail::shorten(why, detail::longest_message);
    return {.kind = error_kind::malformed_response,
            .status = answer.status,
            .message = std::move(why),
            .request_id = request_id(),
            .sent = delivery::unknown};
  }

  // Where there is none, this needs no memory.
  [[nodiscard]] std::string request_id() const {
    const auto& answer = buffers_.response;
    if (!answer.headers.contains("X-Request-Id")) return {};
    return detail::request_id_of(answer, secrets());
  }

  [[nodiscard]] detail::redactor secrets() const { return {buffers_.request.headers, buffers_.unsigned_headers}; }

  Signer& signer_;
  call_buffers& buffers_;
  call_info* info_;
  clock_skew* skew_;
  call_fsm fsm_;
  std::unique_ptr<errand> errand_{};          // under way
  std::shared_ptr<project_finder> finder_{};  // while the request lacks its project id
  steady_time errand_deadline_{};
  preparation_ticket ticket_{};
  preparation_ticket finder_ticket_{};
  std::uint64_t generation_ = 0;       // of the credentials that signed
  wall_time::duration signed_skew_{};  // correction of the time that the request was signed for
  wall_time::duration errand_skew_{};  // and of the time that the errand began with
  bool signed_anew_ = false;
  bool errand_again_ = false;
  bool under_way_ = false;  // the operation's own exchange
  bool counted_ = false;    // it is among the attempts
  bool rehearsal_ = false;
  std::optional<response_type> value_;
};

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/call.ipp>
#endif

#endif  // HWC_CALL_HPP
