// SPDX-License-Identifier: BSL-1.0
// The command-line tool: resends the sign-in email of desktop users.

#include "resend_email/demo.hpp"
#include "resend_email/gather.hpp"
#include "resend_email/serve.hpp"
#include "resend_email/settings.hpp"
#include "resend_email/work_list.hpp"

#include <hwc/beast/server.hpp>
#include <hwc/beast/transport.hpp>
#include <hwc/credentials/chain.hpp>
#include <hwc/credentials/environment.hpp>
#include <hwc/credentials/fixed.hpp>
#include <hwc/credentials/metadata.hpp>
#include <hwc/curl/transport.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/ini/profile.hpp>
#include <hwc/printable.hpp>
#include <hwc/transports/any.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <utility>

namespace {

// Where the keys come from.
tool::keys sources(const tool::settings& wanted) {
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
  tool::work_list all{wanted.template_id};
  tool::complaints wrong{std::cerr, hwc::printable(wanted.users_file)};
  if (!tool::gather_named(wanted, std::cin, all, wrong)) {
    std::cerr << "resend-email: cannot read the users' file '" << hwc::printable(wanted.users_file) << "'\n";
    return 2;
  }
  const auto connect = [&] { return choose_transport(wanted); };
  if (!wanted.demo) return serve(wanted, {wanted.where, wanted.sts, connect}, sources(wanted), all, wrong);
  const tool::demo demo{wanted, all};
  const tool::keys keys{hwc::credentials::fixed{demo.key()}};
  const auto service = demo.service();
  if (wanted.transport == tool::transport_kind::fake) {
    const hwc::fake::transport memory{service};
    return serve(wanted, {demo.endpoint(), demo.sts(), [&] { return memory; }}, keys, all, wrong);
  }
  hwc::beast::server server{service, "127.0.0.1", 0};
  return serve(wanted, {demo.endpoint(server.url()), demo.sts(server.url()), connect}, keys, all, wrong);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    // A pipe that is closed, and a limit of a file's size, are errors of writing and no death.
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    const auto wanted = tool::read_settings(argc, argv);
    if (!wanted.problem.empty()) std::cerr << "resend-email: " << wanted.problem << '\n';
    if (wanted.exit_status) return *wanted.exit_status;
    return run(wanted);
  } catch (const std::exception& failure) {
    std::cerr << "resend-email: " << failure.what() << '\n';
    return 2;
  }
}
