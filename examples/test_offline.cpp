// SPDX-License-Identifier: BSL-1.0
// A test of one's own code without network: the whole service in memory, and what it was asked to send.

#include <hwc/fake/transport.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/hwc.hpp>

#include <iostream>

// The code under test: it takes anything that can resend, so it neither knows nor cares what carries its calls.
template <hwc::client_of<hwc::workspace::resend_email> Client>
bool welcome(Client& client, const std::string& user_id) {
  const auto sent = client.send(hwc::workspace::resend_email{.user_id = user_id, .template_id = "welcome"});
  if (!sent) std::cerr << sent.error() << "\n" << hwc::advice(sent.error()) << "\n";
  return sent.has_value();
}

int main() {
  const hwc::token_signer signer{"token-of-the-test"};
  hwc::fake::workspace service{{.id = "project",
                                .users = {{.id = "ada", .user_email = "ada@workspace.example"}},
                                .email_templates = {"welcome"}},
                               signer};
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, hwc::fake::transport{service}, signer,
                     hwc::return_result{}};

  const bool good = welcome(client, "ada") && !welcome(client, "nobody") && service.outbox().size() == 1 &&
                    service.outbox()[0].user_email == "ada@workspace.example";
  std::cout << (good ? "passed\n" : "failed\n");
  return good ? 0 : 1;
}
