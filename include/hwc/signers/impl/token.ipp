// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SIGNERS_IMPL_TOKEN_IPP
#define HWC_SIGNERS_IMPL_TOKEN_IPP

#include <hwc/signers/token.hpp>

namespace hwc::inline v0_1 {

HWC_DECL result<void> token_signer::sign(http_request& request, wall_time) const {
  if (token_.empty()) return error{.kind = error_kind::credentials, .message = "the token is empty; get one from IAM"};
  request.headers.set("X-Auth-Token", token_.reveal());
  return {};
}

}  // namespace hwc

#endif  // HWC_SIGNERS_IMPL_TOKEN_IPP
