// SPDX-License-Identifier: BSL-1.0
// A class that is no template: it holds a client over any transport, and what that is, is chosen at run time.

#include <hwc/fake/transport.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/hwc.hpp>
#include <hwc/transports/any.hpp>
#include <hwc/transports/logged.hpp>

#include <iostream>
#include <string>
#include <string_view>
#include <utility>

// As it would stand in a header of the product.
class greeter {
 public:
  greeter(hwc::endpoint where, hwc::any_transport over, hwc::token_signer with)
      : client_{std::move(where), std::move(over), std::move(with), hwc::return_result{}} {}

  bool welcome(const std::string& user_id) {
    const auto sent = client_.send(hwc::workspace::resend_email{.user_id = user_id});
    if (!sent) std::cerr << sent.error() << "\n" << hwc::advice(sent.error()) << "\n";
    return sent.has_value();
  }

 private:
  hwc::client<hwc::any_transport, hwc::token_signer, hwc::return_result> client_;
};

int main() {
  const hwc::token_signer signer{"token-of-the-test"};
  hwc::fake::workspace service{{.id = "project", .users = {{.id = "ada", .user_email = "ada@workspace.example"}}},
                               signer};
  int lines = 0;
  const auto choose = [&](bool verbose) -> hwc::any_transport {
    hwc::fake::transport plain{service};  // a product has hwc::curl::transport here
    if (!verbose) return plain;
    return hwc::logged{std::move(plain), [&lines](std::string_view line) {
                         std::cout << line << "\n";
                         ++lines;
                       }};
  };

  bool good = true;
  for (const bool verbose : {false, true}) {
    greeter host{hwc::endpoint{"https://workspace.example", "project"}, choose(verbose), signer};
    good = host.welcome("ada") && good;
  }
  good = good && lines == 1 && service.outbox().size() == 2;
  std::cout << (good ? "passed\n" : "failed\n");
  return good ? 0 : 1;
}
