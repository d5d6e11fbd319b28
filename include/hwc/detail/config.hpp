// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_DETAIL_CONFIG_HPP
#define HWC_DETAIL_CONFIG_HPP

#include <version>

#ifndef __cpp_lib_jthread
#error "hwc: needs std::stop_token, which libc++ has from version 20 on, and before with -fexperimental-library"
#endif

// HWC_NO_EXCEPTIONS is defined when the translation unit is compiled without exceptions.
#if !defined(HWC_NO_EXCEPTIONS) && !defined(__cpp_exceptions) && !defined(_CPPUNWIND)
#define HWC_NO_EXCEPTIONS
#endif

// Header-only by default. With HWC_SEPARATE_COMPILATION defined in every translation unit, most of what is no template
// is only declared, and so is what needs heavy headers (simdjson, libcurl, OpenSSL, Boost.PropertyTree, Beast's
// operations); one source file of the program includes what defines it: <hwc/src.hpp>, and of each adapter that it uses
// <hwc/curl/src.hpp> and so on.
#ifdef HWC_SEPARATE_COMPILATION
#define HWC_DECL
#else
#define HWC_DECL inline
#endif

#endif  // HWC_DETAIL_CONFIG_HPP
