// SPDX-License-Identifier: BSL-1.0
// A signer of one's own: here a proxy in front of the service does the signing and wants a ticket instead.

#include <hwc/fake/transport.hpp>
#include <hwc/hwc.hpp>

#include <iostream>
#include <utility>

class ticket_signer {
 public:
  explicit ticket_signer(hwc::secret ticket) : ticket_{std::move(ticket)} {}

  // Adds what makes the request authentic at that time, or says why it cannot. It does no I/O.
  hwc::result<void> sign(hwc::http_request& request, hwc::wall_time) const {
    if (ticket_.empty()) return hwc::error{.kind = hwc::error_kind::credentials, .message = "the ticket is empty"};
    request.headers.set("X-Ticket", ticket_.reveal());
    return {};
  }

 private:
  hwc::secret ticket_;
};
static_assert(hwc::signer<ticket_signer>);

int main() {
  hwc::fake::transport proxy{[](const hwc::http_request& request) {
    return hwc::http_response{.status = request.headers.find("X-Ticket") == "sesame" ? 204 : 401};
  }};
  const auto send_with = [&](const char* ticket) {
    hwc::client client{hwc::endpoint{"https://proxy.example", "project"}, proxy, ticket_signer{ticket},
                       hwc::return_result{}};
    const auto sent = client.send(hwc::workspace::resend_email{.user_id = "ada"});
    std::cout << (sent ? "sent\n" : to_string(sent.error()) + '\n');
    return sent.has_value();
  };
  return send_with("sesame") && !send_with("wrong") && !send_with("") ? 0 : 1;
}
