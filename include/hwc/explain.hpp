// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_EXPLAIN_HPP
#define HWC_EXPLAIN_HPP

#include <hwc/call_options.hpp>
#include <hwc/client.hpp>
#include <hwc/detail/config.hpp>
#include <hwc/error.hpp>
#include <hwc/json/source.hpp>
#include <hwc/sts/decode_authorization_message.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1 {

// Why a call was denied, as the service sees it. Confidential: it can name users, resources and policies.
struct denial {
  std::string text{};     // what the service decoded, whole: JSON of a structure that is not documented
  std::string failure{};  // its `failure`, e.g. "implicit deny by identity-based policy"; empty where there is none
};

namespace detail {

// The string under `failure` at the top of a JSON object; empty for any other text.
[[nodiscard]] std::string failure_in(std::string_view text);

}  // namespace detail

// Asks STS for the reason of a denial: `why` is the error, with its `encoded_authorization_message`, and `sts` a
// blocking client of STS with `hwc::return_result`, made with the same keys (`hwc::sts::at`):
//
//   hwc::client sts{hwc::sts::at("ap-southeast-3"), hwc::curl::transport{}, signer, hwc::return_result{}};
//   if (auto reason = hwc::explain(sts, sent.error())) show(reason->failure);
//
// Errors: `invalid_argument` when the error has no such message, nothing being sent; else those of the call: STS takes
// access keys only, and the permission sts::decodeAuthorizationMessage is needed.
template <client_of<sts::decode_authorization_message> Client>
[[nodiscard]] result<denial> explain(Client& sts, const error& why, const call_options& options = {}) {
  if (why.encoded_authorization_message.empty()) {
    return error{.kind = error_kind::invalid_argument,
                 .message =
                     "the error carries no encoded_authorization_message, so there is nothing to decode; only "
                     "denials by IAM policies have one"};
  }
  result<sts::decoded_authorization_message> decoded =
      sts.send(sts::decode_authorization_message{.encoded_message = why.encoded_authorization_message}, options);
  if (!decoded) return std::move(decoded).error();
  denial reason{.text = std::move(decoded->decoded_message)};
  reason.failure = detail::failure_in(reason.text);
  return reason;
}

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/explain.ipp>
#endif

#endif  // HWC_EXPLAIN_HPP
