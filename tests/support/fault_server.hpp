// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_FAULT_SERVER_HPP
#define HWC_TESTS_SUPPORT_FAULT_SERVER_HPP

#include <hwc/testing/scripted_server.hpp>
#include <hwc/testing/socket_server.hpp>

namespace hwc::tests {

using fault_step = testing::step;
using fault_server = testing::socket_server;

}  // namespace hwc::tests

#endif  // HWC_TESTS_SUPPORT_FAULT_SERVER_HPP
