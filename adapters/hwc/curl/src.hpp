// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_CURL_SRC_HPP
#define HWC_CURL_SRC_HPP

// With HWC_SEPARATE_COMPILATION, to be included by exactly one source file of a program that uses the adapter: it
// compiles what needs libcurl, which then costs no other file anything. Without, it changes nothing.
#include <hwc/curl/detail/impl/classify.ipp>
#include <hwc/curl/detail/impl/easy.ipp>
#include <hwc/curl/impl/error.ipp>
#include <hwc/curl/impl/multiplexed.ipp>
#include <hwc/curl/impl/transport.ipp>

#endif  // HWC_CURL_SRC_HPP
