// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_ADVICE_HPP
#define HWC_ADVICE_HPP

#include <hwc/error.hpp>

#include <string_view>

namespace hwc {
namespace detail {

struct code_advice {
  std::string_view code;
  std::string_view advice;
};

// By code, where the code says more than the status. The gateway's codes come as APIG., APIGW. and APIC.; they are
// compared without that prefix.
inline constexpr code_advice advice_by_code[] = {
    {"WKS.00170312", "Check the user id: it is the Workspace user's, as listed by the service, not an IAM user's."},
    {"WKS.00170117", "Check region and project: Workspace is not set up in this project."},
    {"WKS.00010099", "Enable Workspace in this region and project."},
    {"WKS.00211102", "Check the parameters, the template id for instance."},
    {"WKS.0001", "Send a JSON object as body, at least {}."},
    {"EPS.0003", "Ask the administrator for the permission in the enterprise project."},
    {"IAM.0061", "The account is locked: wait until the lock ends, and do not try again before."},
    {"IAM.0062", "Correct the password before the next try: repeated failures lock the account."},
    {"IAM.1105", "The access key has expired: create a new one."},
    {"IAM.1107", "The access key is disabled: enable it or use another."},
    {"IAM.1108", "The temporary credentials have expired: get new ones."},
    {".0101", "Check endpoint and region: this host does not serve the API."},
    {".0307", "Get a new token from the region that is called."},
    {".0308", "Send more slowly: a rate limit was reached."},
    {".0310", "The project is frozen or suspended: check the account's billing."},
    {".0501", "The quota of calls is used up: raise it."},
    {".0502", "The account is frozen or its balance too low: check billing."},
    {".0613", "The identity service is not available: try again later."},
    {".0801", "The service is not open in this region: check the region."},
    {".0802", "The IAM user is not allowed in this region: check region and user."},
};

// By the words of the gateway's 401, whose code covers many causes.
inline constexpr code_advice advice_by_text[] = {
    {"signature expired", "Set this machine's clock: it is more than 15 minutes off."},
    {"verify aksk signature fail", "Check the secret access key: the signature does not match."},
    {"not exist", "Check the access key id: it is wrong, deleted, of another partition, or lacks its security token."},
    {"reach the limit", "The access key is locked for 5 minutes after repeated failures: correct it, then wait."},
    {"decrypt token fail", "Get a new token from the region that is called: this one is expired, damaged or foreign."},
};

}  // namespace detail

// One sentence of what a person can do about the error, from its code, its text or its kind. Static text, never empty.
[[nodiscard]] inline std::string_view advice(const error& why) noexcept {
  const std::string_view code = why.code;
  const auto dot = code.find('.');
  const bool gateway = code.starts_with("APIG.") || code.starts_with("APIGW.") || code.starts_with("APIC.");
  for (const auto& known : detail::advice_by_code) {
    if (known.code == (gateway ? code.substr(dot) : code)) return known.advice;
  }
  if (why.kind == error_kind::unauthorized) {
    for (const auto& known : detail::advice_by_text) {
      if (why.message.find(known.code) != std::string_view::npos) return known.advice;
    }
  }
  // Whatever else was wrong.
  if (why.sent == delivery::unknown) return "Find out whether it was done before doing it again: it may have been.";
  switch (why.kind) {
    case error_kind::bad_request:
      return "Check the parameters.";
    case error_kind::unauthorized:
      return "Check the credentials, and that they belong to the region that is called.";
    case error_kind::forbidden:
      return "Ask the administrator for the permission (for resend-email: workspace:users:resendEmail).";
    case error_kind::not_found:
      return "Check endpoint, region and project.";
    case error_kind::method_not_allowed:
      return "Check endpoint and API: the service does not take this method there.";
    case error_kind::throttled:
      return "Wait a minute and send more slowly.";
    case error_kind::cancelled:
      return "It was stopped on request; start it again when it suits.";
    case error_kind::tls:
      return "Check the certificates: the service's, and those that this machine trusts.";
    case error_kind::invalid_argument:
      return "Correct the argument; nothing was sent.";
    case error_kind::credentials:
      return "Give usable credentials; nothing was sent.";
    case error_kind::unexpected_status:
      if (why.sent == delivery::answered)
        return "Check that the endpoint is the service itself and no proxy in between.";
      break;
    default:
      break;
  }
  return "Check network and endpoint, then try again: nothing was done.";
}

}  // namespace hwc

#endif  // HWC_ADVICE_HPP
