// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_OPENSSL_SRC_HPP
#define HWC_OPENSSL_SRC_HPP

// With HWC_SEPARATE_COMPILATION, to be included by exactly one source file of a program that uses the adapter: it
// compiles what needs OpenSSL, which then costs no other file anything. Without, it changes nothing.
#include <hwc/openssl/detail/impl/elliptic_key.ipp>
#include <hwc/openssl/detail/impl/handle.ipp>
#include <hwc/openssl/detail/impl/hash.ipp>
#include <hwc/openssl/detail/impl/hmac.ipp>
#include <hwc/openssl/impl/v11_hmac_sha256.ipp>

#endif  // HWC_OPENSSL_SRC_HPP
