// SPDX-License-Identifier: BSL-1.0
// Making a signed request: what this library takes, beside the hashing alone and what one would write by hand.
#include <hwc/build_request.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/http.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/time.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "bench/by_hand.hpp"
#include "bench/counted.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

namespace {

using bench::body, bench::check, bench::hash, bench::secret_key;

const std::string canonical(420, 'c');
const std::string to_sign(110, 's');

// --- The floors: three hashes as a signature needs them, and nothing else ---

// With what OpenSSL offers at once: it is looked up, and its contexts are made, each time.
void one_shot_hashes(benchmark::State& state) {
  bench::measure(state, [] {
    hash value;
    unsigned size = 0;
    check(EVP_Digest(body.data(), body.size(), value.data(), &size, EVP_sha256(), nullptr));
    benchmark::DoNotOptimize(value);
    check(EVP_Digest(canonical.data(), canonical.size(), value.data(), &size, EVP_sha256(), nullptr));
    benchmark::DoNotOptimize(value);
    HMAC(EVP_sha256(), secret_key.data(), static_cast<int>(secret_key.size()),
         reinterpret_cast<const unsigned char*>(to_sign.data()), to_sign.size(), value.data(), &size);
    benchmark::DoNotOptimize(value);
  });
}
BENCHMARK(one_shot_hashes)->Name("sign/floor: hashes, EVP and HMAC at once");

// The algorithm fetched once, and the key's pads hashed once.
void fetched_hashes(benchmark::State& state) {
  const bench::fetched_hashes hashes{secret_key};
  bench::measure(state, [&] {
    for (const auto* text : {&body, &canonical}) benchmark::DoNotOptimize(hashes.sha256(*text));
    benchmark::DoNotOptimize(hashes.hmac(to_sign));
  });
}
BENCHMARK(fetched_hashes)->Name("sign/floor: hashes, EVP fetched once");

// With OpenSSL's functions for this one hash, which version 3.0 deprecates, and the key's pads hashed once.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
class low_level_hashes {
 public:
  low_level_hashes() : inner_{padded(0x36)}, outer_{padded(0x5c)} {}

  static hash sha256(std::string_view text) {
    SHA256_CTX context;
    check(SHA256_Init(&context));
    return ended(context, text);
  }
  [[nodiscard]] hash hmac(std::string_view text) const {
    auto context = inner_;
    const auto value = ended(context, text);
    context = outer_;
    return ended(context, {reinterpret_cast<const char*>(value.data()), value.size()});
  }

 private:
  static SHA256_CTX padded(unsigned char with) {
    const auto pad = bench::pad_of(secret_key, with);
    SHA256_CTX begun;
    check(SHA256_Init(&begun));
    check(SHA256_Update(&begun, pad.data(), pad.size()));
    return begun;
  }
  static hash ended(SHA256_CTX& context, std::string_view text) {
    hash value;
    check(SHA256_Update(&context, text.data(), text.size()));
    check(SHA256_Final(value.data(), &context));
    return value;
  }

  SHA256_CTX inner_, outer_;
};
#pragma GCC diagnostic pop

void hashes_at_low_level(benchmark::State& state) {
  const low_level_hashes hashes;
  bench::measure(state, [&] {
    for (const auto* text : {&body, &canonical}) benchmark::DoNotOptimize(hashes.sha256(*text));
    benchmark::DoNotOptimize(hashes.hmac(to_sign));
  });
}
BENCHMARK(hashes_at_low_level)->Name("sign/floor: hashes, low-level functions");

// --- What one would write by hand ---

void by_hand(benchmark::State& state) {
  const std::string host = "workspace.ap-southeast-3.myhuaweicloud.com";
  bench::measure(state, [&] { benchmark::DoNotOptimize(bench::headers_by_hand(host, 1'790'000'000)); });
}
BENCHMARK(by_hand)->Name("sign/by hand: built and signed");

// --- This library ---

// So much later each time: the date is written anew once a second.
void ours(benchmark::State& state, std::chrono::seconds later) {
  const hwc::endpoint where{"https://workspace.ap-southeast-3.myhuaweicloud.com", "0bec5db98280d2d02fd6c00c2de791ce"};
  const hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256> signer{
      {"QTWAOYTTINDUT2QVKYUC", hwc::secret{secret_key}, {}}};
  const hwc::workspace::resend_email op{.user_id = "8a2c3f9479d5cf360179d622364f0008", .template_id = "email01"};
  hwc::wall_time now{std::chrono::seconds{1'790'000'000}};
  hwc::http_request request;
  bench::measure(state, [&] {
    if (!hwc::build_request(op, where, request) || !signer.sign(request, now))
      throw std::runtime_error{"the request cannot be made"};
    benchmark::DoNotOptimize(request);
    now += later;
  });
}
BENCHMARK_CAPTURE(ours, in_one_second, std::chrono::seconds{0})->Name("sign/hwc: built and signed");
BENCHMARK_CAPTURE(ours, each_in_another, std::chrono::seconds{1})->Name("sign/hwc: built and signed, a second later");

}  // namespace
