// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_IMPL_DESCRIBE_ANSWER_IPP
#define HWC_DETAIL_IMPL_DESCRIBE_ANSWER_IPP

#include <hwc/detail/describe_answer.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace hwc::inline v0_1::detail {

HWC_DECL std::string request_id_of(const http_response& answer, const redactor& secrets) {
  std::string id{answer.headers.find("X-Request-Id").value_or("")};
  secrets.apply(id);
  shorten(id, longest_request_id);
  return id;
}

HWC_DECL error describe_answer(http_response& answer, const redactor& secrets, json::reader& reader) {
  secrets.apply(answer.body);
  auto body = decode_error_body(answer.body, reader.source());
  error described{.status = answer.status,
                  .code = std::move(body.code),
                  .message = std::move(body.message),
                  .request_id = request_id_of(answer, secrets),
                  .encoded_authorization_message = std::move(body.encoded_authorization_message)};
  if (!body.detail.empty()) described.message += (described.message.empty() ? "" : ": ") + body.detail;
  if (described.message.empty()) {
    const bool redirect = answer.status >= 300 && answer.status <= 399;
    described.message = redirect ? "a redirect, which is not followed" : "the service gave no reason";
  }
  const auto clean = [&](std::string& text, std::size_t longest) {
    secrets.apply(text);
    shorten(text, longest);
  };
  clean(described.code, longest_code);
  clean(described.message, longest_message);
  if (described.request_id.empty()) {
    described.request_id = std::move(body.request_id);
    clean(described.request_id, longest_request_id);
  }
  clean(described.encoded_authorization_message, longest_encoded_message);
  return described;
}

}  // namespace hwc::detail

#endif  // HWC_DETAIL_IMPL_DESCRIBE_ANSWER_IPP
