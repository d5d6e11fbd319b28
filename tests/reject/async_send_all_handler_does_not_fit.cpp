// SPDX-License-Identifier: BSL-1.0
// refused: async_send_all one that takes (std::exception_ptr, hwc::send_all_summary)
#include <hwc/beast/async_transport.hpp>
#include <hwc/client.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <boost/asio/io_context.hpp>

#include <exception>
#include <vector>

#if HWC_REJECT
struct handler {
  void operator()(const hwc::send_all_summary&) const {}
};
#else
struct handler {
  void operator()(const std::exception_ptr&, const hwc::send_all_summary&) const {}
};
#endif

int main() {
  boost::asio::io_context io;
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, hwc::beast::async_transport{io},
                     hwc::token_signer{"token"}};
  client.async_send_all(
      std::vector<hwc::workspace::resend_email>{}, [](const auto&, const auto&) {}, handler{});
}
