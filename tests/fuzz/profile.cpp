// SPDX-License-Identifier: BSL-1.0
// The profile file of the vendor's SDKs.
#include <hwc/ini/profile.hpp>

#include <hwc/detail/wipe.hpp>

#include "fuzz/target.hpp"

#include <string>
#include <string_view>

namespace {

void run(std::string_view input) {
  hwc::detail::wiped_text text{input.begin(), input.end()};
  const auto basic = hwc::ini::detail::read_section(text, "basic");
  if (!basic) {
    fuzz::require(basic.error().message.find("canary-") == std::string::npos, "no value is in an error");
    return;
  }
  if (!*basic) return;
  for (const auto& [key, value] : **basic) {
    fuzz::require(value.reveal().find('\n') == std::string_view::npos, "a value ends with its line");
  }
}

const fuzz::target target{"profile", run};

}  // namespace
