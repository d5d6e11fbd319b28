// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_RECORDING_HPP
#define HWC_RECORDING_HPP

#include <hwc/error.hpp>
#include <hwc/http.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hwc {

BOOST_DESCRIBE_ENUM(delivery, not_sent, unknown, answered)
BOOST_DESCRIBE_ENUM(error_kind, bad_request, unauthorized, forbidden, not_found, method_not_allowed,
                    internal_server_error, service_unavailable, unexpected_status, throttled, timeout, connection, tls,
                    malformed_response, invalid_argument, cancelled, credentials)

// A header of a recording. The value is "***" unless the header is known to be no secret.
struct recorded_header {
  std::string name{};
  std::string value{};
};
BOOST_DESCRIBE_STRUCT(recorded_header, (), (name, value))

// A failure of a recording, as the transport reported it.
struct recorded_failure {
  error_kind kind = error_kind::connection;
  delivery sent = delivery::unknown;
  bool retryable = false;
  std::string message{};
};
BOOST_DESCRIBE_STRUCT(recorded_failure, (), (kind, sent, retryable, message))

// One exchange as `recorded` writes it, a JSON object on a line, and as `fake::replay` reads it.
struct recording {
  std::string request{};  // method and target, "POST /v2/…"
  std::string origin{};   // where it went, "https://workspace.example"
  std::vector<recorded_header> request_headers{};
  std::string request_body{};  // UTF-8, with secrets masked
  int status = 0;              // 0: see `failure`
  std::vector<recorded_header> response_headers{};
  std::string response_body{};
  bool truncated = false;
  std::optional<recorded_failure> failure{};
  std::int64_t milliseconds = 0;  // how long it took
};
BOOST_DESCRIBE_STRUCT(recording, (),
                      (request, origin, request_headers, request_body, status, response_headers, response_body,
                       truncated, failure, milliseconds))

namespace detail {

// Headers whose values may stand in a recording.
inline constexpr std::string_view recordable_headers[] = {"Accept",     "Content-Length", "Content-Type", "Date",
                                                          "Host",       "Location",       "Retry-After",  "Server",
                                                          "User-Agent", "X-Project-Id",   "X-Request-Id", "X-Sdk-Date"};

// Members of JSON bodies whose values are secrets, in the APIs that this library calls.
inline constexpr std::string_view secret_members[] = {
    "password",       "passcode", "token_code",   "secret", "secret_access_key", "securitytoken",
    "security_token", "id_token", "access_token", "sk",     "encoded_message",   "decoded_message"};

inline std::vector<recorded_header> record_headers(const http_headers& headers) {
  std::vector<recorded_header> out;
  for (const auto& [name, value] : headers) {
    const auto same = [name = name](std::string_view known) { return same_header_name(name, known); };
    const bool open = std::any_of(std::begin(recordable_headers), std::end(recordable_headers), same);
    out.push_back({std::string{name}, open ? std::string{value} : "***"});
  }
  return out;
}

// Masks the string after each `"member":` of a JSON text; it goes by the text, so it works on a broken one too.
inline void mask_members(std::string& body) {
  for (const auto member : secret_members) {
    const auto key = '"' + std::string{member} + '"';
    for (auto at = body.find(key); at != std::string::npos; at = body.find(key, at + 1)) {
      auto begin = body.find_first_not_of(" \t\r\n", at + key.size());
      if (begin == std::string::npos || body[begin] != ':') continue;
      begin = body.find_first_not_of(" \t\r\n", begin + 1);
      if (begin == std::string::npos || body[begin] != '"') continue;
      auto end = begin + 1;
      while (end < body.size() && body[end] != '"') end += body[end] == '\\' ? 2 : 1;
      body.replace(begin + 1, std::min(end, body.size()) - begin - 1, "***");
    }
  }
}

}  // namespace detail
}  // namespace hwc

#endif  // HWC_RECORDING_HPP
