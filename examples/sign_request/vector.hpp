// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_SIGN_REQUEST_VECTOR_HPP
#define HWC_EXAMPLES_SIGN_REQUEST_VECTOR_HPP

#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/printable.hpp>
#include <hwc/url.hpp>

#include <openssl/evp.h>
#include <boost/describe/class.hpp>

#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

using pairs = std::vector<std::vector<std::string>>;  // [name, value] each

// A request to sign and the keys to sign it with, as an entry of the file says it.
struct signing_vector {
  std::optional<std::string> id{};
  std::string algorithm{};
  std::string ak{};
  std::string sk{};
  std::optional<std::string> region{};   // V11-HMAC-SHA256 only
  std::optional<std::string> service{};  // V11-HMAC-SHA256 only
  std::string method{};                  // in upper or lower case
  std::optional<std::string> host{};     // may be left out where a Host is among the headers
  std::string path{};                    // as on the request line, without query; empty: /
  std::optional<pairs> query{};          // decoded, in any order
  std::optional<pairs> headers{};
  std::optional<std::string> body{};  // this or body_base64; neither: empty
  std::optional<std::string> body_base64{};
  std::optional<std::string> x_sdk_date{};  // counts where no X-Sdk-Date is among the headers; neither: now
};
BOOST_DESCRIBE_STRUCT(signing_vector, (),
                      (id, algorithm, ak, sk, region, service, method, host, path, query, headers, body, body_base64,
                       x_sdk_date))

struct signing_vectors {
  std::vector<signing_vector> vectors{};
};
BOOST_DESCRIBE_STRUCT(signing_vectors, (), (vectors))

inline hwc::error refusal(std::string message) {
  return {.kind = hwc::error_kind::invalid_argument, .message = std::move(message)};
}

// The bytes of a base64 text (RFC 4648 section 4, with padding). OpenSSL overlooks blanks and stray bits, so only what
// it would write itself is taken.
inline std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0 || text.size() > std::size_t{std::numeric_limits<int>::max()}) return std::nullopt;
  const auto bytes_of = [](auto& buffer) { return reinterpret_cast<unsigned char*>(buffer.data()); };
  std::string bytes(text.size() / 4 * 3, '\0');
  const auto* source = reinterpret_cast<const unsigned char*>(text.data());
  if (EVP_DecodeBlock(bytes_of(bytes), source, static_cast<int>(text.size())) < 0) return std::nullopt;
  for (int pads = 0; pads != 2 && text.ends_with(pads == 0 ? "=" : "=="); ++pads) bytes.pop_back();
  std::string again(text.size() + 1, '\0');  // it ends with a NUL
  again.resize(
      static_cast<std::size_t>(EVP_EncodeBlock(bytes_of(again), bytes_of(bytes), static_cast<int>(bytes.size()))));
  if (again != text) return std::nullopt;
  return bytes;
}

inline hwc::result<hwc::http_method> method_of(std::string_view name) {
  using enum hwc::http_method;
  std::string known;
  for (const auto method : std::array{get, post, put, patch, delete_}) {
    if (hwc::same_header_name(name, to_string(method))) return method;
    known += (known.empty() ? "" : ", ") + std::string{to_string(method)};
  }
  return refusal("the method '" + hwc::printable(name) + "' is not known; use one of " + known);
}

inline hwc::result<std::string> target_of(const signing_vector& vector) {
  std::string target = vector.path.empty() ? "/" : vector.path;
  if (target.front() != '/') return refusal("path must begin with '/'");
  if (target.find('?') != std::string::npos) {
    return refusal("path holds a '?': move what follows it to query, as decoded [name, value] pairs, or write %3F");
  }
  char separator = '?';
  std::size_t index = 0;
  for (const auto& pair : vector.query.value_or(pairs{})) {
    if (pair.size() != 2) {
      return refusal("query[" + std::to_string(index) +
                     "] must be a pair [name, value]; without a value it is [name, \"\"]");
    }
    target += separator;
    hwc::append_percent_encoded(target, pair[0]);
    target += '=';
    hwc::append_percent_encoded(target, pair[1]);
    separator = '&';
    ++index;
  }
  return target;
}

// The headers to sign. An Authorization among them is left out, since a signer lets a request be that has one.
inline hwc::result<hwc::http_headers> headers_of(const signing_vector& vector) {
  hwc::http_headers headers;
  for (const auto& pair : vector.headers.value_or(pairs{})) {
    const auto where = "headers[" + std::to_string(headers.size()) + "]";
    if (pair.size() != 2) return refusal(where + " must be a pair [name, value]");
    if (!hwc::is_header_name(pair[0])) return refusal(where + ": the name is none that a header can have");
    if (!hwc::is_header_value(pair[1])) return refusal(where + ": the value holds a line end or NUL; remove it");
    headers.add(pair[0], pair[1]);
  }
  headers.erase("Authorization");
  if (vector.x_sdk_date && !headers.contains("X-Sdk-Date")) headers.add("X-Sdk-Date", *vector.x_sdk_date);
  if (headers.contains("Host")) return headers;
  if (!vector.host) return refusal("there is no host; give it as host, or as a Host among the headers");
  if (vector.host->find('/') != std::string::npos || !hwc::parse_url(*vector.host)) {
    return refusal("the host '" + hwc::printable(*vector.host) +
                   "' is none; write a name or address, with :port if need be, without https:// and path");
  }
  headers.add("Host", *vector.host);
  return headers;
}

inline hwc::result<std::string> body_of(const signing_vector& vector) {
  if (!vector.body_base64) return vector.body.value_or("");
  if (vector.body) return refusal("body and body_base64 are both given; leave one out");
  auto bytes = decode_base64(*vector.body_base64);
  if (!bytes) {
    return refusal(
        "body_base64 is no base64; write it with padding and without line ends (base64 -w0 does), or text in body");
  }
  return *std::move(bytes);
}

// The request that the vector describes, before the signer adds its headers; else what is wrong and what to do.
inline hwc::result<hwc::http_request> request_of(const signing_vector& vector) {
  auto method = method_of(vector.method);
  if (!method) return std::move(method).error();
  auto target = target_of(vector);
  if (!target) return std::move(target).error();
  auto headers = headers_of(vector);
  if (!headers) return std::move(headers).error();
  auto body = body_of(vector);
  if (!body) return std::move(body).error();
  return hwc::http_request{
      .method = *method, .target = *std::move(target), .headers = *std::move(headers), .body = *std::move(body)};
}

}  // namespace tool

#endif  // HWC_EXAMPLES_SIGN_REQUEST_VECTOR_HPP
