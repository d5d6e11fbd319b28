// SPDX-License-Identifier: BSL-1.0
// refused: hwc: describe the enum with BOOST_DESCRIBE_ENUM
#include <hwc/open_enum.hpp>

#include <boost/describe/enum.hpp>

enum class color { red };
#if !HWC_REJECT
BOOST_DESCRIBE_ENUM(color, red)
#endif

int main() { return hwc::open_enum<color>{"red"}.known() == color::red ? 0 : 1; }
