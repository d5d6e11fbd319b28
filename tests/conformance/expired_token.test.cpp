// SPDX-License-Identifier: BSL-1.0
#include "conformance/wiring.hpp"

#include <hwc/client.hpp>
#include <hwc/credentials/password.hpp>
#include <hwc/credentials/source.hpp>
#include <hwc/errand.hpp>
#include <hwc/error_policy.hpp>
#include <hwc/fake/identity.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/signers/refreshing.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

// Many threads whose client has to fetch a token anew, over every transport. This is for ThreadSanitizer too.

using namespace std::chrono_literals;
using namespace hwc::credentials;
using hwc::secret;
using hwc::workspace::resend_email;

namespace {

using key_signer = hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256>;
using refreshing_token = hwc::refreshing_signer<hwc::token_signer>;

// Every secret that goes in begins with this.
const std::string canary = "c4nary-";

// IAM and Workspace at one address; what the first issues is good at the second.
struct cloud {
  cloud() {
    who.tell([service = service](const auto& signer, hwc::wall_time until) mutable { service.accept(signer, until); },
             [](const hwc::access_key& key) { return key_signer{key}; });
  }
  hwc::http_response operator()(const hwc::http_request& request, hwc::wall_time now) {
    return who.serves(request) ? who(request, now) : service(request, now);
  }

  hwc::fake::identity who{{.id = "d",
                           .name = "example",
                           .users = {{"operator", canary + "password"}},
                           .projects = {{"project", "cn-north-4"}}}};
  hwc::fake::workspace service{{.id = "project", .users = {{.id = "user", .user_email = "user@workspace.example"}}}};
};

// IAM behind the same address as the rest.
template <class Wiring>
hwc::endpoint identity_of(const Wiring& wiring) {
  const auto where = wiring.endpoint().origin();
  std::string url{where.tls ? "https://" : "http://"};
  append_authority(url, where);
  return hwc::endpoint{url, {}};
}

const password_login login{
    .user = "operator", .password = canary + "password", .account = "example", .project_name = "cn-north-4"};

// Gives a token that lives for 30 ms, and from then on what IAM gives for a password.
class short_lived_first final : public token_source {
 public:
  explicit short_lived_first(hwc::endpoint iam) : next_{std::move(iam), login} {}
  [[nodiscard]] std::unique_ptr<fetch<secret>> begin() const override {
    struct first final : fetch<secret> {
      hwc::errand_action start(hwc::moment now) override {
        return found({.value = canary + "old-token", .expires_at = now.wall + 30ms});
      }
      hwc::errand_action answered(const hwc::http_response&, hwc::moment) override {
        return hwc::errand_action::finished;
      }
      hwc::errand_action failed(const hwc::transport_error&, hwc::moment) override {
        return hwc::errand_action::finished;
      }
    };
    if (!begun_->exchange(true)) return std::make_unique<first>();
    return next_.begin();
  }

 private:
  password next_;
  std::shared_ptr<std::atomic<bool>> begun_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace

TEST_CASE_TEMPLATE("an expired token, sixteen threads: one request for a token, and each email once", Wiring,
                   conformance::in_memory, conformance::curl_plain, conformance::curl_tls, conformance::beast_plain,
                   conformance::beast_tls, conformance::async_plain, conformance::async_tls) {
  cloud all;
  all.service.accept(hwc::token_signer{canary + "old-token"});
  Wiring wiring{all};
  const refreshing_token signer{short_lived_first{identity_of(wiring)}};
  hwc::client client{wiring.endpoint(), wiring.transport, signer, hwc::return_result{}};
  CHECK(conformance::call(client, resend_email{.user_id = "user"}));
  CHECK(wiring.requests() == 1);
  if constexpr (requires { wiring.transport.clock().advance(1s); })
    wiring.transport.clock().advance(1s);
  else
    std::this_thread::sleep_for(60ms);
  std::atomic<int> sent{0};
  {
    // Threads that wait in memory push the clock that they share (see `fake::clock`).
    const hwc::call_options patient{.timeout = 240h};
    std::vector<std::jthread> threads;
    for (int i = 0; i != 16; ++i)
      threads.emplace_back(
          [&] { sent += conformance::call(client, resend_email{.user_id = "user"}, patient) ? 1 : 0; });
  }
  CHECK(sent == 16);
  CHECK(all.who.issued() == 1);
  CHECK(wiring.requests() == 18);
  CHECK(all.service.outbox().size() == 17);
}
