// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_SIGNERS_IMPL_CANONICAL_REQUEST_IPP
#define HWC_SIGNERS_IMPL_CANONICAL_REQUEST_IPP

#include <hwc/signers/canonical_request.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace hwc::inline v0_1 {

HWC_DECL result<signed_headers> signed_headers::of(const http_headers& headers) {
  signed_headers covered;
  if (auto done = covered.assign(headers); !done) return std::move(done).error();
  return covered;
}

HWC_DECL result<void> signed_headers::assign(const http_headers& headers) {
  clear();
  for (const auto field : headers) {
    if (field.name.find('_') == std::string_view::npos && !same_header_name(field.name, "Authorization"))
      fields_.push_back(field);
  }
  std::sort(fields_.begin(), fields_.end(), [](const auto& a, const auto& b) { return less(a.name, b.name); });
  const auto twice = std::adjacent_find(fields_.begin(), fields_.end(),
                                        [](const auto& a, const auto& b) { return same_header_name(a.name, b.name); });
  std::string why;
  if (fields_.size() > limit) why = "more headers than can be signed; send fewer";
  if (twice != fields_.end())
    why = "the header '" + std::string{twice->name} + "' stands twice, which cannot be signed";
  if (why.empty()) {
    for (const auto& field : fields_) append(field);
  }
  fields_.clear();  // which point into the headers
  if (why.empty()) return {};
  return error{.kind = error_kind::invalid_argument, .message = std::move(why)};
}

}  // namespace hwc

#endif  // HWC_SIGNERS_IMPL_CANONICAL_REQUEST_IPP
