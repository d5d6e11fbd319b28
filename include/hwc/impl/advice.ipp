// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_ADVICE_IPP
#define HWC_IMPL_ADVICE_IPP

#include <hwc/advice.hpp>

#include <string_view>

namespace hwc::inline v0_1 {

HWC_DECL std::string_view advice(const error& why) noexcept {
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

#endif  // HWC_IMPL_ADVICE_IPP
