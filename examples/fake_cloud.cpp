// SPDX-License-Identifier: BSL-1.0
// Workspace, IAM, STS and a server's metadata service on a loopback port, to try programs on: the command-line tool in
// its tests, say. It says its URL, serves until its input ends, and then says which emails went out.
//
//   fake-cloud [USERS [MILLISECONDS]]     with so many users u-1, u-2, …, whose emails take so long

#include <hwc/beast/server.hpp>
#include <hwc/fake/identity.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/openssl/sdk_hmac_sha256.hpp>
#include <hwc/signers/access_key.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

int main(int argc, char** argv) {
  const int users = argc > 1 ? std::atoi(argv[1]) : 0;
  const std::chrono::milliseconds pause{argc > 2 ? std::atoi(argv[2]) : 0};
  using signer = hwc::access_key_signer<hwc::openssl::sdk_hmac_sha256>;
  const signer known{{"TOOLKEY", "canary-secret", {}}};
  hwc::fake::project first{.id = "p1",
                           .users = {{.id = "ada", .user_email = "a@example"},
                                     {.id = "bob", .user_email = "b@example"},
                                     {.id = "bob-id", .user_name = "bob", .user_email = "b@example"},
                                     {.id = "t-1", .user_name = "twin", .user_email = "t@example"},
                                     {.id = "t-2", .user_name = "twin", .user_email = "t@example"},
                                     {.id = "n-1", .user_name = std::string{"a\0b", 3}, .user_email = "n@example"}}};
  for (int i = 1; i <= users; ++i) first.users.push_back({.id = "u-" + std::to_string(i), .user_email = "u@example"});
  hwc::fake::workspace service{first, known};
  hwc::fake::identity who{{.projects = {{"p1", "mars-1"}, {"p2", "twice"}, {"p3", "twice"}},
                           .providers = {{"provider", "canary-id-token"}},
                           .denials = {{"ENCODED", R"({"failure":"implicit deny"})"}}}};
  who.accept(known);
  who.tell([service](const auto& with, hwc::wall_time until) mutable { service.accept(with, until); },
           [](const hwc::access_key& key) { return signer{key}; });
  hwc::beast::server server{[=](const hwc::http_request& request, hwc::wall_time now) mutable {
                              if (who.serves(request)) return who(request, now);
                              std::this_thread::sleep_for(pause);
                              if (request.target.find("/users/denied/") != std::string::npos) {
                                service.answer_next(
                                    403, {.error_code = "WKS.00000403", .encoded_authorization_message = "ENCODED"});
                              }
                              return service(request, now);
                            },
                            "127.0.0.1", 0};
  std::cout << server.url() << std::endl;
  std::string rest;
  while (std::getline(std::cin, rest)) continue;
  for (const auto& email : service.outbox()) std::cout << email.project_id << ' ' << email.user_id << '\n';
  return 0;
}
