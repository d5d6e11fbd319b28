// SPDX-License-Identifier: BSL-1.0
// The answer of a service that refuses, and the error that a call makes of it.
#include <hwc/detail/describe_answer.hpp>

#include <hwc/detail/redact.hpp>
#include <hwc/error.hpp>
#include <hwc/error_body.hpp>
#include <hwc/http.hpp>
#include <hwc/json/read.hpp>

#include "fuzz/target.hpp"

#include <string>
#include <string_view>

namespace {

void run(std::string_view input) {
  constexpr std::string_view secret = "canary-token";
  const auto body = hwc::decode_error_body(input);
  fuzz::require(body == hwc::decode_error_body(input), "the same body gives the same fields");
  const auto most = 3 * input.size() + 600;
  fuzz::require(body.code.size() <= most && body.message.size() <= most,
                "fields are no larger than what they are from");

  hwc::http_headers sent;
  sent.add("X-Auth-Token", std::string{secret});
  hwc::http_response answer{.status = 400, .body = std::string{input}};
  hwc::json::reader reader;
  const auto why = hwc::detail::describe_answer(answer, hwc::detail::redactor{sent, {}}, reader);
  const auto line = to_string(why);
  for (const auto& text : {why.code, why.message, why.encoded_authorization_message, why.request_id, line}) {
    fuzz::require(text.find(secret) == std::string::npos, "no credential of the request is repeated");
  }
  fuzz::require(line.find_first_of(std::string_view{"\r\n\0", 3}) == std::string::npos, "an error prints as one line");
  fuzz::require(!why.message.empty(), "an error has a message");
  fuzz::require(why.code.size() <= hwc::detail::longest_code && why.message.size() <= hwc::detail::longest_message,
                "an error is of limited size");
}

const fuzz::target target{"error_json", run};

}  // namespace
