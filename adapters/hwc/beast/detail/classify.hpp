// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_DETAIL_CLASSIFY_HPP
#define HWC_BEAST_DETAIL_CLASSIFY_HPP

#include <hwc/beast/detail/proxy.hpp>
#include <hwc/http.hpp>
#include <hwc/transport.hpp>

#include <openssl/x509_vfy.h>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/system/errc.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace hwc::inline v0_1::beast::detail {

using boost::system::error_code;

// How far an exchange has come; what is awaited.
enum class phase : unsigned char {
  idle,        // no exchange is under way
  queued,      // a turn at one of the connections, before there is one
  lookup,      // the addresses of a name
  connecting,  // one of the addresses
  tunnel,      // the proxy's answer to CONNECT
  handshake,   // TLS
  writing,     // room for more of the request
  reading,     // the answer
};

// What broke an exchange off from this side.
enum class ending : unsigned char {
  none,
  deadline,       // of the exchange
  connect_limit,  // on connecting, before the deadline
  stop,           // the caller's stop token or cancellation slot
};

// The evidence of an exchange that brought no complete response head.
struct report {
  phase at = phase::idle;
  ending end = ending::none;
  error_code code{};
  delivery sent = delivery::unknown;
  bool answer_begun = false;       // a status line was seen
  bool out_of_memory = false;      // ours
  int status = 0;                  // of the final status line; 0: none
  int proxy_status = 0;            // of the answer to CONNECT; 0: none
  long verify_result = X509_V_OK;  // of the certificate check
  std::string_view flaw = "";      // of the TLS settings; empty: none
};

// Whether this process or machine has run out of something, which the next moment will not bring back.
inline bool is_exhaustion(const error_code& code) noexcept {
  namespace errc = boost::system::errc;
  return code == errc::too_many_files_open || code == errc::too_many_files_open_in_system ||
         code == errc::no_buffer_space || code == errc::not_enough_memory || code == errc::address_not_available ||
         code == errc::resource_unavailable_try_again;
}

// OpenSSL's own error, which a try once more would meet again; an end of the stream is none.
inline bool is_openssl(const error_code& code) noexcept {
  return code.category() == boost::asio::error::get_ssl_category();
}

// The sentence of what to do about a certificate that was not accepted.
inline std::string certificate_message(const std::string& where, long verify_result) {
  const std::string certificate = "the certificate of " + where;
  switch (verify_result) {
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return certificate + " is not valid yet, or the clock of this machine is wrong";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return certificate + " has expired, or the clock of this machine is wrong";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return certificate + " is not signed by a trusted authority: give that authority's certificate as ca_file";
    default:
      return certificate + " was not accepted: " + ::X509_verify_cert_error_string(verify_result);
  }
}

// Makes the error of the evidence. `through`: the proxy on the way; null: none.
inline transport_error classify(const report& r, const http_origin& origin, const proxy* through) {
  transport_error e;
  e.sent = r.sent;
  e.status = r.status;
  e.cause = r.code;

  const bool v6 = origin.host.find(':') != std::string::npos;
  const std::string where = (v6 ? "[" + origin.host + "]" : origin.host) + ":" + std::to_string(origin.port);
  const std::string way = through == nullptr ? "" : " through the proxy " + through->name;
  const auto say = [&](error_kind kind, bool retryable, std::string message) {
    e.kind = kind;
    e.retryable = retryable;
    e.message = std::move(message);
    return std::move(e);
  };

  const bool begun = r.at == phase::writing || r.at == phase::reading;
  const bool queued = r.at == phase::queued;
  if (r.end == ending::stop) {
    e.cause = {};
    return say(error_kind::cancelled, false,
               "the exchange with " + where + " was cancelled" +
                   (queued ? " while it waited for one of max_connections to come free" : ""));
  }
  if (r.end != ending::none) {
    e.cause = std::make_error_code(std::errc::timed_out);
    if (begun) return say(error_kind::timeout, true, "no complete answer in time from " + where);
    if (queued) {
      return say(error_kind::timeout, true,
                 "no connection to " + where + " came free in time: as many as max_connections allows were in use");
    }
    // Before the deadline it was the limit on connecting, and the call may have time for another try.
    return say(r.end == ending::deadline ? error_kind::timeout : error_kind::connection, true,
               "no connection in time to " + where + way);
  }
  if (r.out_of_memory) {
    return say(error_kind::connection, false, "out of memory in the exchange with " + where);
  }
  if (begun) {
    if (is_openssl(r.code)) {
      return say(error_kind::tls, false, "TLS broke off after the handshake with " + where + ": " + r.code.message());
    }
    if (r.code.category() == error_code{boost::beast::http::error::bad_status}.category()) {
      return say(error_kind::malformed_response, false,
                 "the answer of " + where + " is not acceptable as HTTP: " + r.code.message());
    }
    const bool ended = r.code == boost::asio::error::eof || r.code == boost::asio::ssl::error::stream_truncated;
    if (ended && r.answer_begun) {
      return say(error_kind::malformed_response, true, "the answer of " + where + " ended inside its head");
    }
    if (ended) return say(error_kind::connection, true, "the connection to " + where + " closed without an answer");
    return say(error_kind::connection, true, "the connection to " + where + " broke: " + r.code.message());
  }

  // From here on nothing of the request has left.
  if (through != nullptr && !through->usable()) {
    return say(error_kind::invalid_argument, false,
               "the proxy " + through->name + " is not usable: " + std::string{through->flaw});
  }
  if (!r.flaw.empty()) return say(error_kind::tls, false, "no TLS with " + where + ": " + std::string{r.flaw});
  if (r.at == phase::handshake) {
    if (r.verify_result != X509_V_OK) return say(error_kind::tls, false, certificate_message(where, r.verify_result));
    return say(error_kind::tls, !is_openssl(r.code), "no TLS with " + where + way + ": " + r.code.message());
  }
  if (r.proxy_status != 0) {
    const std::string name = through == nullptr ? "a proxy" : "the proxy " + through->name;
    return say(error_kind::connection, r.proxy_status >= 500,
               name + " answered " + std::to_string(r.proxy_status) + " instead of connecting to " + where);
  }
  const bool name_unknown = r.at == phase::lookup && r.code != boost::asio::error::host_not_found_try_again;
  return say(error_kind::connection, !name_unknown && !is_exhaustion(r.code),
             "no connection to " + where + way + ": " + r.code.message());
}

// The error of an exchange whose turn did not come.
inline transport_error turn_did_not_come(ending why, const http_origin& origin) {
  return classify({.at = phase::queued, .end = why, .sent = delivery::not_sent}, origin, nullptr);
}

}  // namespace hwc::beast::detail

#endif  // HWC_BEAST_DETAIL_CLASSIFY_HPP
