// SPDX-License-Identifier: BSL-1.0
#ifndef HWC_FAKE_FORM_PARTS_HPP
#define HWC_FAKE_FORM_PARTS_HPP

#include <hwc/detail/config.hpp>
#include <hwc/error.hpp>
#include <hwc/http.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hwc::inline v0_1::fake {

// A part of a form that arrived: a field, or a file if it has a file name.
struct form_part {
  std::string name{};
  std::optional<std::string> file_name{};
  std::string content_type{};  // empty: none was sent
  std::string content{};
};

// Whether the Content-Type names this media type, whatever its parameters and the case of its letters.
[[nodiscard]] bool has_media_type(const http_request& request, std::string_view type);

// Reads a body of multipart/form-data (RFC 7578), as `build_request` and browsers write it: between quotes, `%22` is a
// quote and a backslash is itself.
//
// Errors: `invalid_argument` for another media type, a boundary that is missing or that no body can have, a body that
// ends before its last boundary, and a part without a name or with a head that cannot be read.
[[nodiscard]] result<std::vector<form_part>> read_form(const http_request& request);

}  // namespace hwc::fake

#ifndef HWC_SEPARATE_COMPILATION
#include <hwc/fake/impl/form_parts.ipp>
#endif

#endif  // HWC_FAKE_FORM_PARTS_HPP
