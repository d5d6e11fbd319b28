// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SRC_HPP
#define HWC_SRC_HPP

// With HWC_SEPARATE_COMPILATION, to be included by exactly one source file of a program: it compiles what needs
// simdjson, which then costs no other file anything. Without, it changes nothing.
#include <hwc/json/impl/source.ipp>

#endif  // HWC_SRC_HPP
