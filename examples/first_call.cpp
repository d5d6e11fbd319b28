// SPDX-License-Identifier: BSL-1.0
#include <hwc/curl/transport.hpp>
#include <hwc/hwc.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>

#include <cstdlib>
#include <iostream>

int main(int argc, char** argv) {
  const char *ak = std::getenv("HUAWEICLOUD_SDK_AK"), *sk = std::getenv("HUAWEICLOUD_SDK_SK");
  if (argc != 4 || !ak || !sk) return 2;  // first-call URL PROJECT_ID USER_ID
  hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256> signer{{ak, sk}};
  hwc::client client{hwc::endpoint{argv[1], argv[2]}, hwc::curl::transport{}, signer, hwc::return_result{}};
  const auto sent = client.send(hwc::workspace::resend_email{.user_id = argv[3]});
  if (!sent) std::cerr << sent.error() << '\n';
  return sent ? 0 : 1;
}
