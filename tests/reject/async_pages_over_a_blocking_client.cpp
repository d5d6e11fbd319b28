// SPDX-License-Identifier: BSL-1.0
// refused: hwc: hwc::pages needs a client with `send`, and hwc::async_pages one with `async_send`
#include <hwc/fake/transport.hpp>
#include <hwc/pages.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/workspace/list_users.hpp>

int main() {
  hwc::client client{hwc::endpoint{"https://workspace.example", "p"}, hwc::fake::transport{}, hwc::token_signer{"t"}};
#if HWC_REJECT
  hwc::async_pages all{client, hwc::workspace::list_users{}};
#else
  hwc::pages all{client, hwc::workspace::list_users{}};
#endif
  return all.default_limit == 500 ? 0 : 1;
}
