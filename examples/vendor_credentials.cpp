// SPDX-License-Identifier: BSL-1.0
// Resends an email with credentials from where the vendor's SDKs look for them, in the main project of a region, and
// has a denial explained: vendor-credentials REGION USER_ID

#include <hwc/curl/transport.hpp>
#include <hwc/hwc.hpp>
#include <hwc/ini/profile.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>

#include <iostream>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  namespace from = hwc::credentials;
  const auto iam = hwc::iam::at(argv[1]);
  const hwc::refreshing_signer<hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256>> signer{
      from::chain{from::environment{iam}, hwc::ini::profile{iam}, from::metadata{}}};
  hwc::client client{hwc::workspace::at(argv[1]), hwc::curl::transport{}, signer, hwc::return_result{}};
  const auto sent = client.send(hwc::workspace::resend_email{.user_id = argv[2]});
  if (sent) return 0;
  std::cerr << sent.error() << '\n';
  hwc::client sts{hwc::sts::at(argv[1]), hwc::curl::transport{}, signer, hwc::return_result{}};
  if (const auto why = hwc::explain(sts, sent.error())) std::cerr << why->failure << '\n';
  return 1;
}
