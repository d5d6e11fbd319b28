// SPDX-License-Identifier: BSL-1.0
// refused: hwc: the operation has no `static constexpr std::string_view iam_action`
#include <hwc/iam_policy.hpp>
#include <hwc/workspace/resend_email.hpp>
#include <hwc/workspace/show_user.hpp>

int main() {
#if HWC_REJECT
  return hwc::iam_policy<hwc::workspace::resend_email, hwc::workspace::show_user>().empty() ? 1 : 0;
#else
  return hwc::iam_policy<hwc::workspace::resend_email>().empty() ? 1 : 0;
#endif
}
