// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_RECORDING_HPP
#define HWC_RECORDING_HPP

#include <hwc/detail/redact.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <algorithm>
#include <cstddef>
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

// Members of JSON bodies whose values are secrets, in the APIs that this library calls. In requests "token" is one,
// too; in answers it tells of a token that comes as a header.
inline constexpr std::string_view secret_members[] = {
    "password",       "passcode", "token_code",   "secret", "secret_access_key", "securitytoken",
    "security_token", "id_token", "access_token", "sk",     "encoded_message",   "decoded_message"};
inline constexpr std::string_view secret_request_member = "token";

inline bool is_recordable(std::string_view name) {
  const auto same = [name](std::string_view known) { return same_header_name(name, known); };
  return std::any_of(std::begin(recordable_headers), std::end(recordable_headers), same);
}

// What masks the credentials of a request wherever they are repeated: whatever those headers hold that may not stand in
// a recording.
[[nodiscard]] inline redactor credentials_in(const http_headers& sent) {
  http_headers open;
  for (const auto& [name, value] : sent) {
    if (is_recordable(name)) open.add(name, value);
  }
  return {sent, open};
}

inline std::vector<recorded_header> record_headers(const http_headers& headers) {
  std::vector<recorded_header> out;
  for (const auto& [name, value] : headers) {
    out.push_back({std::string{name}, is_recordable(name) ? std::string{value} : "***"});
  }
  return out;
}

inline constexpr std::string_view json_blank = " \t\r\n";

// Where the value of a secret member begins whose name's quote is at `at`; npos if there is none.
inline std::size_t secret_value(std::string_view text, std::size_t at, bool in_request) {
  const auto count = std::size(secret_members);
  for (std::size_t i = 0; i != count + (in_request ? 1 : 0); ++i) {
    const auto member = i == count ? secret_request_member : secret_members[i];
    const auto end = at + 1 + member.size();
    if (end >= text.size() || text[end] != '"' || !same_header_name(text.substr(at + 1, member.size()), member))
      continue;
    const auto colon = text.find_first_not_of(json_blank, end + 1);
    if (colon == std::string_view::npos || text[colon] != ':') break;
    return text.find_first_not_of(json_blank, colon + 1);
  }
  return std::string_view::npos;
}

// Appends the value at `at` without what it tells: strings become "***" and all else but true, false and null 0, in
// arrays and objects too, so that a reader finds the types it expects. Gives the value's end.
inline std::size_t append_masked(std::string& out, std::string_view text, std::size_t at) {
  int depth = 0;
  do {
    const char c = text[at];
    if (c == '"') {
      auto end = at + 1;
      while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2 : 1;
      end = std::min(end, text.size());
      const auto after = text.find_first_not_of(json_blank, std::min(end + 1, text.size()));
      const bool name = depth != 0 && after != std::string_view::npos && text[after] == ':';
      out.append("\"").append(name ? text.substr(at + 1, end - at - 1) : "***");
      if (end != text.size()) out += text[end++];
      at = end;
    } else if (std::string_view{"{}[],: \t\r\n"}.find(c) != std::string_view::npos) {
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      out += c;
      ++at;
    } else {
      const auto word = text.substr(at, text.find_first_of("\"{}[],: \t\r\n", at) - at);
      out += word == "true" || word == "false" || word == "null" ? word : "0";
      at += word.size();
    }
  } while (depth > 0 && at < text.size());
  return at;
}

// Masks the value after each `"member":` of a JSON text, however the name is capitalised. It goes by the text, so it
// works on a broken one too.
inline void mask_members(std::string& body, bool in_request) {
  std::string masked;
  std::size_t done = 0;
  for (auto at = body.find('"'); at != std::string::npos; at = body.find('"', at)) {
    const auto value = secret_value(body, at, in_request);
    if (value == std::string::npos) {
      ++at;
      continue;
    }
    masked.append(body, done, value - done);
    at = done = append_masked(masked, body, value);
  }
  if (done != 0) body = masked.append(body, done);
}

}  // namespace detail
}  // namespace hwc

#endif  // HWC_RECORDING_HPP
