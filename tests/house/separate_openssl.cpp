// SPDX-License-Identifier: BSL-1.0
// The one unit of a program with HWC_SEPARATE_COMPILATION that compiles what needs OpenSSL.
#include <hwc/openssl/src.hpp>
