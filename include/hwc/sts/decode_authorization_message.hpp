// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_STS_DECODE_AUTHORIZATION_MESSAGE_HPP
#define HWC_STS_DECODE_AUTHORIZATION_MESSAGE_HPP

#include <hwc/operation.hpp>

#include <boost/describe/class.hpp>

#include <string>
#include <string_view>

namespace hwc::inline v0_1::sts {

// A denial's reason in clear text.
struct decoded_authorization_message {
  // Itself JSON, of a structure that is not documented, e.g. `{"context":{…},"failure":"implicit deny by …"}`. It can
  // name users, resources and policies: confidential.
  std::string decoded_message{};
};
BOOST_DESCRIBE_STRUCT(decoded_authorization_message, (), (decoded_message))

// "Decoding an Authorization Failure Message" of the STS API reference. It takes the signature of an access key: a
// token is refused. It changes nothing, so it may be repeated. `hwc::explain` does it for an error.
struct decode_authorization_message {
  using response = decoded_authorization_message;
  static constexpr auto route = post("/v5/decode-authorization-message");
  static constexpr bool idempotent = true;
  static constexpr std::string_view iam_action = "sts::decodeAuthorizationMessage";

  std::string encoded_message{};  // the `encoded_authorization_message` of an error, as it came; 1 to 10,240 bytes
};
BOOST_DESCRIBE_STRUCT(decode_authorization_message, (), (encoded_message))

}  // namespace hwc::sts

#endif  // HWC_STS_DECODE_AUTHORIZATION_MESSAGE_HPP
