// SPDX-License-Identifier: BSL-1.0
// An endpoint that this library does not have: "Publishing Messages in the Text Format" of Simple Message Notification,
// another service of the same cloud. The service is a function in this program.

#include <hwc/fake/transport.hpp>
#include <hwc/hwc.hpp>

#include <boost/describe/class.hpp>

#include <iostream>
#include <optional>
#include <string>
#include <string_view>

namespace smn {

struct published {
  std::optional<std::string> message_id{};
  std::optional<std::string> request_id{};
};
BOOST_DESCRIBE_STRUCT(published, (), (message_id, request_id))

struct publish {
  using response = published;
  static constexpr auto route = hwc::post("/v2/{project_id}/notifications/topics/{topic_urn}/publish");
  static constexpr std::string_view iam_action = "smn:topic:publish";

  std::string topic_urn{};
  std::optional<std::string> subject{};  // up to 512 characters
  std::string message{};                 // up to 256 KiB
  std::optional<std::string> time_to_live{};
};
BOOST_DESCRIBE_STRUCT(publish, (), (topic_urn, subject, message, time_to_live))

}  // namespace smn

template <hwc::client_of<smn::publish> Client>
std::string tell_everybody(Client& client, const std::string& topic) {
  const auto told = client.send(smn::publish{.topic_urn = topic, .subject = "Maintenance", .message = "At 22:00."});
  return told ? told->message_id.value_or("?") : to_string(told.error());
}

int main() {
  hwc::fake::transport service;
  service.expect({.request = "POST /v2/project/notifications/topics/urn%3Asmn%3Aregion%3A1%3Aall/publish",
                  .response = {.status = 200, .body = R"({"message_id":"bf94b63a","request_id":"9974c07f"})"}});
  hwc::client client{hwc::endpoint{"https://smn.ap-southeast-3.myhuaweicloud.com", "project"}, service,
                     hwc::token_signer{"token"}, hwc::return_result{}};
  const auto told = tell_everybody(client, "urn:smn:region:1:all");

  const auto sent = service.requests().at(0).body;
  std::cout << sent << '\n' << told << '\n' << hwc::iam_policy<smn::publish>() << '\n';
  return told == "bf94b63a" && sent == R"({"subject":"Maintenance","message":"At 22:00."})" &&
                 service.violations().empty()
             ? 0
             : 1;
}
