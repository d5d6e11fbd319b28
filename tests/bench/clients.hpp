// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_BENCH_CLIENTS_HPP
#define HWC_TESTS_BENCH_CLIENTS_HPP

#include <hwc/client.hpp>
#include <hwc/endpoint.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/secret.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/workspace/resend_email.hpp>

#include "bench/by_hand.hpp"
#include "bench/server_process.hpp"

#include <stdexcept>
#include <utility>

namespace bench {

using sent = hwc::result<hwc::no_content>;

inline const hwc::workspace::resend_email operation{.user_id = user, .template_id = "email01"};

// A client of a server for benchmarks that signs.
template <class Transport>
auto client_over(Transport transport, const server_process& server = server_process::get()) {
  return hwc::client{hwc::endpoint{server.url(), project}, std::move(transport),
                     hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256>{{access_key, hwc::secret{secret_key}, {}}},
                     hwc::return_result{}};
}

inline void expect(const sent& outcome) {
  if (!outcome) throw std::runtime_error{"the call does not work: " + outcome.error().message};
}

}  // namespace bench

#endif  // HWC_TESTS_BENCH_CLIENTS_HPP
