// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_BEAST_SRC_HPP
#define HWC_BEAST_SRC_HPP

// With HWC_SEPARATE_COMPILATION, to be included by exactly one source file of a program that uses the adapter: it
// compiles what moves bytes with Asio and Beast, which then costs no other file anything. Without, it changes nothing.
#include <hwc/beast/detail/impl/connection.ipp>
#include <hwc/beast/detail/impl/session.ipp>

#endif  // HWC_BEAST_SRC_HPP
