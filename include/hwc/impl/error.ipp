// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_ERROR_IPP
#define HWC_IMPL_ERROR_IPP

#include <hwc/error.hpp>

#include <boost/assert/source_location.hpp>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

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

HWC_DECL exception::exception(hwc::error why) : std::runtime_error{to_string(why)}, error_{std::move(why)} {}

HWC_DECL void throw_exception_from_error(const error& why, const boost::source_location&) {
#ifdef HWC_NO_EXCEPTIONS
  std::fprintf(stderr, "hwc: value() of a result that holds an error: %s\n", to_string(why).c_str());
  std::abort();
#else
  throw exception{why};
#endif
}

}  // namespace hwc

#endif  // HWC_IMPL_ERROR_IPP
