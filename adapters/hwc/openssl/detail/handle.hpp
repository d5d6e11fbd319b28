// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_DETAIL_HANDLE_HPP
#define HWC_OPENSSL_DETAIL_HANDLE_HPP

#include <hwc/detail/config.hpp>

#include <memory>

// What OpenSSL calls EVP_MD_CTX, EVP_MAC_CTX, EVP_PKEY and EVP_PKEY_CTX; named here so that headers need none of its
// own.
struct evp_md_ctx_st;
struct evp_mac_ctx_st;
struct evp_pkey_st;
struct evp_pkey_ctx_st;

namespace hwc::inline v0_1::openssl::detail {

struct free_context {
  void operator()(evp_md_ctx_st* context) const noexcept;
  void operator()(evp_mac_ctx_st* context) const noexcept;
};

using hash_context = std::unique_ptr<evp_md_ctx_st, free_context>;
using mac_context = std::unique_ptr<evp_mac_ctx_st, free_context>;

}  // namespace hwc::openssl::detail

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/openssl/detail/impl/handle.ipp>
#endif

#endif  // HWC_OPENSSL_DETAIL_HANDLE_HPP
