// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_VERSION_HPP
#define HWC_VERSION_HPP

// Semantic version of the headers: major * 10000 + minor * 100 + patch, for comparison in the preprocessor.
#define HWC_VERSION 100
// The same as text, as it is sent in the User-Agent header.
#define HWC_VERSION_STRING "0.1.0"

#endif  // HWC_VERSION_HPP
