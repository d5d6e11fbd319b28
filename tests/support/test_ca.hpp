// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_SUPPORT_TEST_CA_HPP
#define HWC_TESTS_SUPPORT_TEST_CA_HPP

#include <hwc/openssl/testing/authority.hpp>

namespace hwc::tests {

using test_ca = openssl::testing::authority;
using test_identity = openssl::testing::identity;

}  // namespace hwc::tests

#endif  // HWC_TESTS_SUPPORT_TEST_CA_HPP
