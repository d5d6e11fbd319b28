// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SIGNERS_TOKEN_HPP
#define HWC_SIGNERS_TOKEN_HPP

#include <hwc/detail/config.hpp>
#include <hwc/secret.hpp>
#include <hwc/signer.hpp>

#include <utility>

namespace hwc::inline v0_1 {

// Authenticates with an IAM token in the header `X-Auth-Token`. The token must be of the region and project that are
// called; it lasts 24 hours at most. Immutable, so it may be used from many threads.
class token_signer {
 public:
  using credentials = secret;

  explicit token_signer(secret token) : token_{std::move(token)} {}

  // Errors: `credentials` when the token is empty.
  [[nodiscard]] result<void> sign(http_request& request, wall_time) const;

 private:
  secret token_;
};

static_assert(signer<token_signer>);

}  // namespace hwc

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/signers/impl/token.ipp>
#endif

#endif  // HWC_SIGNERS_TOKEN_HPP
