// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_IMPL_READ_OPERATION_IPP
#define HWC_FAKE_IMPL_READ_OPERATION_IPP

#include <hwc/fake/read_operation.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hwc::inline v0_1::fake {
namespace detail {

HWC_DECL error bad_value(std::string_view name, std::string_view wanted) {
  std::string message{name};
  return {.kind = error_kind::invalid_argument, .message = message.append(" must be ").append(wanted)};
}

HWC_DECL result<void> check_names(std::string_view what, std::string_view name,
                                  const std::vector<std::string_view>& known) {
  if (std::find(known.begin(), known.end(), name) != known.end()) return {};
  std::string message = "the operation has no '" + std::string{name} + "' as ";
  return error{.kind = error_kind::invalid_argument, .message = message.append(what)};
}

HWC_DECL result<void> take_file(std::string_view name, form_part& part, file& out) {
  if (!part.file_name) return bad_value(name, "a file, with a file name");
  out = {.name = *std::move(part.file_name),
         .content = std::move(part.content),
         .content_type = std::move(part.content_type)};
  return hwc::detail::check_file(name, out);
}

}  // namespace detail
}  // namespace hwc::fake

#endif  // HWC_FAKE_IMPL_READ_OPERATION_IPP
