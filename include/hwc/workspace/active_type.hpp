// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_ACTIVE_TYPE_HPP
#define HWC_WORKSPACE_ACTIVE_TYPE_HPP

#include <hwc/open_enum.hpp>

#include <boost/describe/enum.hpp>

namespace hwc::inline v0_1::workspace {

// How an account becomes usable; the enumerators are named as the service names the values.
enum class active_type {
  USER_ACTIVATE,   // the user sets the password, on a page that an email or SMS leads to: what resend_email sends again
  ADMIN_ACTIVATE,  // the administrator sets it, or the directory has it
};
BOOST_DESCRIBE_ENUM(active_type, USER_ACTIVATE, ADMIN_ACTIVATE)

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_ACTIVE_TYPE_HPP
