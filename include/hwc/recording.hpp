// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_RECORDING_HPP
#define HWC_RECORDING_HPP

#include <hwc/detail/config.hpp>
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

namespace hwc::inline v0_1 {

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

bool is_recordable(std::string_view name);

// What masks the credentials of a request wherever they are repeated: whatever those headers hold that may not stand in
// a recording.
[[nodiscard]] redactor credentials_in(const http_headers& sent);

std::vector<recorded_header> record_headers(const http_headers& headers);

inline constexpr std::string_view json_blank = " \t\r\n";

// Where the value of a secret member begins whose name's quote is at `at`; npos if there is none.
std::size_t secret_value(std::string_view text, std::size_t at, bool in_request);

// Appends the value at `at` without what it tells: strings become "***" and all else but true, false and null 0, in
// arrays and objects too, so that a reader finds the types it expects. Gives the value's end.
std::size_t append_masked(std::string& out, std::string_view text, std::size_t at);

// Masks the value after each `"member":` of a JSON text, however the name is capitalised. It goes by the text, so it
// works on a broken one too.
void mask_members(std::string& body, bool in_request);

}  // namespace detail
}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/recording.ipp>
#endif

#endif  // HWC_RECORDING_HPP
