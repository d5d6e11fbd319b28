// SPDX-License-Identifier: BSL-1.0
// The one unit that compiles what the single headers define.
#define HWC_IMPLEMENTATION
#include <hwc_curl.hpp>
#include <hwc_openssl.hpp>
