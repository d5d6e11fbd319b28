// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_INI_SRC_HPP
#define HWC_INI_SRC_HPP

// With HWC_SEPARATE_COMPILATION, to be included by exactly one source file of a program that uses the adapter: it
// compiles what needs Boost.PropertyTree, which then costs no other file anything. Without, it changes nothing.
#include <hwc/ini/impl/profile.ipp>

#endif  // HWC_INI_SRC_HPP
