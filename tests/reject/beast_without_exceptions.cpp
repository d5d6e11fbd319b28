// SPDX-License-Identifier: BSL-1.0
// refused: hwc: hwc::beast needs exceptions
// flags: -fno-exceptions -fno-rtti -Wfatal-errors
#if HWC_REJECT
#include <hwc/beast/transport.hpp>
using transport = hwc::beast::transport;
#else
#include <hwc/curl/transport.hpp>
using transport = hwc::curl::transport;
#endif

int main() { transport one; }
