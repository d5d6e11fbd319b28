// SPDX-License-Identifier: BSL-1.0
// refused: hwc: async_send needs a completion token, or a movable handler that takes what the error policy decides
#include <hwc/beast/async_transport.hpp>
#include <hwc/client.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <boost/asio/io_context.hpp>

#include <exception>

#if HWC_REJECT
struct handler {
  void operator()(const hwc::result<hwc::no_content>&) const {}
};
#else
struct handler {
  void operator()(const std::exception_ptr&, hwc::no_content) const {}
};
#endif

int main() {
  boost::asio::io_context io;
  hwc::client client{hwc::endpoint{"https://workspace.example", "project"}, hwc::beast::async_transport{io},
                     hwc::token_signer{"token"}};
  client.async_send(hwc::workspace::resend_email{.user_id = "user"}, handler{});
}
