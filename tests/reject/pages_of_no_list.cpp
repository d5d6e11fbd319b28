// SPDX-License-Identifier: BSL-1.0
// refused: hwc: only an operation that lists something in pages has pages
#include <hwc/fake/transport.hpp>
#include <hwc/pages.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/list_users.hpp>
#include <hwc/workspace/resend_email.hpp>

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "p"}, hwc::fake::transport{}, hwc::token_signer{"t"}};
#if HWC_REJECT
  hwc::pages all{client, hwc::workspace::resend_email{.user_id = "u"}};
#else
  hwc::pages all{client, hwc::workspace::list_users{}};
#endif
  int count = 0;
  for (const auto& item : all) count += item == item ? 1 : 0;
  return all.failure() ? 1 : count;
}
