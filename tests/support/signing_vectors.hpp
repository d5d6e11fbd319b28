// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_SIGNING_VECTORS_HPP
#define HWC_TESTS_SUPPORT_SIGNING_VECTORS_HPP

#include <hwc/http.hpp>
#include <hwc/json.hpp>
#include <hwc/url.hpp>

#include "files.hpp"

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

namespace support {

using pairs = std::vector<std::vector<std::string>>;

struct expected_signature {
  std::string canonical_request;
  std::string string_to_sign;
  std::string signed_headers;
  std::string payload_hash;
  std::optional<std::string> request_target;
  std::optional<std::string> authorization;
  std::optional<std::string> authorization_prefix;
  std::optional<std::string> private_key_hex;
  std::optional<std::string> public_key_hex;
  std::optional<std::string> sample_signature_der_hex;
  std::optional<std::string> derived_key_hex;
};
BOOST_DESCRIBE_STRUCT(expected_signature, (),
                      (canonical_request, string_to_sign, signed_headers, payload_hash, request_target, authorization,
                       authorization_prefix, private_key_hex, public_key_hex, sample_signature_der_hex,
                       derived_key_hex))

// An entry of tests/data/signing-vectors.json.
struct signing_vector {
  std::string id;
  std::string algorithm;
  std::string ak;
  std::string sk;
  std::optional<std::string> region;
  std::optional<std::string> service;
  std::string method;
  std::optional<std::string> host;
  std::string path;
  std::optional<pairs> query;
  std::optional<std::string> canonical_query;
  std::optional<pairs> headers;
  std::optional<std::string> body;
  std::optional<std::string> body_base64;
  std::string x_sdk_date;
  std::optional<expected_signature> expected;
  std::optional<expected_signature> python_sdk_result;
  std::optional<std::string> canonical_request;
  std::optional<std::string> string_to_sign;
  std::optional<std::string> authorization;

  // The request that is to be signed; nothing if its body is not text.
  [[nodiscard]] hwc::http_request request() const {
    hwc::http_request made;
    for (const auto one : {hwc::http_method::get, hwc::http_method::post, hwc::http_method::put,
                           hwc::http_method::patch, hwc::http_method::delete_}) {
      if (hwc::same_header_name(method, to_string(one))) made.method = one;
    }
    made.origin.host = host.value_or("");
    made.target = path;
    char separator = '?';
    for (const auto& pair : query.value_or(pairs{})) {
      made.target += separator;
      separator = '&';
      hwc::append_percent_encoded(made.target, pair[0]);
      made.target += '=';
      hwc::append_percent_encoded(made.target, pair[1]);
    }
    if (canonical_query && !canonical_query->empty()) made.target += '?' + *canonical_query;
    for (const auto& pair : headers.value_or(pairs{})) made.headers.add(pair[0], pair[1]);
    made.body = body_base64 ? decode_base64(*body_base64) : body.value_or("");
    return made;
  }

 private:
  static std::string decode_base64(const std::string& text) {
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string bytes;
    unsigned bits = 0;
    int count = 0;
    for (const char c : text) {
      const auto at = alphabet.find(c);
      if (at == std::string::npos) continue;
      bits = bits << 6U | static_cast<unsigned>(at);
      if (count += 6; count >= 8) bytes += static_cast<char>(bits >> static_cast<unsigned>(count -= 8) & 0xFFU);
    }
    return bytes;
  }
};
BOOST_DESCRIBE_STRUCT(signing_vector, (),
                      (id, algorithm, ak, sk, region, service, method, host, path, query, canonical_query, headers,
                       body, body_base64, x_sdk_date, expected, python_sdk_result, canonical_request, string_to_sign,
                       authorization))

struct signing_vectors {
  std::vector<signing_vector> vectors;
  std::vector<signing_vector> quirks;
  std::vector<signing_vector> go_sdk_vectors;
};
BOOST_DESCRIBE_STRUCT(signing_vectors, (), (vectors, quirks, go_sdk_vectors))

inline signing_vectors read_signing_vectors() {
  return hwc::json::read<signing_vectors>(read_data("signing-vectors.json")).value();
}

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_SIGNING_VECTORS_HPP
