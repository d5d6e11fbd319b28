// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_TESTS_REJECT_PRECOMPILED_HPP
#define HWC_TESTS_REJECT_PRECOMPILED_HPP

// Headers that most of these files include, precompiled once for all of them: run.sh puts them before each.
#include <hwc/bulk/memory_journal.hpp>
#include <hwc/bulk/run.hpp>
#include <hwc/client.hpp>
#include <hwc/json.hpp>
#include <hwc/signers/access_key.hpp>
#include <hwc/workspace/resend_email.hpp>

#include <boost/describe/class.hpp>

#endif  // HWC_TESTS_REJECT_PRECOMPILED_HPP
