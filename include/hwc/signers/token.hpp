// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SIGNERS_TOKEN_HPP
#define HWC_SIGNERS_TOKEN_HPP

#include <hwc/secret.hpp>
#include <hwc/signer.hpp>

#include <utility>

namespace hwc {

// Authenticates with an IAM token in the header `X-Auth-Token`. The token must be of the region and project that are
// called; it lasts 24 hours at most. Immutable, so it may be used from many threads.
class token_signer {
 public:
  using credentials = secret;

  explicit token_signer(secret token) : token_{std::move(token)} {}

  // Errors: `credentials` when the token is empty.
  [[nodiscard]] result<void> sign(http_request& request, wall_time) const {
    if (token_.empty())
      return error{.kind = error_kind::credentials, .message = "the token is empty; get one from IAM"};
    request.headers.set("X-Auth-Token", token_.reveal());
    return {};
  }

 private:
  secret token_;
};

static_assert(signer<token_signer>);

}  // namespace hwc

#endif  // HWC_SIGNERS_TOKEN_HPP
