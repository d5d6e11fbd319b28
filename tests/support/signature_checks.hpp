// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_SIGNATURE_CHECKS_HPP
#define HWC_TESTS_SUPPORT_SIGNATURE_CHECKS_HPP

#include <hwc/http.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/time.hpp>

#include "signing_vectors.hpp"

#include <doctest/doctest.h>

#include <string>

namespace support {

template <class Algorithm>
hwc::access_key_signer<Algorithm> signer_of(const signing_vector& vector) {
  if constexpr (hwc::access_key_signer<Algorithm>::scoped)
    return hwc::access_key_signer<Algorithm>{{vector.ak, vector.sk},
                                             {vector.region.value_or(""), vector.service.value_or("")}};
  else
    return hwc::access_key_signer<Algorithm>{{vector.ak, vector.sk}};
}

// Signs what the vector says, checks the two texts, and gives the request. The date in its headers is the one that
// counts.
template <class Algorithm>
hwc::http_request check_texts(const signing_vector& vector, const expected_signature& expected) {
  CAPTURE(vector.id);
  auto request = vector.request();
  const auto signer = signer_of<Algorithm>(vector);
  const auto done = signer.sign(request, hwc::wall_time{});
  REQUIRE_MESSAGE(done.has_value(), to_string(done.error()));
  CHECK(signer.canonical_request(request).value() == expected.canonical_request);
  CHECK(signer.string_to_sign(request).value() == expected.string_to_sign);
  return request;
}

// Every vector of the algorithm, and its quirk vectors as the vendor's Python SDK signs them. Gives how many.
template <class Algorithm>
int check_vectors() {
  int checked = 0;
  const auto all = read_signing_vectors();
  for (const auto* list : {&all.vectors, &all.quirks}) {
    for (const auto& vector : *list) {
      if (vector.algorithm != Algorithm::name) continue;
      const auto& expected = vector.expected ? *vector.expected : vector.python_sdk_result.value();
      const auto request = check_texts<Algorithm>(vector, expected);
      CHECK(request.headers.find("Authorization") == expected.authorization);
      ++checked;
    }
  }
  return checked;
}

// The Go SDK's own vectors, in which fewer headers are signed, so that only the texts and the key can be compared.
template <class Algorithm, class Sign>
int check_go_vectors(Sign sign) {
  int checked = 0;
  for (const auto& vector : read_signing_vectors().go_sdk_vectors) {
    if (vector.algorithm != Algorithm::name) continue;
    CAPTURE(vector.id);
    auto request = vector.request();
    request.headers.add("X-Sdk-Date", vector.x_sdk_date);
    const auto signer = signer_of<Algorithm>(vector);
    CHECK(signer.canonical_request(request).value() == vector.canonical_request);
    const auto text = signer.string_to_sign(request).value();
    CHECK(text == vector.string_to_sign);
    CHECK(vector.authorization.value().ends_with("Signature=" + sign(vector, text)));
    ++checked;
  }
  return checked;
}

}  // namespace support

#endif  // HWC_TESTS_SUPPORT_SIGNATURE_CHECKS_HPP
