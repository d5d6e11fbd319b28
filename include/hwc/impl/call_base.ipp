// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_CALL_BASE_IPP
#define HWC_IMPL_CALL_BASE_IPP

#include <hwc/build_request.hpp>
#include <hwc/call_base.hpp>
#include <hwc/detail/describe_answer.hpp>
#include <hwc/detail/web_page.hpp>
#include <hwc/detail/wipe.hpp>
#include <hwc/retry.hpp>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hwc::inline v0_1 {
namespace detail {

HWC_DECL result<void> check_headers(const http_headers& headers) {
  for (const auto& [name, value] : headers) {
    if (!is_header_name(name))
      return error{.kind = error_kind::invalid_argument, .message = "a header has an unusable name"};
    if (!is_header_value(value)) {
      return error{.kind = error_kind::invalid_argument,
                   .message = "the value of the header '" + std::string{name} +
                              "' holds a line end or NUL; remove it (a token read from a file often ends in one)"};
    }
  }
  return {};
}

}  // namespace detail

HWC_DECL call_base::call_base(const traits& of, const call_options& options, call_buffers& buffers, std::uint64_t seed,
                              client_state* state)
    : traits_{of},
      buffers_{buffers},
      info_{options.info},
      skew_{state ? &state->skew : nullptr},
      fsm_{of.idempotent, options, seed,
           options.budget ? options.budget
           : state        ? &state->budget
                          : nullptr} {}

HWC_DECL call_base::~call_base() {
  buffers_.request.headers.clear();
  buffers_.unsigned_headers.clear();
  if (traits_.request_holds_secret) detail::wipe(buffers_.request.body);
  if (traits_.response_holds_secret) {
    detail::wipe(buffers_.response.body);
    buffers_.reader.source().wipe();
  }
}

HWC_DECL call_action call_base::built(result<void> outcome, const endpoint& where, moment now) {
  if (!outcome) return fsm_.abandon(std::move(outcome).error());
  if (where.finder() && detail::lacks_project(buffers_.request)) finder_ = where.finder();
  fsm_.begin(now);
  buffers_.unsigned_headers = buffers_.request.headers;
  return proceed(now);
}

HWC_DECL call_action call_base::completed(exchange_result outcome, moment now) {
  if (errand_) return continue_errand(std::move(outcome), now);
  const auto next = judge(std::move(outcome), now);
  under_way_ = false;
  return next;
}

HWC_DECL call_action call_base::woke(moment now) {
  buffers_.request.headers = buffers_.unsigned_headers;
  return proceed(now);
}

HWC_DECL call_action call_base::cancelled() {
  return fsm_.abandon({.kind = error_kind::cancelled, .message = "the caller asked to stop"});
}

HWC_DECL void call_base::broken_off() noexcept {
  if (info_) *info_ = {.attempts = attempts_so_far(), .sent = sent_so_far()};
}

HWC_DECL exchange_options call_base::exchange() const {
  auto limits = fsm_.exchange();
  if (errand_) {
    limits.deadline = std::min(limits.deadline, errand_deadline_);
    limits.response_limit = detail::longest_errand_answer;
  }
  return limits;
}

HWC_DECL std::optional<error>& call_base::report() {
  auto& failure = fsm_.failure();
  if (info_ && failure) {
    *info_ = {failure->status, fsm_.attempts(), failure->sent, failure->request_id, fsm_.budget_spent()};
  } else if (info_) {
    const auto& answer = buffers_.response;
    *info_ = {answer.status, fsm_.attempts(), delivery::answered, {}, false};
    info_->request_id = request_id();
  }
  return failure;
}

// What the end of the operation's own exchange means.
HWC_DECL call_action call_base::judge(exchange_result outcome, moment now) {
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
  if (traits_.response_may_be_html ? detail::says_web_page(answer) : detail::is_web_page(answer)) {
    return fsm_.fail(
        unreadable("a web page answered instead of the service; is a captive portal or proxy in the way?"));
  }
  if (traits_.has_response && answer.truncated) {
    return fsm_.fail(unreadable("the answer is incomplete: it broke off or is larger than the limit"));
  }
  if (auto why = read_response()) return fsm_.fail(unreadable(*std::move(why)));
  return fsm_.succeed();
}

// Does what is left to do before the request can be sent.
HWC_DECL call_action call_base::proceed(moment now) {
  if (!fsm_.may_send(now)) return call_action::finished;
  if (signer().prepares()) {
    preparation needed;
    auto asked = signer().prepare(service_time(now), ticket_, needed);
    if (!asked) return fsm_.abandon(std::move(asked).error());
    if (needed.wait) return fsm_.wait_for_another(now);
    if (needed.errand) return run(std::move(needed.errand), now);
    generation_ = signer().generation();
  }
  if (finder_) {
    if (const auto first = find_project(now)) return *first;
  }
  const auto at = service_time(now).wall;
  signed_skew_ = at - now.wall;
  auto ready = signer().sign(buffers_.request, at);
  if (ready) ready = detail::check_headers(buffers_.request.headers);
  if (!ready) return fsm_.abandon(std::move(ready).error());
  if (rehearsal_) return fsm_.succeed();
  under_way_ = true;
  counted_ = false;
  return call_action::send;
}

// The project id: as the credentials know it, as it was found, or to be found first. Nothing: it is filled in.
HWC_DECL std::optional<call_action> call_base::find_project(moment now) {
  const std::string known = signer().project_id();
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

HWC_DECL call_action call_base::run(std::unique_ptr<errand> next, moment now) {
  errand_ = std::move(next);
  const auto at = service_time(now);
  errand_skew_ = at.wall - now.wall;
  return obey(errand_->start(at), now);
}

// Exchanges of an errand are no attempts: whatever becomes of them, the operation was not sent.
HWC_DECL call_action call_base::continue_errand(exchange_result outcome, moment now) {
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
HWC_DECL call_action call_base::give_up(const transport_error& why, moment now) {
  for (int tries = 0; tries != 32; ++tries) {
    if (errand_->failed(why, service_time(now)) == errand_action::finished) break;
  }
  auto given_up = errand_->give_up(service_time(now));
  errand_.reset();
  return given_up ? proceed(now) : fsm_.abandon(std::move(given_up).error());
}

// After a 401 to an errand: as `can_sign_otherwise`, for a request that this call signed; else the clock alone may have
// been at fault. What the answer repeats of the request's credentials is masked.
HWC_DECL bool call_base::errand_could_do_otherwise(moment now) {
  auto& answer = buffers_.response;
  const detail::redactor secrets{errand_->request().headers, {}};
  const auto why = detail::describe_answer(answer, secrets, buffers_.reader);
  if (errand_->to_be_signed()) return can_sign_otherwise(why, now);
  return skew_ && skew_->learn(answer, why.message, now.wall, errand_skew_);
}

HWC_DECL call_action call_base::obey(errand_action next, moment now) {
  if (next == errand_action::send) {
    if (auto* request = errand_->to_be_signed()) {
      auto ready = signer().sign_unscoped(*request, service_time(now).wall);
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
HWC_DECL moment call_base::service_time(moment now) const {
  if (skew_) now.wall = skew_->correct(now.wall);
  return now;
}

// After a refusal: whether the next signature would be another one: for the service's time, or with other credentials.
HWC_DECL bool call_base::can_sign_otherwise(const error& why, moment now) {
  const auto& answer = buffers_.response;
  if (!refuses_credentials(answer.status, why.code)) return false;
  if (skew_ && skew_->learn(answer, why.message, now.wall, errand_ ? errand_skew_ : signed_skew_)) return true;
  return signer().distrust(generation_);
}

// A success by its status whose meaning is lost: nobody can say what was done.
HWC_DECL error call_base::unreadable(std::string why) const {
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
HWC_DECL std::string call_base::request_id() const {
  const auto& answer = buffers_.response;
  if (!answer.headers.contains("X-Request-Id")) return {};
  return detail::request_id_of(answer, secrets());
}

HWC_DECL detail::redactor call_base::secrets() const { return {buffers_.request.headers, buffers_.unsigned_headers}; }

}  // namespace hwc

#endif  // HWC_IMPL_CALL_BASE_IPP
