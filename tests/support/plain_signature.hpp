// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_PLAIN_SIGNATURE_HPP
#define HWC_TESTS_SUPPORT_PLAIN_SIGNATURE_HPP

#include <openssl/evp.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

// The rules of signing once more, with plain strings and maps and without a line of the library, to compare with. They
// follow the specification step by step.
namespace plain {

struct request {
  std::string method, host, path, query;                     // path and query as they go on the request line
  std::vector<std::pair<std::string, std::string>> headers;  // Host and X-Sdk-Date among them
  std::string body;
};

inline std::string hex(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(c));
    out += two;
  }
  return out;
}

inline std::string hash(const char* name, const std::string& text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  std::size_t size = 0;
  EVP_Q_digest(nullptr, name, nullptr, text.data(), text.size(), out, &size);
  return {reinterpret_cast<char*>(out), size};
}

// RFC 2104, by its definition.
inline std::string hmac(const char* name, std::string key, const std::string& text) {
  if (key.size() > 64) key = hash(name, key);
  key.resize(64, '\0');
  std::string inner = key, outer = key;
  for (auto& c : inner) c = static_cast<char>(c ^ 0x36);
  for (auto& c : outer) c = static_cast<char>(c ^ 0x5c);
  return hash(name, outer + hash(name, inner + text));
}

inline std::string decode(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = [&](std::size_t at) {
      const std::string digits = "0123456789abcdefABCDEF";
      return at < text.size() ? digits.find(text[at]) : std::string::npos;
    };
    if (text[i] == '%' && digit(i + 1) != std::string::npos && digit(i + 2) != std::string::npos) {
      out += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

inline std::string encode(const std::string& text) {
  const std::string kept = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
  std::string out;
  for (const char c : text) {
    if (kept.find(c) != std::string::npos) {
      out += c;
    } else {
      char three[4];
      std::snprintf(three, sizeof three, "%%%02X", static_cast<unsigned char>(c));
      out += three;
    }
  }
  return out;
}

inline std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == at)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

inline std::string canonical_path(const std::string& path) {
  std::string out;
  const auto segments = split(decode(path), '/');
  for (std::size_t i = 0; i != segments.size(); ++i) out += (i == 0 ? "" : "/") + encode(segments[i]);
  return out.ends_with('/') ? out : out + '/';
}

inline std::string canonical_query(const std::string& query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& part : split(query, '&')) {
    if (part.empty()) continue;
    const auto equals = std::min(part.find('='), part.size());
    pairs.emplace_back(decode(part.substr(0, equals)), decode(part.substr(std::min(equals + 1, part.size()))));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string out;
  for (const auto& [name, value] : pairs) out += (out.empty() ? "" : "&") + encode(name) + '=' + encode(value);
  return out;
}

struct texts {
  std::string canonical_request, string_to_sign, authorization;
};

// `scope` is "region/service" for V11, else empty.
inline texts sign(const request& r, const std::string& algorithm, const std::string& ak, const std::string& sk,
                  const std::string& scope = "") {
  const bool sm3 = algorithm.ends_with("SM3");
  const char* hash_name = sm3 ? "SM3" : "SHA256";
  const std::string content_header = sm3 ? "x-sdk-content-sm3" : "x-sdk-content-sha256";
  std::map<std::string, std::string> all;
  bool unsigned_payload = false;
  for (const auto& [name, value] : r.headers) {
    std::string lower;
    for (const char c : name) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    const auto begin = value.find_first_not_of(" \t");
    all[lower] = begin == std::string::npos ? "" : value.substr(begin, value.find_last_not_of(" \t") + 1 - begin);
    if (name == "Content-Type") {
      unsigned_payload = value.rfind("application/json", 0) != 0 && value.rfind("application/bson", 0) != 0;
    }
  }
  if (unsigned_payload && all.find(content_header) == all.end()) all[content_header] = "UNSIGNED-PAYLOAD";
  auto payload = hex(hash(hash_name, r.body));
  if (!r.body.empty() && all.find(content_header) != all.end()) payload = all[content_header];
  const auto date = all["x-sdk-date"];

  std::string lines, names;
  for (const auto& [name, value] : all) {
    if (name.find('_') != std::string::npos || name == "authorization") continue;
    lines += name + ':' + value + '\n';
    names += (names.empty() ? "" : ";") + name;
  }
  texts made;
  made.canonical_request = r.method + '\n' + canonical_path(r.path) + '\n' + canonical_query(r.query) + '\n' + lines +
                           '\n' + names + '\n' + payload;
  const auto info = scope.empty() ? "" : date.substr(0, 8) + '/' + scope;
  made.string_to_sign = algorithm + '\n' + date + '\n' + (scope.empty() ? "" : info + '\n') +
                        hex(hash(hash_name, made.canonical_request));
  auto key = sk;
  if (!scope.empty()) key = hex(hmac("SHA256", hmac("SHA256", ak, sk), info + '\x01'));
  made.authorization = algorithm + (scope.empty() ? " Access=" + ak : " Credential=" + ak + '/' + info) +
                       ", SignedHeaders=" + names + ", Signature=" + hex(hmac(hash_name, key, made.string_to_sign));
  return made;
}

}  // namespace plain

#endif  // HWC_TESTS_SUPPORT_PLAIN_SIGNATURE_HPP
