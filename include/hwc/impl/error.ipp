// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_ERROR_IPP
#define HWC_IMPL_ERROR_IPP

#include <hwc/error.hpp>

#include <string>
#include <string_view>

namespace hwc::inline v0_1 {

HWC_DECL std::string to_string(const error& e) {
  std::string line{to_string(e.kind)};
  line += ':';
  const auto append = [&](std::string_view text) {
    if (text.empty()) return;
    line += ' ';
    line += printable(text);
  };
  if (e.status != 0) append(std::to_string(e.status));
  append(e.code);
  append(e.message);
  if (e.cause) append("[" + e.cause.message() + "]");
  append("(");
  if (!e.request_id.empty()) {
    line += "request";
    append(e.request_id);
    line += ", ";
  }
  line += to_string(e.sent);
  line += ", " + std::to_string(e.attempts) + (e.attempts == 1 ? " attempt)" : " attempts)");
  return line;
}

}  // namespace hwc

#endif  // HWC_IMPL_ERROR_IPP
