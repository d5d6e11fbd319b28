// SPDX-License-Identifier: BSL-1.0
// refused: hwc: name the operations
#include <hwc/iam_policy.hpp>
#include <hwc/workspace/resend_email.hpp>

int main() {
#if HWC_REJECT
  return hwc::iam_policy<>().empty() ? 1 : 0;
#else
  return hwc::iam_policy<hwc::workspace::resend_email>().empty() ? 1 : 0;
#endif
}
