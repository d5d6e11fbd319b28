// SPDX-License-Identifier: BSL-1.0
// What a product has: a function that sends the email, its unit test on the service in memory, and the client that it
// ships with. Compiled in each way in which the library is to be had; see run.sh.

#include <hwc/curl/transport.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/hwc.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>

#include <cstdio>
#include <string>

template <hwc::client_of<hwc::workspace::resend_email> Client>
std::string welcome(Client& client, const std::string& user_id) {
  const auto sent = client.send(hwc::workspace::resend_email{.user_id = user_id});
  return sent ? "sent" : std::string{to_string(sent.error().sent)} + ", " + std::string{to_string(sent.error().kind)};
}

int main() {
  const hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256> signer{{"AK", "SK", {}}};

  hwc::fake::workspace service{{.id = "project", .users = {{.id = "ada", .user_email = "ada@workspace.example"}}},
                               signer};
  hwc::client tested{hwc::endpoint{"https://workspace.example", "project"}, hwc::fake::transport{service}, signer,
                     hwc::return_result{}};
  const auto offline = welcome(tested, "ada");
  const auto missing = welcome(tested, "bob");

  // Nobody listens there.
  hwc::client shipped{hwc::endpoint{"http://127.0.0.1:1", "project"}, hwc::curl::transport{}, signer,
                      hwc::return_result{}};
  const auto online = welcome(shipped, "ada");

  std::printf("%s; %s; %s\n", offline.c_str(), missing.c_str(), online.c_str());
  return offline == "sent" && missing == "answered, bad_request" && online == "not_sent, connection" &&
                 service.outbox().size() == 1
             ? 0
             : 1;
}
