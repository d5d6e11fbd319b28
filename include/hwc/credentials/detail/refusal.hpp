// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CREDENTIALS_DETAIL_REFUSAL_HPP
#define HWC_CREDENTIALS_DETAIL_REFUSAL_HPP

#include <hwc/advice.hpp>
#include <hwc/detail/redact.hpp>
#include <hwc/detail/web_page.hpp>
#include <hwc/error.hpp>
#include <hwc/error_body.hpp>
#include <hwc/http.hpp>
#include <hwc/retry.hpp>
#include <hwc/transport.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1::credentials::detail {

// Why a source has nothing, as one sentence: `what` failed, and the service's reason without the secrets that the
// request carried. Of a success (2xx) nothing is quoted.
[[nodiscard]] inline std::string refusal(std::string_view what, const http_response& answer,
                                         const hwc::detail::redactor& secrets) {
  std::string text{what};
  if (hwc::detail::is_web_page(answer)) {
    text += ": a web page answered (status " + std::to_string(answer.status) +
            ") instead of the service; check the address, and whether a captive portal or proxy is in the way";
    return text;
  }
  // The body of a success may be what was asked for, which is a secret.
  if (answer.status >= 200 && answer.status <= 299) {
    return text + ": answered with " + std::to_string(answer.status) +
           ", which is not expected there; check that the address is the service's own";
  }
  auto body = answer.body;
  secrets.apply(body);
  auto said = decode_error_body(body);
  error why{.kind = rule_for_status(answer.status).kind, .status = answer.status, .code = std::move(said.code)};
  why.message = std::move(said.message);
  for (const auto* id : {"X-IAM-Trace-Id", "X-Request-Id"}) {
    if (why.request_id.empty()) why.request_id = answer.headers.find(id).value_or("");
  }
  // The advice on this kind names the permission for another operation.
  const auto advised = why.kind == error_kind::forbidden ? "Ask the administrator for the permission." : advice(why);
  text += ": refused with " + std::to_string(answer.status);
  if (why.code == std::to_string(answer.status)) why.code.clear();  // IAM's codes may be the status once more
  for (auto* part : {&why.code, &why.message}) {
    secrets.apply(*part);
    hwc::detail::shorten(*part, 512);
    if (!part->empty()) text += ' ' + printable(*part);
  }
  secrets.apply(why.request_id);
  hwc::detail::shorten(why.request_id, 128);
  if (!why.request_id.empty()) text += " (request " + printable(why.request_id) + ')';
  return text + ". " + std::string{advised};
}

// Whether IAM says that the account is locked, or will be after more failures.
[[nodiscard]] inline bool is_lock_warning(const http_response& answer) {
  const auto code = decode_error_body(answer.body).code;
  return code == "IAM.0061" || code == "IAM.0062";
}

// Why a source has nothing where the exchange brought no answer.
[[nodiscard]] inline std::string no_answer(std::string_view what, const transport_error& why) {
  return std::string{what} + ": " + (why.message.empty() ? std::string{to_string(why.kind)} : why.message);
}

}  // namespace hwc::credentials::detail

#endif  // HWC_CREDENTIALS_DETAIL_REFUSAL_HPP
