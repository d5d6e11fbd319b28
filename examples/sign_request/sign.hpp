// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXAMPLES_SIGN_REQUEST_SIGN_HPP
#define HWC_EXAMPLES_SIGN_REQUEST_SIGN_HPP

#include "vector.hpp"

#include <hwc/error.hpp>
#include <hwc/http.hpp>
#include <hwc/openssl/sdk_ecdsa_p256_sha256.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/openssl/sdk_hmac_sm3.hpp>
#include <hwc/openssl/sdk_sm2_sm3.hpp>
#include <hwc/openssl/v11_hmac_sha256.hpp>
#include <hwc/printable.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/time.hpp>

#include <boost/describe/class.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tool {

// The lines of a text that does not end with a line feed.
inline std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  lines.push_back(text);
  return lines;
}

// A signed request, and the texts that its signature is about.
struct signed_request {
  hwc::http_request request{};
  std::string canonical_request{};  // lines: method, path, query, headers, an empty one, their names, payload hash
  std::string string_to_sign{};
  std::string_view content_header{};  // where the algorithm looks for the payload's hash

  [[nodiscard]] std::string authorization() const {
    return std::string{request.headers.find("Authorization").value_or("")};
  }

  // The path as it was given, and the canonical query.
  [[nodiscard]] std::string target() const {
    auto target = request.target.substr(0, request.target.find('?'));
    if (const auto query = lines_of(canonical_request)[2]; !query.empty()) target.append("?").append(query);
    return target;
  }
};

// A signed request as a line of output says it.
struct signed_line {
  std::string id{};
  std::string canonical_request{};
  std::string string_to_sign{};
  std::string authorization{};
  std::string request_target{};
};
BOOST_DESCRIBE_STRUCT(signed_line, (), (id, canonical_request, string_to_sign, authorization, request_target))

template <class Algorithm>
hwc::result<signed_request> sign_with(const signing_vector& vector, hwc::http_request request, hwc::wall_time now) {
  const auto signer = [&] {
    using type = hwc::access_key_signer<Algorithm>;
    if constexpr (type::scoped)
      return type{{vector.ak, vector.sk}, {vector.region.value_or(""), vector.service.value_or("")}};
    else
      return type{{vector.ak, vector.sk}};
  }();
  if (auto done = signer.sign(request, now); !done) return std::move(done).error();
  auto canonical = signer.canonical_request(request);
  if (!canonical) return std::move(canonical).error();
  auto text = signer.string_to_sign(request);
  if (!text) return std::move(text).error();
  return signed_request{std::move(request), *std::move(canonical), *std::move(text), Algorithm::content_header};
}

// Signs with the algorithm that the vector names.
inline hwc::result<signed_request> sign(const signing_vector& vector, hwc::wall_time now) {
  struct choice {
    std::string_view name;
    hwc::result<signed_request> (*sign)(const signing_vector&, hwc::http_request, hwc::wall_time);
  };
  namespace openssl = hwc::openssl;
  static constexpr std::array choices{
      choice{openssl::sdk_hmac_sha256::name, &sign_with<openssl::sdk_hmac_sha256>},
      choice{openssl::sdk_hmac_sm3::name, &sign_with<openssl::sdk_hmac_sm3>},
      choice{openssl::v11_hmac_sha256::name, &sign_with<openssl::v11_hmac_sha256>},
      choice{openssl::sdk_ecdsa_p256_sha256::name, &sign_with<openssl::sdk_ecdsa_p256_sha256>},
      choice{openssl::sdk_sm2_sm3::name, &sign_with<openssl::sdk_sm2_sm3>},
  };
  const auto chosen =
      std::find_if(choices.begin(), choices.end(), [&](const choice& one) { return one.name == vector.algorithm; });
  if (chosen == choices.end()) {
    std::string known;
    for (const auto& one : choices) known += (known.empty() ? "" : ", ") + std::string{one.name};
    return refusal("the algorithm '" + hwc::printable(vector.algorithm) + "' is not known; use one of " + known);
  }
  auto request = request_of(vector);
  if (!request) return std::move(request).error();
  return chosen->sign(vector, *std::move(request), now);
}

}  // namespace tool

#endif  // HWC_EXAMPLES_SIGN_REQUEST_SIGN_HPP
