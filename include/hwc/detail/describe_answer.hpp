// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_DESCRIBE_ANSWER_HPP
#define HWC_DETAIL_DESCRIBE_ANSWER_HPP

#include <hwc/detail/redact.hpp>
#include <hwc/error.hpp>
#include <hwc/error_body.hpp>
#include <hwc/http.hpp>
#include <hwc/json/read.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace hwc::detail {

// Longest texts of an error, in bytes. The vendor declares 12, 1,000 and 10,240 for the first three.
inline constexpr std::size_t longest_code = 256;
inline constexpr std::size_t longest_message = 4096;
inline constexpr std::size_t longest_encoded_message = 64 * 1024;
inline constexpr std::size_t longest_request_id = 256;

// The id that a gateway gave to a request, without the credentials of that.
[[nodiscard]] inline std::string request_id_of(const http_response& answer, const redactor& secrets) {
  std::string id{answer.headers.find("X-Request-Id").value_or("")};
  secrets.apply(id);
  shorten(id, longest_request_id);
  return id;
}

// The error that an answer describes: its body's fields, or our own words, without the credentials of the request. The
// answer's body is redacted before it is read, since what is shown of one that is no JSON may end inside a credential.
[[nodiscard]] inline error describe_answer(http_response& answer, const redactor& secrets, json::reader& reader) {
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

#endif  // HWC_DETAIL_DESCRIBE_ANSWER_HPP
