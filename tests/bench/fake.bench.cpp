// SPDX-License-Identifier: BSL-1.0
// A whole call without network: what the client itself takes.
#include <hwc/client.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "bench/counted.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace {

template <class Signer>
void call(benchmark::State& state, Signer signer, int status) {
  hwc::fake::transport transport{[=](const hwc::http_request&) { return hwc::http_response{.status = status}; }};
  transport.keep_requests(false);
  hwc::client client{
      hwc::endpoint{"https://workspace.ap-southeast-3.myhuaweicloud.com", "0bec5db98280d2d02fd6c00c2de791ce"},
      transport, std::move(signer), hwc::return_result{}};
  const hwc::workspace::resend_email op{.user_id = "8a2c3f9479d5cf360179d622364f0008", .template_id = "email01"};
  bench::measure(state, [&] {
    auto sent = client.send(op);
    if (sent.has_value() != (status < 300)) throw std::runtime_error{"the call does not work"};
    benchmark::DoNotOptimize(sent);
  });
}

void with_token(benchmark::State& state) { call(state, hwc::token_signer{std::string(2000, 't')}, 204); }
BENCHMARK(with_token)->Name("fake/hwc: a call with a token");

void with_access_key(benchmark::State& state) {
  call(state,
       hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256>{
           {"QTWAOYTTINDUT2QVKYUC", hwc::secret{"LsGzuWaJ3qzIUsFXyhm9ZTzNqLuBfZEJuM6iL5Jc"}, {}}},
       204);
}
BENCHMARK(with_access_key)->Name("fake/hwc: a call with an access key");

void refused(benchmark::State& state) { call(state, hwc::token_signer{std::string(2000, 't')}, 404); }
BENCHMARK(refused)->Name("fake/hwc: a call that is refused");

}  // namespace
