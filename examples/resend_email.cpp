// SPDX-License-Identifier: BSL-1.0
// The command-line tool: resends the sign-in email of desktop users.

#include "resend_email/demo.hpp"
#include "resend_email/report.hpp"
#include "resend_email/settings.hpp"

#include <hwc/beast/server.hpp>
#include <hwc/beast/transport.hpp>
#include <hwc/build_request.hpp>
#include <hwc/client.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/printable.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/transports/any.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <utility>

namespace {

using signer = hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256>;

// What is wrong with project or keys, which would fail for every user in the same way; empty if nothing is.
std::string problem_of(const hwc::endpoint& where, const signer& with) {
  hwc::http_request trial;
  auto good = hwc::build_request(hwc::workspace::resend_email{.user_id = "user"}, where, trial);
  if (good) good = with.sign(trial, std::chrono::system_clock::now());
  for (const auto& [name, value] : trial.headers) {
    if (good && !hwc::is_header_value(value)) return "a key or the project id holds a line end; remove it";
  }
  return good ? "" : good.error().message;
}

// Sends to one user after the other, whatever becomes of each. The exit status is 0 only if all were sent.
int resend(const tool::settings& wanted, hwc::endpoint where, hwc::access_key key, hwc::any_transport transport) {
  const signer with{std::move(key)};
  if (const auto problem = problem_of(where, with); !problem.empty()) {
    std::cerr << "resend-email: " << problem << '\n';
    return 2;
  }
  hwc::client client{std::move(where), std::move(transport), with, hwc::return_result{}};
  tool::report report{std::cout, wanted.json};
  for (const auto& user_id : wanted.user_ids) {
    hwc::call_info info;
    const auto sent =
        client.send(hwc::workspace::resend_email{.user_id = user_id, .template_id = wanted.template_id},
                    {.timeout = wanted.timeout, .allow_duplicates = wanted.allow_duplicates, .info = &info});
    report.add(user_id, info, sent);
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

// The transport over sockets that was asked for.
hwc::any_transport choose_transport(const tool::settings& wanted) {
  if (wanted.transport == tool::transport_kind::beast) return hwc::beast::transport{{.proxy = wanted.proxy}};
  return hwc::curl::transport{{.proxy = wanted.proxy}};
}

int run(const tool::settings& wanted) {
  if (!wanted.demo) return resend(wanted, wanted.where, wanted.key, choose_transport(wanted));
  const tool::demo demo{wanted};
  if (wanted.transport == tool::transport_kind::fake) {
    return resend(wanted, demo.endpoint(), demo.key(), hwc::fake::transport{demo.service(signer{demo.key()})});
  }
  hwc::beast::server server{demo.service(signer{demo.key()}), "127.0.0.1", 0};
  return resend(wanted, demo.endpoint(server.url()), demo.key(), choose_transport(wanted));
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
