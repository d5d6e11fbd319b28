// SPDX-License-Identifier: BSL-1.0
// The command-line tool: resends the sign-in email of desktop users.

#include "resend_email/demo.hpp"
#include "resend_email/report.hpp"
#include "resend_email/settings.hpp"

#include <hwc/beast/server.hpp>
#include <hwc/beast/transport.hpp>
#include <hwc/client.hpp>
#include <hwc/credentials/chain.hpp>
#include <hwc/credentials/environment.hpp>
#include <hwc/credentials/metadata.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/explain.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/ini/profile.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/printable.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/signers/refreshing.hpp>
#include <hwc/transports/any.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

namespace {

using key_signer = hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256>;

// Why a call was denied, in a few words where there are some.
template <class Client>
std::string reason_of(Client& sts, const hwc::error& denied, std::chrono::milliseconds timeout) {
  const auto reason = hwc::explain(sts, denied, {.timeout = timeout});
  if (!reason) return "STS did not tell: " + to_string(reason.error());
  return reason->failure.empty() ? reason->text : reason->failure;
}

// Where the calls go, and how they get there. STS has a transport of its own.
struct connection {
  hwc::endpoint where;
  hwc::any_transport transport;
  hwc::endpoint sts;
  hwc::any_transport sts_transport;
};

// Whether the error is one of configuration, which is the same for every user and stays until somebody mends it.
bool is_configuration(const hwc::error& why) {
  using enum hwc::error_kind;
  return why.kind == credentials || why.kind == invalid_argument || why.kind == unauthorized || why.kind == forbidden;
}

// Sends to one user after the other, whatever becomes of each. The exit status is 0 only if all were sent.
template <class Signer>
int resend(const tool::settings& wanted, connection to, const Signer& with) {
  hwc::client client{std::move(to.where), std::move(to.transport), with, hwc::return_result{}};
  hwc::client sts{std::move(to.sts), std::move(to.sts_transport), with, hwc::return_result{}};
  // Said once instead of for each user. A fault that may pass is left to the calls.
  if (const auto ready = client.rehearse(hwc::workspace::resend_email{.user_id = "user"}, {.timeout = wanted.timeout});
      !ready && is_configuration(ready.error())) {
    std::cerr << "resend-email: " << ready.error() << '\n';
    if (wanted.project_id.empty() && ready.error().message.find("project id") != std::string::npos)
      std::cerr << "  The project id is given with --project-id, the region with --region.\n";
    return 2;
  }
  tool::report report{std::cout, wanted.json};
  for (const auto& user_id : wanted.user_ids) {
    hwc::call_info info;
    const auto sent =
        client.send(hwc::workspace::resend_email{.user_id = user_id, .template_id = wanted.template_id},
                    {.timeout = wanted.timeout, .allow_duplicates = wanted.allow_duplicates, .info = &info});
    std::optional<std::string> reason;
    if (wanted.explain && !sent && !sent.error().encoded_authorization_message.empty())
      reason = reason_of(sts, sent.error(), wanted.timeout);
    report.add(user_id, info, sent, reason);
    if (!report.readable()) {
      // Nobody would learn what became of the next ones.
      std::cerr << "resend-email: the output cannot be written; ended after user " << hwc::printable(user_id) << ", "
                << (sent ? "who was sent the email" : to_string(sent.error())) << '\n';
      return 1;
    }
  }
  report.finish();
  return report.all_sent() ? 0 : 1;
}

// Where the keys come from.
hwc::credentials::chain<hwc::access_key> sources(const tool::settings& wanted) {
  using namespace hwc::credentials;
  const environment variables{wanted.iam};
  const hwc::ini::profile file{wanted.iam};
  if (!wanted.metadata) return chain{variables, file};
  return chain{variables, file, metadata{*wanted.metadata}};
}

// The transport over sockets that was asked for.
hwc::any_transport choose_transport(const tool::settings& wanted) {
  if (wanted.transport == tool::transport_kind::beast) return hwc::beast::transport{{.proxy = wanted.proxy}};
  return hwc::curl::transport{{.proxy = wanted.proxy}};
}

int run(const tool::settings& wanted) {
  if (!wanted.demo) {
    connection to{wanted.where, choose_transport(wanted), wanted.sts, choose_transport(wanted)};
    return resend(wanted, std::move(to), hwc::refreshing_signer<key_signer>{sources(wanted)});
  }
  const tool::demo demo{wanted};
  const key_signer with{demo.key()};
  if (wanted.transport == tool::transport_kind::fake) {
    const hwc::fake::transport memory{demo.service(with)};
    return resend(wanted, {demo.endpoint(), memory, demo.sts(), memory}, with);
  }
  hwc::beast::server server{demo.service(with), "127.0.0.1", 0};
  return resend(
      wanted, {demo.endpoint(server.url()), choose_transport(wanted), demo.sts(server.url()), choose_transport(wanted)},
      with);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto wanted = tool::read_settings(argc, argv, std::cin);
    if (!wanted.problem.empty()) std::cerr << "resend-email: " << wanted.problem << '\n';
    if (wanted.exit_status) return *wanted.exit_status;
    return run(wanted);
  } catch (const std::exception& failure) {
    std::cerr << "resend-email: " << failure.what() << '\n';
    return 2;
  }
}
