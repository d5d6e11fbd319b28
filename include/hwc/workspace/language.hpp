// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_WORKSPACE_LANGUAGE_HPP
#define HWC_WORKSPACE_LANGUAGE_HPP

#include <hwc/open_enum.hpp>

#include <boost/describe/enum.hpp>

namespace hwc::inline v0_1::workspace {

// Of files that the service makes; the enumerators are named as the service names the values.
enum class language { zh_CN, en_US };
BOOST_DESCRIBE_ENUM(language, zh_CN, en_US)

}  // namespace hwc::workspace

#endif  // HWC_WORKSPACE_LANGUAGE_HPP
