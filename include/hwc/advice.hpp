// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_ADVICE_HPP
#define HWC_ADVICE_HPP

#include <hwc/detail/config.hpp>
#include <hwc/error.hpp>

#include <string_view>

namespace hwc::inline v0_1 {
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
[[nodiscard]] std::string_view advice(const error& why) noexcept;

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/impl/advice.ipp>
#endif

#endif  // HWC_ADVICE_HPP
