// SPDX-License-Identifier: BSL-1.0
// refused: hwc: hwc::ini::profile needs exceptions
// flags: -fno-exceptions -fno-rtti -Wfatal-errors
#if HWC_REJECT
#include <hwc/ini/src.hpp>
#endif
#include <hwc/ini/profile.hpp>

int main() { return hwc::ini::profile::usual_path().empty() ? 1 : 0; }
