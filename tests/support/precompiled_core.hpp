// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_PRECOMPILED_CORE_HPP
#define HWC_TESTS_SUPPORT_PRECOMPILED_CORE_HPP

// What many tests of the core include, precompiled with HWC_TEST_PRECOMPILE.
#include <hwc/client.hpp>
#include <hwc/fake/identity.hpp>
#include <hwc/fake/transport.hpp>
#include <hwc/fake/workspace.hpp>
#include <hwc/send_all.hpp>
#include <hwc/signers/token.hpp>
#include <hwc/transports/any.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#endif  // HWC_TESTS_SUPPORT_PRECOMPILED_CORE_HPP
