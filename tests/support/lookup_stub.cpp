// SPDX-License-Identifier: BSL-1.0
#include "support/lookup_stub.hpp"

// Takes the place of the system's, and of a sanitizer's, which is weak.
extern "C" int getaddrinfo(const char* name, const char* service, const addrinfo* hints, addrinfo** result) {
  return hwc::tests::slow_lookup::resolve(name, service, hints, result);
}
