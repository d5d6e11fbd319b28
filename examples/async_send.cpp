// SPDX-License-Identifier: BSL-1.0
// Calls from C++20 coroutines over Asio, each with a deadline and a way to stop it; then the same users with send_all,
// which needs no coroutine. The service is a fake on a socket of this process.

#include <hwc/beast/async_transport.hpp>
#include <hwc/beast/server.hpp>
#include <hwc/beast/transport.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/hwc.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <iostream>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

using hwc::workspace::resend_email;

void print(const resend_email& op, const hwc::result<hwc::no_content>& sent) {
  std::cout << op.user_id << ": ";
  if (sent)
    std::cout << "sent\n";
  else
    std::cout << sent.error() << '\n';
}

// The operation and the options have names, as GCC 12 destroys twice what is made inside a co_await expression.
template <hwc::async_client_of<resend_email> Client>
boost::asio::awaitable<void> resend(Client& client, std::string user_id, std::stop_token stop) {
  const resend_email op{.user_id = std::move(user_id)};
  const hwc::call_options options{.timeout = std::chrono::seconds{5}, .stop = std::move(stop)};
  print(op, co_await client.async_send(op, options, boost::asio::use_awaitable));
}

int main() {
  const hwc::token_signer signer{"token-of-the-test"};
  hwc::fake::workspace service{{.id = "project",
                                .users = {{.id = "ada", .user_email = "ada@workspace.example"},
                                          {.id = "bob", .user_email = "bob@workspace.example"}}},
                               signer};
  hwc::beast::server server{service, "127.0.0.1", 0};
  const hwc::endpoint where{server.url(), "project"};
  const std::vector<resend_email> all{{.user_id = "ada"}, {.user_id = "nobody"}, {.user_id = "bob"}};

  // All at once, on this thread. The client lives until the context has nothing left to run.
  boost::asio::io_context io;
  hwc::client client{where, hwc::beast::async_transport{io}, signer, hwc::return_result{}};
  std::stop_source stop;
  for (const auto& op : all) co_spawn(io, resend(client, op.user_id, stop.get_token()), boost::asio::detached);
  io.run();
  bool good = service.outbox().size() == 2;

  // After a stop calls end as `cancelled`; this one before anything is sent.
  stop.request_stop();
  co_spawn(io, resend(client, "ada", stop.get_token()), boost::asio::detached);
  io.restart();
  io.run();
  good = good && server.requests() == 3;

  // Many at once for one thread that waits, over the blocking transport.
  hwc::client blocking{where, hwc::beast::transport{}, signer};
  const auto sum = blocking.send_all(all, print, {.concurrency = 16});
  std::cout << sum.sent << " sent, " << sum.not_sent << " not sent, " << sum.unknown << " unknown\n";
  good = good && sum.sent == 2 && sum.not_sent == 1 && service.outbox().size() == 4;
  return good ? 0 : 1;
}
