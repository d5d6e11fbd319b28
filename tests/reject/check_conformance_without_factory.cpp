// SPDX-License-Identifier: BSL-1.0
// refused: hwc: check_conformance needs a factory that takes nothing and gives a blocking transport
#include <hwc/testing/conformance.hpp>
#include <hwc/testing/memory_server.hpp>

int main() {
  hwc::testing::memory_server server;
#if HWC_REJECT
  const auto report = hwc::testing::check_conformance(server, server.transport());
#else
  const auto report = hwc::testing::check_conformance(server, [&] { return server.transport(); });
#endif
  return report.good() ? 0 : 1;
}
