// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_IMPL_EXPLAIN_IPP
#define HWC_IMPL_EXPLAIN_IPP

#include <hwc/explain.hpp>

#include <string>
#include <string_view>

namespace hwc::inline v0_1 {
namespace detail {

HWC_DECL std::string failure_in(std::string_view text) {
  json::source in;
  std::string found;
  if (!in.open(text) || in.kind() != json::kind::object || !in.enter_object()) return {};
  for (std::string_view key, value; in.next_key(key);) {
    if (key == "failure" && in.kind() == json::kind::string && in.read(value)) found = value;
  }
  return in.failed() ? std::string{} : found;
}

}  // namespace detail
}  // namespace hwc

#endif  // HWC_IMPL_EXPLAIN_IPP
