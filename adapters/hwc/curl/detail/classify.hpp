// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_DETAIL_CLASSIFY_HPP
#define HWC_CURL_DETAIL_CLASSIFY_HPP

#include <hwc/detail/config.hpp>
#include <hwc/http.hpp>
#include <hwc/transport.hpp>

#include <curl/curl.h>

#include <string>

namespace hwc::inline v0_1::curl::detail {

// What ended an exchange.
enum class ending : unsigned char {
  libcurl,   // libcurl has a result, see `report::code`
  deadline,  // ours
  stop,      // the caller's stop token
};

// The evidence of an exchange that brought no complete response head.
struct report {
  ending end = ending::libcurl;
  CURLcode code = CURLE_OK;
  delivery sent = delivery::unknown;
  bool begun = false;           // the connection was up and the request's first byte due
  bool written = false;         // libcurl has written something of a request, be it one to a proxy
  bool repeat_refused = false;  // libcurl was about to send the request again
  bool stream_refused = false;  // by the peer, which did nothing about it (HTTP/2)
  bool out_of_memory = false;   // ours, while keeping the answer
  bool answer_begun = false;    // a header line was seen
  bool answer_refused = false;  // by `response_head`
  int status = 0;               // of the last final status line; 0: none
  long os_error = 0;            // errno of the last failed system call of the connection; 0: none
  long proxy_status = 0;        // of the answer to CONNECT; 0: none
  long verify_result = 0;       // of the certificate check, as OpenSSL numbers it; 0: passed or not made
  const char* text = "";        // libcurl's own words
};

// Makes the error of the evidence. `proxy` is the configured one without its credentials; empty: none.
[[nodiscard]] transport_error classify(const report& r, const http_origin& origin, const std::string& proxy);

}  // namespace hwc::curl::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/curl/detail/impl/classify.ipp>
#endif

#endif  // HWC_CURL_DETAIL_CLASSIFY_HPP
