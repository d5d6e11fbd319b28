// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_ERROR_HPP
#define HWC_ERROR_HPP

#include <hwc/detail/config.hpp>
#include <hwc/printable.hpp>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <iosfwd>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace hwc::inline v0_1 {

// What is known of the service having processed a request. It decides whether a repetition could do the work twice.
enum class delivery : unsigned char {
  not_sent,  // proved: the service cannot have received the complete request
  unknown,   // the service may have processed it; nobody can say from here
  answered,  // the service answered. In an `error`: it refused and did nothing
};

// "not_sent", "unknown" or "answered".
[[nodiscard]] constexpr std::string_view to_string(delivery sent) noexcept {
  switch (sent) {
    case delivery::not_sent:
      return "not_sent";
    case delivery::unknown:
      return "unknown";
    case delivery::answered:
      return "answered";
  }
  return "";
}

// What went wrong, one value for each way of dealing with it. Statuses are those that the endpoint documents; `code`
// and `message` of the error say more, and advice.hpp turns them into a sentence of what to do.
enum class error_kind : unsigned char {
  bad_request,            // 400: malformed request; also "user does not exist" (WKS.00170312)
  unauthorized,           // 401: bad or expired credentials, wrong signature, or a clock that is off
  forbidden,              // 403: no permission; may carry `encoded_authorization_message`
  not_found,              // 404: no such API at this host and path
  method_not_allowed,     // 405: also quota used up (APIG.0501) or account frozen (APIG.0502)
  internal_server_error,  // 500: may have been carried out
  service_unavailable,    // 503: may have been carried out
  unexpected_status,      // any other status, redirects included (they are not followed)
  throttled,              // 429: the rate limit was reached and the call had no time or attempts left to wait
  timeout,                // the deadline passed
  connection,             // no connection, or one that broke
  tls,                    // the TLS handshake failed: certificate, name or version
  malformed_response,     // an answer that is not readable as HTTP, or whose body does not fit the operation
  invalid_argument,       // refused before anything was sent: a parameter, endpoint or header is not usable
  cancelled,              // the caller's stop token asked for it
  credentials,            // no usable credentials: key empty, or signing failed
};

// The enumerator's name, e.g. "bad_request".
[[nodiscard]] constexpr std::string_view to_string(error_kind kind) noexcept {
  switch (kind) {
    case error_kind::bad_request:
      return "bad_request";
    case error_kind::unauthorized:
      return "unauthorized";
    case error_kind::forbidden:
      return "forbidden";
    case error_kind::not_found:
      return "not_found";
    case error_kind::method_not_allowed:
      return "method_not_allowed";
    case error_kind::internal_server_error:
      return "internal_server_error";
    case error_kind::service_unavailable:
      return "service_unavailable";
    case error_kind::unexpected_status:
      return "unexpected_status";
    case error_kind::throttled:
      return "throttled";
    case error_kind::timeout:
      return "timeout";
    case error_kind::connection:
      return "connection";
    case error_kind::tls:
      return "tls";
    case error_kind::malformed_response:
      return "malformed_response";
    case error_kind::invalid_argument:
      return "invalid_argument";
    case error_kind::cancelled:
      return "cancelled";
    case error_kind::credentials:
      return "credentials";
  }
  return "";
}

// Why a call did not give a value. A plain value without secrets: texts from the service are stripped of the
// credentials that the request carried, so an error may be logged as it is.
struct error {
  error_kind kind = error_kind::connection;
  int status = 0;                               // HTTP status of the answer that it is about; 0: no answer
  std::string code{};                           // the service's error code, e.g. "WKS.00170312"; may be empty
  std::string message{};                        // for people: the service's text, or ours where it sent none
  std::string request_id{};                     // of that answer, to quote to the vendor's support; may be empty
  std::string encoded_authorization_message{};  // encrypted reason of a denial; STS decodes it; may be empty
  delivery sent = delivery::not_sent;           // over all attempts: `unknown` once any of them may have arrived
  int attempts = 0;                             // exchanges begun for the operation; 0 when nothing was tried
  std::error_code cause{};                      // of the operating system or library, where there is one

  friend bool operator==(const error&, const error&) = default;
};

// The value of a call or its error.
template <class T>
using result = boost::system::result<T, error>;

// The error on one line, e.g.
// `bad_request: 400 WKS.00170312 user does not exist (request 7f1b…, answered, 1 attempt)`.
// Texts from outside are shown as `printable` makes them.
[[nodiscard]] std::string to_string(const error& e);

template <class Traits>
std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, const error& e) {
  return out << to_string(e);
}

// Thrown by `throw_on_error`, and by `value()` of a `result` that holds an error. `what()` is the error on one line.
class exception : public std::runtime_error {
 public:
  explicit exception(hwc::error why);
  [[nodiscard]] const hwc::error& error() const noexcept { return error_; }

 private:
  hwc::error error_;
};

// Found by Boost.System's `result::value()`. Without exceptions it prints the error and ends the program.
[[noreturn]] void throw_exception_from_error(const error& why, const boost::source_location&);

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/error.ipp>
#endif

#endif  // HWC_ERROR_HPP
