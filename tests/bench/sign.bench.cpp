// SPDX-License-Identifier: BSL-1.0
// Making a signed request: what this library takes, beside the hashing alone and what one would write by hand.
#include <hwc/build_request.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/http.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/time.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "bench/counted.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace {

using hash = std::array<unsigned char, 32>;

const std::string secret_key = "LsGzuWaJ3qzIUsFXyhm9ZTzNqLuBfZEJuM6iL5Jc";
const std::string body = R"({"template_id":"email01"})";
const std::string canonical(420, 'c');
const std::string to_sign(110, 's');

struct context_free {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using context = std::unique_ptr<EVP_MD_CTX, context_free>;

void check(int good) {
  if (good != 1) throw std::runtime_error{"OpenSSL failed"};
}

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
  const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> sha256{EVP_MD_fetch(nullptr, "SHA256", nullptr), &EVP_MD_free};
  const auto padded = [&](unsigned char with) {
    std::array<unsigned char, 64> pad;
    pad.fill(with);
    for (std::size_t i = 0; i != secret_key.size(); ++i) pad[i] ^= static_cast<unsigned char>(secret_key[i]);
    context begun{EVP_MD_CTX_new()};
    check(EVP_DigestInit_ex2(begun.get(), sha256.get(), nullptr));
    check(EVP_DigestUpdate(begun.get(), pad.data(), pad.size()));
    return begun;
  };
  const auto inner = padded(0x36), outer = padded(0x5c);
  const context one{EVP_MD_CTX_new()};
  bench::measure(state, [&] {
    hash value;
    unsigned size = 0;
    for (const auto* text : {&body, &canonical}) {
      check(EVP_DigestInit_ex2(one.get(), sha256.get(), nullptr));
      check(EVP_DigestUpdate(one.get(), text->data(), text->size()));
      check(EVP_DigestFinal_ex(one.get(), value.data(), &size));
      benchmark::DoNotOptimize(value);
    }
    check(EVP_MD_CTX_copy_ex(one.get(), inner.get()));
    check(EVP_DigestUpdate(one.get(), to_sign.data(), to_sign.size()));
    check(EVP_DigestFinal_ex(one.get(), value.data(), &size));
    check(EVP_MD_CTX_copy_ex(one.get(), outer.get()));
    check(EVP_DigestUpdate(one.get(), value.data(), value.size()));
    check(EVP_DigestFinal_ex(one.get(), value.data(), &size));
    benchmark::DoNotOptimize(value);
  });
}
BENCHMARK(fetched_hashes)->Name("sign/floor: hashes, EVP fetched once");

// --- What one would write by hand ---

std::string hex(const hash& value) {
  std::string text;
  for (const auto byte : value) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", byte);
    text += digits;
  }
  return text;
}

std::string sha256_hex(const std::string& text) {
  hash value;
  unsigned size = 0;
  check(EVP_Digest(text.data(), text.size(), value.data(), &size, EVP_sha256(), nullptr));
  return hex(value);
}

void by_hand(benchmark::State& state) {
  const std::string project = "0bec5db98280d2d02fd6c00c2de791ce", user = "8a2c3f9479d5cf360179d622364f0008",
                    host = "workspace.ap-southeast-3.myhuaweicloud.com";
  bench::measure(state, [&] {
    std::map<std::string, std::string> headers{
        {"content-type", "application/json"}, {"host", host}, {"x-project-id", project}};
    const std::time_t now = 1'790'000'000;
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char date[32];
    std::strftime(date, sizeof date, "%Y%m%dT%H%M%SZ", &parts);
    headers["x-sdk-date"] = date;
    const std::string path = "/v2/" + project + "/users/" + user + "/resend-email";
    std::string text = "POST\n" + path + "/\n\n", names;
    for (const auto& [name, value] : headers) {
      text += name + ':' + value + '\n';
      names += (names.empty() ? "" : ";") + name;
    }
    text += '\n' + names + '\n' + sha256_hex(body);
    const std::string signed_text = std::string{"SDK-HMAC-SHA256\n"} + date + '\n' + sha256_hex(text);
    hash value;
    unsigned size = 0;
    HMAC(EVP_sha256(), secret_key.data(), static_cast<int>(secret_key.size()),
         reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(), value.data(), &size);
    headers["authorization"] =
        "SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, SignedHeaders=" + names + ", Signature=" + hex(value);
    benchmark::DoNotOptimize(headers);
  });
}
BENCHMARK(by_hand)->Name("sign/by hand: built and signed");

// --- This library ---

void ours(benchmark::State& state) {
  const hwc::endpoint where{"https://workspace.ap-southeast-3.myhuaweicloud.com", "0bec5db98280d2d02fd6c00c2de791ce"};
  const hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256> signer{
      {"QTWAOYTTINDUT2QVKYUC", hwc::secret{secret_key}, {}}};
  const hwc::workspace::resend_email op{.user_id = "8a2c3f9479d5cf360179d622364f0008", .template_id = "email01"};
  const hwc::wall_time now{std::chrono::seconds{1'790'000'000}};
  hwc::http_request request;
  bench::measure(state, [&] {
    if (!hwc::build_request(op, where, request) || !signer.sign(request, now))
      throw std::runtime_error{"the request cannot be made"};
    benchmark::DoNotOptimize(request);
  });
}
BENCHMARK(ours)->Name("sign/hwc: built and signed");

}  // namespace
