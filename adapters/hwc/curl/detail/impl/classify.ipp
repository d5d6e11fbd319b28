// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_DETAIL_IMPL_CLASSIFY_IPP
#define HWC_CURL_DETAIL_IMPL_CLASSIFY_IPP

#include <hwc/curl/detail/classify.hpp>
#include <hwc/curl/error.hpp>
#include <hwc/http.hpp>
#include <hwc/transport.hpp>

#include <curl/curl.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace hwc::inline v0_1::curl::detail {

HWC_DECL bool is_tls(CURLcode code) noexcept {
  switch (code) {
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CRL_BADFILE:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return true;
    default:
      return false;
  }
}

// Whether libcurl's words may go into a message: others can hold a proxy's URL with its password.
HWC_DECL bool text_is_safe(CURLcode code, std::string_view text) noexcept {
  return !text.empty() &&
         (is_tls(code) || text.starts_with("Failed to connect to ") || text.starts_with("Could not resolve "));
}

// Whether a failed handshake was cut rather than refused, so that another try may do better. libcurl has one code for
// both; where OpenSSL gave a reason it stands in the text after "error:", and an end of file is the only such reason
// that means a cut. A wrong guess costs one connection: nothing was sent.
HWC_DECL bool handshake_was_cut(std::string_view text) noexcept {
  return text.find("error:") == std::string_view::npos || text.find("unexpected eof") != std::string_view::npos;
}

// Whether this process or machine has run out of something, which the next moment will not bring back.
HWC_DECL bool is_exhaustion(long os_error) noexcept {
  return os_error == EMFILE || os_error == ENFILE || os_error == ENOBUFS || os_error == ENOMEM ||
         os_error == EADDRNOTAVAIL;
}

// The sentence of what to do about a certificate that was not accepted.
HWC_DECL std::string certificate_message(const std::string& where, const report& r) {
  const std::string certificate = "the certificate of " + where;
  switch (r.verify_result) {
    case 9:
      return certificate + " is not valid yet, or the clock of this machine is wrong";
    case 10:
      return certificate + " has expired, or the clock of this machine is wrong";
    case 18:
    case 19:
    case 20:
    case 21:
      return certificate + " is not signed by a trusted authority: give that authority's certificate as ca_file";
    default:
      return certificate + " was not accepted: " + r.text;
  }
}

HWC_DECL transport_error classify(const report& r, const http_origin& origin, const std::string& proxy) {
  transport_error e;
  e.sent = r.sent;
  e.status = r.status;
  if (r.os_error != 0)
    e.cause = std::error_code{static_cast<int>(r.os_error), std::system_category()};
  else if (r.code != CURLE_OK)
    e.cause = std::error_code{static_cast<int>(r.code), category()};

  const bool v6 = origin.host.find(':') != std::string::npos;
  const std::string where = (v6 ? "[" + origin.host + "]" : origin.host) + ":" + std::to_string(origin.port);
  const std::string through = proxy.empty() ? "" : " through the proxy " + proxy;
  const auto say = [&](error_kind kind, bool retryable, std::string message) {
    e.kind = kind;
    e.retryable = retryable;
    e.message = std::move(message);
    return std::move(e);
  };

  if (r.end == ending::stop) {
    e.cause = {};
    return say(error_kind::cancelled, false, "the exchange with " + where + " was cancelled");
  }
  if (r.end == ending::deadline || r.code == CURLE_OPERATION_TIMEDOUT) {
    e.cause = std::make_error_code(std::errc::timed_out);
    if (r.begun) return say(error_kind::timeout, true, "no complete answer in time from " + where);
    // Before the deadline it was the limit on connecting, and the call may have time for another try.
    return say(r.end == ending::deadline ? error_kind::timeout : error_kind::connection, true,
               "no connection in time to " + where + through);
  }
  if (r.out_of_memory || r.code == CURLE_OUT_OF_MEMORY) {
    if (!r.answer_begun) return say(error_kind::connection, false, "out of memory in the exchange with " + where);
  }
  if (r.stream_refused) {
    e.cause = std::error_code{CURLE_HTTP2_STREAM, category()};
    return say(error_kind::connection, true, where + " refused the request without a look at it (HTTP/2)");
  }
  if (r.begun) {
    if (r.repeat_refused || r.code == CURLE_SEND_FAIL_REWIND || (r.code == CURLE_OK && !r.answer_begun)) {
      e.cause = std::error_code{CURLE_GOT_NOTHING, category()};
      return say(error_kind::connection, true, "the connection to " + where + " closed without an answer");
    }
    const std::string_view text = r.text;
    if (text.find("SSL routines") != std::string_view::npos && text.find(" alert ") != std::string_view::npos) {
      return say(error_kind::tls, false, "TLS broke off after the handshake with " + where + ": " + r.text);
    }
    if (r.answer_begun && (r.code == CURLE_OK || r.code == CURLE_GOT_NOTHING)) {
      return say(error_kind::malformed_response, true, "the answer of " + where + " ended inside its head");
    }
    if (r.answer_refused) {
      return say(
          error_kind::malformed_response, false,
          "the answer of " + where + " is not acceptable as HTTP: its status, its length or the size of its head");
    }
    if (text.starts_with("HTTP/2 stream ")) {
      return say(error_kind::connection, true, "the exchange with " + where + " broke: " + r.text);
    }
    switch (r.code) {
      case CURLE_GOT_NOTHING:
      case CURLE_HTTP2:
      case CURLE_HTTP2_STREAM:
      case CURLE_RECV_ERROR:
      case CURLE_SEND_ERROR:
      case CURLE_SSL_CONNECT_ERROR:
        return say(error_kind::connection, true, "the connection to " + where + " broke: " + e.cause.message());
      default:
        return say(error_kind::malformed_response, false,
                   "the answer of " + where + " is not readable as HTTP: " + curl_easy_strerror(r.code));
    }
  }

  // From here on nothing of the request has left.
  const char* words = text_is_safe(r.code, r.text) ? r.text : curl_easy_strerror(r.code);
  if (std::string_view{r.text}.starts_with("Unsupported proxy")) {
    return say(error_kind::invalid_argument, false,
               "the proxy " + proxy + " is not usable: unknown scheme or bad syntax");
  }
  if (r.code == CURLE_PEER_FAILED_VERIFICATION) return say(error_kind::tls, false, certificate_message(where, r));
  if (is_tls(r.code)) {
    const bool cut = r.code == CURLE_SSL_CONNECT_ERROR && handshake_was_cut(r.text);
    return say(error_kind::tls, cut, "no TLS with " + where + through + ": " + words);
  }
  if (r.proxy_status != 0) {
    const std::string name = proxy.empty() ? "the proxy that the environment names" : "the proxy " + proxy;
    return say(error_kind::connection, r.proxy_status >= 500,
               name + " answered " + std::to_string(r.proxy_status) + " instead of connecting to " + where);
  }
  // A name that was not resolved is not among them: libcurl does not tell a resolver that fails at present from a name
  // that does not exist.
  const bool broke = r.code == CURLE_COULDNT_CONNECT || r.code == CURLE_SEND_ERROR || r.code == CURLE_RECV_ERROR ||
                     r.code == CURLE_GOT_NOTHING || r.code == CURLE_PROXY;
  return say(error_kind::connection, broke && !is_exhaustion(r.os_error),
             "no connection to " + where + through + ": " + words);
}

}  // namespace hwc::curl::detail

#endif  // HWC_CURL_DETAIL_IMPL_CLASSIFY_IPP
