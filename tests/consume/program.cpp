// SPDX-License-Identifier: BSL-1.0
// What a product has: a function that sends the email, its unit test without network, and the client that it ships
// with. Compiled in each way in which the library is to be had, so it includes no more than it uses; see run.sh.

#include <hwc/client.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <cstdio>
#include <string>

template <class Client>
std::string welcome(Client& client, const std::string& user_id) {
  const auto sent = client.send(hwc::workspace::resend_email{.user_id = user_id});
  return sent ? "sent" : std::string{to_string(sent.error().sent)} + ", " + std::string{to_string(sent.error().kind)};
}

int main() {
  const hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256> signer{{"AK", "SK", {}}};

  hwc::fake::transport service;
  service.expect({.request = "POST /v2/project/users/ada/resend-email", .response = {.status = 204}});
  service.expect({.request = "POST /v2/project/users/bob/resend-email", .response = {.status = 404}});
  hwc::client tested{hwc::endpoint{"https://workspace.example", "project"}, service, signer, hwc::return_result{}};
  const auto offline = welcome(tested, "ada");
  const auto missing = welcome(tested, "bob");
  const auto unforeseen = service.violations();

  // Nobody listens there.
  hwc::client shipped{hwc::endpoint{"http://127.0.0.1:1", "project"}, hwc::curl::transport{}, signer,
                      hwc::return_result{}};
  const auto online = welcome(shipped, "ada");

  std::printf("%s; %s; %s\n%s", offline.c_str(), missing.c_str(), online.c_str(), unforeseen.c_str());
  return offline == "sent" && missing == "answered, not_found" && online == "not_sent, connection" && unforeseen.empty()
             ? 0
             : 1;
}
