// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_DETAIL_IMPL_HANDLE_IPP
#define HWC_OPENSSL_DETAIL_IMPL_HANDLE_IPP

#include <hwc/openssl/detail/handle.hpp>

#include <openssl/evp.h>

namespace hwc::inline v0_1::openssl::detail {

HWC_DECL void free_context::operator()(evp_md_ctx_st* context) const noexcept { EVP_MD_CTX_free(context); }
HWC_DECL void free_context::operator()(evp_mac_ctx_st* context) const noexcept { EVP_MAC_CTX_free(context); }

}  // namespace hwc::openssl::detail

#endif  // HWC_OPENSSL_DETAIL_IMPL_HANDLE_IPP
