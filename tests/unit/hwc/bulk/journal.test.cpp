// SPDX-License-Identifier: BSL-1.0
#include <hwc/bulk/journal.hpp>

#include <string_view>

namespace {

// The smallest one: it knows nothing, so whoever uses it is sent every email.
struct forgetful {
  void begin_run() {}
  hwc::bulk::past meet(std::string_view) { return hwc::bulk::past::none; }
  hwc::result<void> begin(std::string_view) { return {}; }
  hwc::result<void> end(std::string_view, hwc::bulk::outcome) { return {}; }
};
static_assert(hwc::bulk::journal<forgetful>);

struct silent : forgetful {
  void begin(std::string_view) {}
};
static_assert(!hwc::bulk::journal<silent>);
static_assert(!hwc::bulk::journal<int>);

}  // namespace
